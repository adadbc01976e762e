import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

export const strimzi = (given: Given) => ({
  replicas: given.replicas('strimzi-operator'),
  serviceAccount: given.account('strimzi-operator'),
  // Its own policies would admit everyone to the listeners; ours admit whom the dataflow declares.
  generateNetworkPolicy: false,
  extraEnvs: [{ name: 'STRIMZI_POD_SECURITY_PROVIDER_CLASS', value: 'restricted' }],
  podSecurityContext: RESTRICTED_POD,
  securityContext: RESTRICTED,
  resources: given.size('strimzi-operator'),
  priorityClassName: PRIORITY,
  nodeSelector: given.nodeSelector('strimzi-operator'),
});
