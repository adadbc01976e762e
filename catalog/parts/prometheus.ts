import type { Part } from '../model/index.ts';

export const prometheus = {
  name: 'prometheus',
  namespace: 'observability',
  summary: 'Measures everything; edges to what it scrapes follow from what exports metrics.',
  pods: [
    {
      party: 'prometheus',
      labels: { 'app.kubernetes.io/name': 'prometheus' },
      serviceAccount: 'prometheus',
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'web', number: 9090 }],
    },
  ],
  edges: [],
} as const satisfies Part;
