import { reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Chart 5.3.0 is the external snapshotter 8.6.0; its group ends in k8s.io, and Kubernetes itself does not serve it. */
export const snapshotController = {
  name: 'snapshot-controller',
  namespace: 'system',
  summary: 'Makes snapshots of volumes.',
  source: {
    kind: 'chart',
    repository: 'https://piraeus.io/helm-charts',
    name: 'snapshot-controller',
    version: '5.3.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['snapshot.storage.k8s.io'],
  after: [],
  pods: [
    {
      party: 'snapshot-controller',
      labels: { 'app.kubernetes.io/name': 'snapshot-controller' },
      serviceAccount: 'snapshot-controller',
      requests: { cpuMillis: 10, memoryMiB: 48 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'http', number: 8080, metrics: '/metrics' }],
    },
  ],
  edges: [reconciles('snapshot-controller')],
} as const satisfies Operator;
