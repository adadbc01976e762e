import { HEALTH_CHECKS } from '../health/index.ts';
import { type Given, PRIORITY, RESTRICTED_POD } from './given.ts';

const server = (given: Given, party: string) => ({
  replicas: given.replicas(party),
  serviceAccount: { name: given.account(party) },
  resources: given.size(party),
  nodeSelector: given.nodeSelector(party),
  securityContext: RESTRICTED_POD,
});

/** Containers have the chart's own context, which is the restricted one. */
export const argoCd = (given: Given) => ({
  fullnameOverride: 'argocd',
  crds: { install: true, keep: true },
  global: { priorityClassName: PRIORITY, networkPolicy: { create: false }, securityContext: RESTRICTED_POD },
  configs: {
    cm: {
      'application.resourceTrackingMethod': 'annotation',
      'timeout.reconciliation': '180s',
      'exec.enabled': 'false',
      ...HEALTH_CHECKS,
    },
    params: {
      'controller.diff.server.side': 'true',
      'applicationsetcontroller.enable.progressive.syncs': 'false',
    },
  },
  controller: server(given, 'argocd-controller'),
  repoServer: server(given, 'argocd-repo-server'),
  server: server(given, 'argocd-server'),
  redis: {
    serviceAccount: { create: true, name: given.account('argocd-redis') },
    resources: given.size('argocd-redis'),
    nodeSelector: given.nodeSelector('argocd-redis'),
    // One: the cache is rebuilt within a minute.
    replicas: given.replicas('argocd-redis'),
  },
  redisSecretInit: {
    enabled: true,
    serviceAccount: { create: true, name: given.account('argocd-redis-password') },
    resources: given.size('argocd-redis-password'),
    nodeSelector: given.nodeSelector('argocd-redis-password'),
  },
  // Nobody signs in from outside, no Application is generated, and CI tells of deployments.
  dex: { enabled: false },
  applicationSet: { replicas: 0 },
  notifications: { enabled: false },
});
