import type { Catalog } from '#catalog/index.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { PERSONAL_VALUES, personalKeyPattern } from '#catalog/telemetry.ts';

/** Where attributes can stand; each is scrubbed. */
const CONTEXTS = ['resource', 'scope', 'span', 'spanevent'] as const;

/** In OTTL a text is written as in Go. */
const scrubbing = (catalog: Catalog) =>
  CONTEXTS.map((context) => ({
    context,
    statements: [`delete_matching_keys(attributes, ${JSON.stringify(personalKeyPattern(catalog))})`],
  }));

/** The collector's settings; first it protects its memory, then it scrubs, then it batches. */
export const collectorSettings = (catalog: Catalog) => ({
  extensions: { health_check: { endpoint: '0.0.0.0:13133' } },
  receivers: { otlp: { protocols: { http: { endpoint: `0.0.0.0:${enginePorts.otlpHttp}` } } } },
  processors: {
    memory_limiter: { check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 },
    'transform/personal-keys': { error_mode: 'propagate', trace_statements: scrubbing(catalog) },
    'redaction/personal-values': { allow_all_keys: true, blocked_values: PERSONAL_VALUES, summary: 'silent' },
    batch: {},
  },
  exporters: { 'otlphttp/tempo': { endpoint: `http://${names.traceStoreHost}:${enginePorts.otlpHttp}` } },
  service: {
    extensions: ['health_check'],
    telemetry: {
      metrics: { readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: 8_888 } } } }] },
    },
    pipelines: {
      traces: {
        receivers: ['otlp'],
        processors: ['memory_limiter', 'transform/personal-keys', 'redaction/personal-values', 'batch'],
        exporters: ['otlphttp/tempo'],
      },
    },
  },
});
