import type { Part } from '../model/index.ts';
import { enginePorts } from '../names.ts';

export const otelCollector = {
  name: 'otel-collector',
  namespace: 'observability',
  summary: 'Takes traces from the services.',
  pods: [
    {
      party: 'otel-collector',
      labels: { 'app.kubernetes.io/name': 'otel-collector' },
      serviceAccount: 'otel-collector',
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'otlp-http', number: enginePorts.otlpHttp }],
    },
  ],
  edges: [],
} as const satisfies Part;
