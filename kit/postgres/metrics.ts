import { durationBuckets, type Metric } from '../telemetry/metrics.ts';

/** Names follow the OpenTelemetry semantic conventions for database clients. */
export const postgresMetrics = [
  {
    name: 'db_client_connections',
    type: 'gauge',
    help: 'Connections of a pool by state (used, idle). All used for long means that queries are slow or leak connections.',
    labels: ['pool', 'state'],
  },
  {
    name: 'db_client_connections_max',
    type: 'gauge',
    help: 'The most connections that a pool opens. Used at this value for long means that the pool is too small.',
    labels: ['pool'],
  },
  {
    name: 'db_client_pending_requests',
    type: 'gauge',
    help: 'Callers that wait for a connection. Above zero for long means that the pool is exhausted.',
    labels: ['pool'],
  },
  {
    name: 'db_client_transaction_duration_seconds',
    type: 'histogram',
    help: 'Time of a transaction with its retries, by outcome. Sustained growth means lock contention or a slow disk.',
    labels: ['pool', 'outcome'],
    buckets: durationBuckets,
  },
  {
    name: 'db_client_transaction_retries_total',
    type: 'counter',
    help: 'Transactions tried again, by SQLSTATE. A steady rate means that writers conflict or the database fails over.',
    labels: ['pool', 'reason'],
  },
] as const satisfies readonly Metric[];
