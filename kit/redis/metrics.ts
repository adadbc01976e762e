import type { Metric } from '../telemetry/metrics.ts';

export const redisMetrics = [
  {
    name: 'redis_client_connected',
    type: 'gauge',
    help: '1 while the cache answers. At 0 for long every read goes to the stores behind it.',
    labels: ['client'],
  },
  {
    name: 'cache_requests_total',
    type: 'counter',
    help: 'Cached reads by outcome (hit, miss, bypass). Few hits mean a short TTL or keys that change too often; bypass means that the cache is away.',
    labels: ['cache', 'outcome'],
  },
] as const satisfies readonly Metric[];
