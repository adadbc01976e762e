import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

export const argoRollouts = (given: Given) => ({
  installCRDs: true,
  keepCRDs: true,
  serviceAccount: { name: given.account('argo-rollouts') },
  podSecurityContext: RESTRICTED_POD,
  containerSecurityContext: RESTRICTED,
  controller: {
    replicas: given.replicas('argo-rollouts'),
    resources: given.size('argo-rollouts'),
    nodeSelector: given.nodeSelector('argo-rollouts'),
    priorityClassName: PRIORITY,
  },
  dashboard: { enabled: false },
  // Traffic is split by Istio and by nothing else, so the controller may touch nothing else.
  providerRBAC: {
    enabled: true,
    providers: {
      istio: true,
      smi: false,
      ambassador: false,
      awsLoadBalancerController: false,
      awsAppMesh: false,
      traefik: false,
      apisix: false,
      contour: false,
      glooPlatform: false,
      gatewayAPI: false,
    },
  },
});
