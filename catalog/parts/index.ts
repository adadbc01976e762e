import type { Part } from '../model/index.ts';
import { cruiseControl } from './cruise-control.ts';
import { kafka } from './kafka.ts';
import { kafkaConnect } from './kafka-connect.ts';
import { kafkaUi } from './kafka-ui.ts';
import { migrations } from './migrations.ts';
import { nats } from './nats.ts';
import { otelCollector } from './otel-collector.ts';
import { pgbouncer } from './pgbouncer.ts';
import { prometheus } from './prometheus.ts';
import { qdrant } from './qdrant.ts';
import { schemaRegistry } from './schema-registry.ts';
import { tempo } from './tempo.ts';
import { timescaledb } from './timescaledb.ts';

/** What charts of this repository render, or operators make of it, beside the services. */
export const parts = [
  kafka,
  cruiseControl,
  schemaRegistry,
  kafkaConnect,
  kafkaUi,
  prometheus,
  otelCollector,
  tempo,
  timescaledb,
  pgbouncer,
  migrations,
  qdrant,
  nats,
] as const satisfies readonly Part[];
