import type { Part } from '../model/index.ts';
import { enginePorts } from '../names.ts';

export const otelCollector = {
  name: 'otel-collector',
  namespace: 'observability',
  summary: 'Takes traces from the services, scrubs personal data from them and hands them to Tempo.',
  pods: [
    {
      party: 'otel-collector',
      labels: { 'app.kubernetes.io/name': 'otel-collector' },
      serviceAccount: 'otel-collector',
      requests: { cpuMillis: 100, memoryMiB: 256 },
      requestsOfSingle: { cpuMillis: 25, memoryMiB: 128 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [
        { name: 'otlp-http', number: enginePorts.otlpHttp },
        { name: 'metrics', number: 8888, metrics: '/metrics' },
        { name: 'health', number: 13_133 },
      ],
    },
  ],
  edges: [{ from: 'otel-collector', to: 'tempo', port: enginePorts.otlpHttp, purpose: 'scrubbed traces' }],
} as const satisfies Part;
