import { answersApi, reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Ports: Istio's documentation, «Ports used by Istio». Account: the chart gives it no other name. */
export const istiod = {
  name: 'istiod',
  namespace: 'mesh',
  summary: 'The control plane of the mesh: certificates and configuration of every sidecar.',
  source: {
    kind: 'chart',
    repository: 'https://istio-release.storage.googleapis.com/charts',
    name: 'istiod',
    version: '1.30.3',
  },
  licence: 'Apache-2.0',
  apiGroups: [],
  after: ['istio-base', 'istio-cni'],
  pods: [
    {
      party: 'istiod',
      labels: { app: 'istiod' },
      serviceAccount: 'istiod',
      requests: { cpuMillis: 100, memoryMiB: 512 },
      requestsOfSingle: { cpuMillis: 25, memoryMiB: 256 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [
        { name: 'grpc-xds-tls', number: 15012 },
        { name: 'monitoring', number: 15014, metrics: '/metrics' },
        { name: 'webhook', number: 15017 },
      ],
    },
  ],
  edges: [reconciles('istiod'), answersApi('istiod', 15017, 'inject sidecars, validate the kinds of the mesh')],
} as const satisfies Operator;
