import { usesAws } from '../edges.ts';
import type { Part } from '../model/index.ts';
import { enginePorts, systemAccounts } from '../names.ts';

/** One process: what it has not written to S3 yet, a few minutes of traces, goes with it. */
export const tempo = {
  name: 'tempo',
  namespace: 'observability',
  summary: 'Keeps traces in S3.',
  pods: [
    {
      party: 'tempo',
      labels: { 'app.kubernetes.io/name': 'tempo' },
      serviceAccount: systemAccounts.tempo.serviceAccount,
      requests: { cpuMillis: 100, memoryMiB: 512 },
      requestsOfSingle: { cpuMillis: 25, memoryMiB: 256 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [
        { name: 'otlp-http', number: enginePorts.otlpHttp },
        { name: 'http', number: 3200, metrics: '/metrics' },
      ],
    },
  ],
  edges: [...usesAws('tempo', 'keep traces in S3')],
} as const satisfies Part;
