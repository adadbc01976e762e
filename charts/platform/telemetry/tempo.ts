import type { Environment } from '#catalog/index.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import { TRACE_RETENTION_DAYS } from '#catalog/telemetry.ts';

/** Where the process may write. */
export const TEMPO_FOLDER = '/var/tempo';

const { bucket, prefix } = OBJECT_KEEPERS.tempo;

/** Settings of Tempo 2 in one process; credentials are those of the service account. */
export const tempoSettings = (environment: Environment) => ({
  server: { http_listen_port: 3_200 },
  distributor: {
    receivers: { otlp: { protocols: { http: { endpoint: `0.0.0.0:${enginePorts.otlpHttp}` } } } },
  },
  compactor: { compaction: { block_retention: `${TRACE_RETENTION_DAYS * 24}h` } },
  storage: {
    trace: {
      backend: 's3',
      s3: {
        bucket: names.bucket(environment, bucket),
        prefix: prefix.replace(/\/$/, ''),
        endpoint: `s3.${environment.region}.amazonaws.com`,
        region: environment.region,
      },
      wal: { path: `${TEMPO_FOLDER}/wal` },
      local: { path: `${TEMPO_FOLDER}/blocks` },
    },
  },
  usage_report: { reporting_enabled: false },
});
