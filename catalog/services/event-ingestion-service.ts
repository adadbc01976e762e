import { INGESTION_API } from '../ingestion-api.ts';
import { Scaling, type Service } from '../model/index.ts';
import { Objectives } from './objectives.ts';
import { httpPorts } from './ports.ts';

export const eventIngestionService = {
  name: 'event-ingestion-service',
  summary: 'Accepts events over HTTP and answers for each of them once it is durable in Kafka.',
  owner: 'pipeline',
  status: 'built',
  ports: httpPorts(1, 'public'),
  publicPaths: [INGESTION_API.eventsPath, '/applications', INGESTION_API.segmentPath],
  verifiesTokens: true,
  consumes: [
    {
      topic: 'user.erasure.requested',
      delivery: 'broadcast',
      purpose: 'keep the suppression list: events of an erased player are refused',
    },
  ],
  produces: [
    { topic: 'player.events.raw', purpose: 'accepted events' },
    { topic: 'dlq.events', purpose: 'invalid events, with the reason and the original bytes' },
  ],
  stores: [
    { store: 'accounts', access: 'read', purpose: 'games and their API keys' },
    { store: 'cache', access: 'read-write', purpose: 'quotas per game' },
  ],
  calls: [],
  outside: [],
  settings: [
    {
      variable: 'CORS_ORIGINS',
      value: '*',
      purpose: 'games run in browsers on any page; a key only writes, and no cookie is ever looked at',
    },
    { variable: 'RATE_LIMIT_PER_SECOND', value: '10000', purpose: 'requests a second that one instance takes' },
    {
      variable: 'GAME_QUOTA_EVENTS_PER_SECOND',
      value: '50000',
      purpose:
        "events a second of one game over all instances: the platform's headline figure, so one game can use it up but not more",
    },
    { variable: 'MAX_BATCH_EVENTS', value: String(INGESTION_API.maxBatchEvents), purpose: 'events in one request' },
    {
      variable: 'MAX_BODY_BYTES',
      value: String(INGESTION_API.maxBodyBytes),
      purpose: 'bytes of one request, also after decompression',
    },
    {
      variable: 'MAX_INFLIGHT_BYTES',
      value: '67108864',
      purpose: 'bytes of all requests in hand together: a quarter of the resident limit',
    },
    {
      variable: 'BUFFER_EVENTS',
      value: '20000',
      purpose: 'events that may wait for the broker before the answer is 503',
    },
    {
      variable: 'PROBE_INTERVAL_MILLIS',
      value: '5000',
      purpose: 'how often an instance accepts a probe, by which freshness is measured',
    },
  ],
  scaling: Scaling.cpu(3, 20, 70),
  minAvailable: 2,
  resources: {
    cpuMillis: 500,
    memoryMiB: 256,
    origin: 'the resident limit of 256 MB a process; half a core takes 50,000 events/s',
  },
  priority: 'critical',
  objectives: [Objectives.availability(0.999), Objectives.latency(0.99, 0.5)],
  metrics: [
    {
      name: 'ingestion_events_total',
      type: 'counter',
      help: 'Events received by game and outcome (accepted, duplicate, rejected, suppressed). A rising share of rejected means that a game sends what its schema forbids.',
      labels: ['game_id', 'outcome'],
    },
    {
      name: 'ingestion_marked_events_total',
      type: 'counter',
      help: 'Accepted events by mark (late, backfill, custom). Many late ones mean devices that were offline or clocks that are wrong; custom ones are of types without a schema.',
      labels: ['game_id', 'mark'],
    },
    {
      name: 'ingestion_suppressed_players',
      type: 'gauge',
      help: 'Erased players whose events are refused. It never shrinks by itself; 0 after a restart means that the list was not read.',
      labels: [],
    },
    {
      name: 'ingestion_batch_events',
      type: 'histogram',
      help: 'Events in a request. Mostly ones means that a client does not batch, which costs CPU.',
      labels: [],
      buckets: [1, 5, 10, 25, 50, 100, 250, 500],
    },
    {
      name: 'ingestion_publish_duration_seconds',
      type: 'histogram',
      help: 'Time from accepted to durable in Kafka. Sustained growth means that the brokers are slow or away.',
      labels: [],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    },
    {
      name: 'ingestion_buffered_events',
      type: 'gauge',
      help: 'Events that wait for the broker. Near the limit, clients are about to get 503.',
      labels: [],
    },
    {
      name: 'ingestion_probes_failed_total',
      type: 'counter',
      help: 'Freshness probes that the broker did not take. Sustained: freshness is not measured, and events are refused as well.',
      labels: [],
    },
    {
      name: 'ingestion_rate_limited_total',
      type: 'counter',
      help: 'Requests answered 429, by limit (instance, game). Sustained: scale out, or a game is over its quota.',
      labels: ['limit'],
    },
  ],
  personalData: [
    { field: 'player_id', purpose: 'the key of its events', rests: false },
    { field: 'country', purpose: 'as sent by the game', rests: false },
  ],
} as const satisfies Service;
