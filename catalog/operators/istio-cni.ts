import { reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Account: the chart gives it no other name. */
export const istioCni = {
  name: 'istio-cni',
  namespace: 'mesh',
  summary: 'Leads the traffic of pods through their sidecars, so that no pod needs the right to do it itself.',
  source: {
    kind: 'chart',
    repository: 'https://istio-release.storage.googleapis.com/charts',
    name: 'cni',
    version: '1.30.3',
  },
  licence: 'Apache-2.0',
  apiGroups: [],
  after: ['istio-base'],
  pods: [
    {
      party: 'istio-cni',
      labels: { 'k8s-app': 'istio-cni-node' },
      serviceAccount: 'istio-cni',
      requests: { cpuMillis: 10, memoryMiB: 64 },
      replicas: 'every node',
      pool: 'every',
      ports: [{ name: 'metrics', number: 15014, metrics: '/metrics' }],
    },
  ],
  edges: [reconciles('istio-cni', 'which pods have a sidecar')],
} as const satisfies Operator;
