import { names } from '#catalog/names.ts';
import { type Given, PRIORITY, RESTRICTED, RESTRICTED_POD } from './given.ts';

const PARTY = 'load-balancer-controller';

export const awsLoadBalancerController = (given: Given) => ({
  clusterName: names.cluster(given.environment),
  region: given.environment.region,
  // Pods do not reach the instance's metadata, so the network is found by its tags.
  vpcTags: names.networkTags(given.environment),
  replicaCount: given.replicas(PARTY),
  serviceAccount: { create: true, name: given.account(PARTY) },
  resources: given.size(PARTY),
  nodeSelector: given.nodeSelector(PARTY),
  priorityClassName: PRIORITY,
  podSecurityContext: RESTRICTED_POD,
  securityContext: RESTRICTED,
  // Otherwise the chart makes a new certificate each time it is rendered.
  enableCertManager: true,
  createIngressClassResource: true,
  ingressClass: 'alb',
  // Services say themselves which load balancer they want.
  enableServiceMutatorWebhook: false,
  enableShield: false,
  enableWaf: false,
  enableWafv2: true,
});
