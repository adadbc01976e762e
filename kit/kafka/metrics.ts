import { durationBuckets, type Metric } from '../telemetry/metrics.ts';

export const kafkaMetrics = [
  {
    name: 'kafka_producer_messages_total',
    type: 'counter',
    help: 'Messages by topic and outcome (durable, failed). Failures for long mean that brokers are away or refuse us.',
    labels: ['topic', 'outcome'],
  },
  {
    name: 'kafka_producer_send_duration_seconds',
    type: 'histogram',
    help: 'Time from send to durable on all in-sync replicas. Sustained growth means slow brokers or a full buffer.',
    labels: ['topic'],
    buckets: durationBuckets,
  },
  {
    name: 'kafka_producer_buffered_messages',
    type: 'gauge',
    help: 'Messages that wait to be durable. At its limit callers are refused with BUFFER_FULL.',
    labels: [],
  },
  {
    name: 'kafka_consumer_messages_total',
    type: 'counter',
    help: 'Messages handled, by group and topic. Zero while lag grows means that a consumer is stuck.',
    labels: ['group', 'topic'],
  },
  {
    name: 'kafka_consumer_batch_messages',
    type: 'histogram',
    help: 'Messages in a batch. Always at the top means that the consumer is behind.',
    labels: ['group', 'topic'],
    buckets: [1, 10, 50, 100, 500, 1000, 2500, 5000, 10_000],
  },
  {
    name: 'kafka_consumer_batch_duration_seconds',
    type: 'histogram',
    help: 'Time to handle a batch. Sustained growth means a slow store behind the consumer.',
    labels: ['group', 'topic'],
    buckets: durationBuckets,
  },
  {
    name: 'kafka_consumer_lag_records',
    type: 'gauge',
    help: 'Records between the position of a partition and its end. Growing for long means that the group needs more members.',
    labels: ['group', 'topic', 'partition'],
  },
  {
    name: 'kafka_consumer_failures_total',
    type: 'counter',
    help: 'Batches that failed and connections that were lost, by kind (batch, fetch, group, position). A steady rate means that no progress is made.',
    labels: ['group', 'kind'],
  },
] as const satisfies readonly Metric[];
