import { reconciles, usesAws } from '../edges.ts';
import type { Operator } from '../model/index.ts';
import { systemAccounts } from '../names.ts';

export const clusterAutoscaler = {
  name: 'cluster-autoscaler',
  namespace: 'system',
  summary: 'Adds nodes for pods that find no room, and takes idle ones away.',
  source: {
    kind: 'chart',
    repository: 'https://kubernetes.github.io/autoscaler',
    name: 'cluster-autoscaler',
    version: '9.59.1',
  },
  licence: 'Apache-2.0',
  apiGroups: [],
  after: [],
  pods: [
    {
      party: 'cluster-autoscaler',
      labels: { 'app.kubernetes.io/name': 'aws-cluster-autoscaler' },
      serviceAccount: systemAccounts['cluster-autoscaler'].serviceAccount,
      requests: { cpuMillis: 25, memoryMiB: 192 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 128 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'http', number: 8085, metrics: '/metrics' }],
    },
  ],
  edges: [
    reconciles('cluster-autoscaler', 'which pods wait'),
    ...usesAws('cluster-autoscaler', 'change the size of node groups'),
  ],
} as const satisfies Operator;
