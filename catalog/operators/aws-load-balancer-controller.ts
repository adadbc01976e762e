import { answersApi, reconciles, usesAws } from '../edges.ts';
import type { Operator } from '../model/index.ts';
import { systemAccounts } from '../names.ts';

export const awsLoadBalancerController = {
  name: 'aws-load-balancer-controller',
  namespace: 'system',
  summary: 'Makes the load balancers of the gateways.',
  source: {
    kind: 'chart',
    repository: 'https://aws.github.io/eks-charts',
    name: 'aws-load-balancer-controller',
    version: '3.5.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['elbv2.k8s.aws'],
  after: ['cert-manager'],
  pods: [
    {
      party: 'load-balancer-controller',
      labels: { 'app.kubernetes.io/name': 'aws-load-balancer-controller' },
      serviceAccount: systemAccounts['load-balancer-controller'].serviceAccount,
      requests: { cpuMillis: 25, memoryMiB: 128 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 96 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [
        { name: 'webhook-server', number: 9443 },
        { name: 'metrics-server', number: 8080, metrics: '/metrics' },
      ],
    },
  ],
  edges: [
    reconciles('load-balancer-controller'),
    answersApi('load-balancer-controller', 9443, 'validate ingresses and their targets'),
    ...usesAws('load-balancer-controller', 'make load balancers'),
  ],
} as const satisfies Operator;
