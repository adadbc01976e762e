import { reconciles } from '../edges.ts';
import type { Part } from '../model/index.ts';
import { PROMETHEUS } from '../monitors.ts';

/** Its operator makes the pods of the object in charts/platform/monitoring.ts; edges to what it scrapes follow from that. */
export const prometheus = {
  name: 'prometheus',
  namespace: 'observability',
  summary: 'Measures everything.',
  pods: [
    {
      party: PROMETHEUS.party,
      labels: { 'app.kubernetes.io/name': 'prometheus', 'operator.prometheus.io/name': PROMETHEUS.name },
      serviceAccount: 'prometheus',
      requests: { cpuMillis: 200, memoryMiB: 1_536 },
      requestsOfSingle: { cpuMillis: 50, memoryMiB: 512 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'web', number: 9090, metrics: '/metrics' }],
    },
  ],
  edges: [
    reconciles(PROMETHEUS.party, 'what there is to scrape, and the metrics of the API server'),
    { from: PROMETHEUS.party, to: 'istiod', port: 15012, purpose: 'the certificate with which it scrapes services' },
    { from: PROMETHEUS.party, to: 'nodes', port: 10250, purpose: 'metrics of containers, from the kubelets' },
  ],
} as const satisfies Part;
