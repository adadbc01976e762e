import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

const part = (given: Given, party: string) => ({
  replicaCount: given.replicas(party),
  serviceAccount: { create: true, name: given.account(party) },
  resources: given.size(party),
  nodeSelector: given.nodeSelector(party),
  securityContext: RESTRICTED_POD,
  containerSecurityContext: RESTRICTED,
});

export const certManager = (given: Given) => ({
  crds: { enabled: true, keep: true },
  global: { priorityClassName: PRIORITY, leaderElection: { namespace: given.namespace } },
  ...part(given, 'cert-manager'),
  webhook: { ...part(given, 'cert-manager-webhook'), securePort: given.port('cert-manager-webhook', 'https') },
  cainjector: part(given, 'cert-manager-cainjector'),
  // A job that waits for the webhook; sync waves wait already.
  startupapicheck: { enabled: false },
});
