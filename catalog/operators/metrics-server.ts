import { answersApi, reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Chart 3.13.1 is metrics-server 0.8.1. Its own port is not the kubelets', as in cert-manager.ts. */
export const metricsServer = {
  name: 'metrics-server',
  namespace: 'system',
  summary: 'Measures processors and memory of pods for the autoscalers.',
  source: {
    kind: 'chart',
    repository: 'https://kubernetes-sigs.github.io/metrics-server',
    name: 'metrics-server',
    version: '3.13.1',
  },
  licence: 'Apache-2.0',
  apiGroups: [],
  after: [],
  pods: [
    {
      party: 'metrics-server',
      labels: { 'app.kubernetes.io/name': 'metrics-server' },
      serviceAccount: 'metrics-server',
      requests: { cpuMillis: 25, memoryMiB: 96 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'https', number: 10262 }],
    },
  ],
  edges: [
    reconciles('metrics-server', 'which nodes there are'),
    answersApi('metrics-server', 10262, 'the metrics API'),
    { from: 'metrics-server', to: 'nodes', port: 10250, purpose: 'ask the kubelets' },
  ],
} as const satisfies Operator;
