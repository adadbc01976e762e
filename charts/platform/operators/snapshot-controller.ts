import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

export const snapshotController = (given: Given) => ({
  installCRDs: true,
  controller: {
    replicaCount: given.replicas('snapshot-controller'),
    serviceAccount: { create: true, name: given.account('snapshot-controller') },
    resources: given.size('snapshot-controller'),
    nodeSelector: given.nodeSelector('snapshot-controller'),
    priorityClassName: PRIORITY,
    podSecurityContext: RESTRICTED_POD,
    securityContext: RESTRICTED,
  },
});
