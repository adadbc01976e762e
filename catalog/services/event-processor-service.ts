import { Scaling, type Service } from '../model/index.ts';
import { ERASURE_CONFIRMATIONS, ERASURE_REQUESTS } from './erasure.ts';
import { httpPorts } from './ports.ts';

export const eventProcessorService = {
  name: 'event-processor-service',
  summary: 'Validates, enriches and stores every event exactly once, keeps the rollups and owns the dead letters.',
  owner: 'pipeline',
  status: 'built',
  ports: httpPorts(2, 'mesh'),
  publicPaths: [],
  verifiesTokens: true,
  consumes: [
    { topic: 'player.events.raw', delivery: 'shared', purpose: 'the events to store' },
    { topic: 'dlq.events', delivery: 'shared', purpose: 'list, inspect, fix and replay dead letters' },
    ERASURE_REQUESTS,
  ],
  produces: [
    { topic: 'player.events.processed', purpose: 'stored events, enriched' },
    { topic: 'player.statistics', purpose: 'running totals of the players in a batch' },
    { topic: 'game.leaderboards', purpose: 'scores that changed' },
    { topic: 'dlq.events', purpose: 'poison events' },
    { topic: 'player.events.raw', purpose: 'replayed dead letters' },
    ERASURE_CONFIRMATIONS,
  ],
  stores: [
    {
      store: 'events',
      access: 'read-write',
      direct: 'copies batches over two connections a replica; a pooler would only read and write each byte once more',
      purpose: 'events, rollups, consumer offsets, dead letters',
    },
    { store: 'accounts', access: 'read', purpose: 'the time zone of a game, in which its days are' },
  ],
  calls: [],
  outside: [],
  settings: [
    { variable: 'BATCH_MAX_EVENTS', value: '5000', purpose: 'events in one database transaction' },
    { variable: 'BATCH_MAX_WAIT_MILLIS', value: '200', purpose: 'how long a batch may wait to fill' },
    {
      variable: 'DEDUPLICATION_HORIZON_HOURS',
      value: '168',
      purpose: 'how far back an event id is known: as long as Kafka keeps it',
    },
  ],
  scaling: Scaling.lag(6, 12, { topic: 'player.events.raw', maxLagRecords: 10_000 }),
  minAvailable: 3,
  resources: { cpuMillis: 500, memoryMiB: 256, origin: 'the resident limit of 256 MB a process' },
  priority: 'critical',
  objectives: [
    {
      name: 'freshness',
      description: '95 % of probe events can be queried within 5 s of their acceptance.',
      target: 0.95,
      indicator: { kind: 'freshness', metric: 'processor_freshness_seconds', thresholdSeconds: 5 },
    },
    {
      name: 'processing',
      description: '99.9 % of events are stored rather than dead-lettered.',
      target: 0.999,
      indicator: { kind: 'ratio', good: 'processor_events_stored_total', total: 'processor_events_consumed_total' },
    },
  ],
  metrics: [
    {
      name: 'processor_events_consumed_total',
      type: 'counter',
      help: 'Records taken from player.events.raw, by game. Flat while ingestion accepts means that processing has stopped.',
      labels: ['game_id'],
    },
    {
      name: 'processor_events_stored_total',
      type: 'counter',
      help: 'Events stored for the first time, by game.',
      labels: ['game_id'],
    },
    {
      name: 'processor_events_deduplicated_total',
      type: 'counter',
      help: 'Events that were stored already, by game. Many mean that a client retries what was acknowledged.',
      labels: ['game_id'],
    },
    {
      name: 'processor_events_dead_lettered_total',
      type: 'counter',
      help: 'Events sent to dlq.events, by game and reason. Growth means that a schema and a game disagree.',
      labels: ['game_id', 'reason'],
    },
    {
      name: 'processor_events_suppressed_total',
      type: 'counter',
      help: 'Events of erased players that were dropped, by game.',
      labels: ['game_id'],
    },
    {
      name: 'processor_events_replayed_total',
      type: 'counter',
      help: 'Dead letters that were put back into player.events.raw, by game. Conservation counts them as accepted again.',
      labels: ['game_id'],
    },
    {
      name: 'processor_unpublished_events',
      type: 'gauge',
      help: 'Events that are stored and not yet in player.events.processed. Growth means that the brokers are slow or away.',
      labels: [],
    },
    {
      name: 'processor_batches_refused_total',
      type: 'counter',
      help: 'Batches that were not stored, by reason (fenced, data, unavailable). Fenced outside of a rebalance means two processes believe that they own a partition.',
      labels: ['reason'],
    },
    {
      name: 'processor_consumer_lag_records',
      type: 'gauge',
      help: 'Records behind the end of each partition. Above 10,000 for minutes: scale out or look at the database.',
      labels: ['topic', 'partition'],
    },
    {
      name: 'processor_batch_events',
      type: 'histogram',
      help: 'Events in a transaction. Always full means that processing is behind.',
      labels: [],
      buckets: [1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10000],
    },
    {
      name: 'processor_write_duration_seconds',
      type: 'histogram',
      help: 'Time of a transaction. Sustained growth means that the database is short of I/O or locked.',
      labels: [],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    },
    {
      name: 'processor_freshness_seconds',
      type: 'histogram',
      help: 'Time from acceptance to queryable, of the probes that ingestion accepts. Above 5 s the dashboards are out of date; no probes at all mean that one of the two services stands still.',
      labels: [],
      buckets: [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 30, 60],
    },
  ],
  personalData: [
    { field: 'player_id', purpose: 'retention, cohorts and the player timeline', rests: true },
    { field: 'country', purpose: 'breakdown by country', rests: true },
    { field: 'properties', purpose: 'as declared by the event type', rests: true },
  ],
} as const satisfies Service;
