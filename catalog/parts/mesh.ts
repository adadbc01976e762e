import type { Part } from '../model/index.ts';

export const mesh = {
  name: 'mesh',
  namespace: 'mesh',
  summary: 'The gateway of the mesh.',
  pods: [
    {
      party: 'ingress-gateway',
      labels: { istio: 'ingressgateway' },
      serviceAccount: 'ingress-gateway',
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [],
    },
  ],
  edges: [],
} as const satisfies Part;
