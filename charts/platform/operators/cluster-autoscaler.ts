import { KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import { names } from '#catalog/names.ts';
import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

export const clusterAutoscaler = (given: Given) => ({
  fullnameOverride: 'cluster-autoscaler',
  cloudProvider: 'aws',
  awsRegion: given.environment.region,
  autoDiscovery: { clusterName: names.cluster(given.environment) },
  // Its minor version is that of Kubernetes.
  image: { tag: `v${KUBERNETES_VERSION}.0` },
  replicaCount: given.replicas('cluster-autoscaler'),
  rbac: { serviceAccount: { create: true, name: given.account('cluster-autoscaler') } },
  resources: given.size('cluster-autoscaler'),
  nodeSelector: given.nodeSelector('cluster-autoscaler'),
  priorityClassName: PRIORITY,
  securityContext: { ...RESTRICTED_POD, runAsUser: 65_534, runAsGroup: 65_534 },
  containerSecurityContext: RESTRICTED,
  extraArgs: {
    expander: 'least-waste',
    'balance-similar-node-groups': true,
    'skip-nodes-with-system-pods': false,
    'skip-nodes-with-local-storage': false,
  },
});
