import type { Part } from '../model/index.ts';

/** Labels: Istio's charts; 15012 is istiod's discovery over TLS (Istio documentation, «Ports used by Istio»). */
export const mesh = {
  name: 'mesh',
  namespace: 'mesh',
  summary: 'The control plane of the mesh and its gateway.',
  pods: [
    {
      party: 'istiod',
      labels: { app: 'istiod' },
      serviceAccount: 'istiod',
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'grpc-xds-tls', number: 15012 }],
    },
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
