import type { Operator } from '../model/index.ts';

export const istioBase = {
  name: 'istio-base',
  namespace: 'mesh',
  summary: 'The kinds of the mesh.',
  source: {
    kind: 'chart',
    repository: 'https://istio-release.storage.googleapis.com/charts',
    name: 'base',
    version: '1.30.3',
  },
  licence: 'Apache-2.0',
  apiGroups: ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io'],
  after: [],
  pods: [],
  edges: [],
} as const satisfies Operator;
