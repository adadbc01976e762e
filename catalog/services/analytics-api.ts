import { Scaling, type Service } from '../model/index.ts';
import { Objectives } from './objectives.ts';
import { httpPorts } from './ports.ts';

export const analyticsApi = {
  name: 'analytics-api',
  summary: 'Answers questions about games over GraphQL, with live subscriptions, each token its own games only.',
  owner: 'insights',
  status: 'built',
  ports: httpPorts(3, 'public'),
  publicPaths: ['/graphql'],
  verifiesTokens: true,
  consumes: [{ topic: 'player.statistics', delivery: 'broadcast', purpose: 'live KPIs and cache invalidation' }],
  produces: [],
  stores: [
    { store: 'events', access: 'read', purpose: 'every answer' },
    { store: 'accounts', access: 'read', purpose: 'games, their names and time zones' },
    { store: 'cache', access: 'read-write', purpose: 'query results' },
  ],
  calls: [],
  outside: [],
  settings: [
    { variable: 'QUERY_MAX_DEPTH', value: '8', purpose: 'how deep a query may nest' },
    { variable: 'QUERY_MAX_COST', value: '1000', purpose: 'the cost that a query may have' },
    { variable: 'QUERY_TIMEOUT_MILLIS', value: '5000', purpose: 'how long the database may take over one statement' },
    { variable: 'CACHE_TTL_SECONDS', value: '5', purpose: 'how long an answer may be served again' },
  ],
  scaling: Scaling.cpu(3, 15, 70),
  minAvailable: 2,
  resources: { cpuMillis: 250, memoryMiB: 256, origin: 'the resident limit of 256 MB a process' },
  priority: 'standard',
  objectives: [Objectives.availability(0.999), Objectives.latency(0.95, 0.1)],
  metrics: [
    {
      name: 'analytics_query_duration_seconds',
      type: 'histogram',
      help: 'Time of a root field by name. Sustained growth of one name means a missing index or a cold cache.',
      labels: ['field'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    },
    {
      name: 'analytics_answers_total',
      type: 'counter',
      help: 'Answers by where they came from: kept are served as they were sent before. Fewer kept ones mean more load.',
      labels: ['source'],
    },
    {
      name: 'analytics_subscriptions',
      type: 'gauge',
      help: 'Open subscriptions, by field.',
      labels: ['field'],
    },
    {
      name: 'analytics_data_as_of_seconds',
      type: 'gauge',
      help: 'Unix time up to which the event store is complete. Falling behind the clock means stale answers.',
      labels: ['game_id'],
    },
  ],
  personalData: [{ field: 'player_id', purpose: 'player timeline and leaderboards', rests: false }],
} as const satisfies Service;
