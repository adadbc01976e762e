import { type Given, PRIORITY, RESTRICTED_POD } from './given.ts';

export const metricsServer = (given: Given) => ({
  replicas: given.replicas('metrics-server'),
  serviceAccount: { create: true, name: given.account('metrics-server') },
  resources: given.size('metrics-server'),
  nodeSelector: given.nodeSelector('metrics-server'),
  priorityClassName: PRIORITY,
  podSecurityContext: RESTRICTED_POD,
  containerPort: given.port('metrics-server', 'https'),
  // The only way to a node is its address.
  args: ['--kubelet-preferred-address-types=InternalIP'],
});
