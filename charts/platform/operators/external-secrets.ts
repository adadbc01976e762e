import { type Given, PRIORITY } from './given.ts';

export const externalSecrets = (given: Given) => ({
  installCRDs: true,
  replicaCount: given.replicas('external-secrets'),
  leaderElect: true,
  priorityClassName: PRIORITY,
  serviceAccount: { name: given.account('external-secrets') },
  global: { nodeSelector: given.nodeSelector('external-secrets') },
  resources: given.size('external-secrets'),
  webhook: {
    priorityClassName: PRIORITY,
    port: given.port('external-secrets-webhook', 'webhook'),
    replicaCount: given.replicas('external-secrets-webhook'),
    serviceAccount: { name: given.account('external-secrets-webhook') },
    resources: given.size('external-secrets-webhook'),
  },
  certController: {
    priorityClassName: PRIORITY,
    replicaCount: given.replicas('external-secrets-certificates'),
    serviceAccount: { name: given.account('external-secrets-certificates') },
    resources: given.size('external-secrets-certificates'),
  },
});
