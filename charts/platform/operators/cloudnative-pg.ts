import { type Given, PRIORITY, RESTRICTED_POD } from './given.ts';

export const cloudNativePg = (given: Given) => ({
  replicaCount: given.replicas('cloudnative-pg'),
  serviceAccount: { create: true, name: given.account('cloudnative-pg') },
  resources: given.size('cloudnative-pg'),
  nodeSelector: given.nodeSelector('cloudnative-pg'),
  priorityClassName: PRIORITY,
  podSecurityContext: RESTRICTED_POD,
  crds: { create: true },
  config: { data: { WATCH_NAMESPACE: given.namespace } },
  monitoring: { podMonitorEnabled: false, grafanaDashboard: { create: false } },
});
