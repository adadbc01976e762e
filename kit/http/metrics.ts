import { durationBuckets, type Metric } from '../telemetry/metrics.ts';

/** Names follow the OpenTelemetry semantic conventions for HTTP servers. */
export const httpMetrics = [
  {
    name: 'http_server_request_duration_seconds',
    type: 'histogram',
    help: 'Time to answer a request, by method, route and status. Sustained growth means saturation or a slow dependency; 5xx means that clients are failing.',
    labels: ['method', 'route', 'status'],
    buckets: durationBuckets,
  },
  {
    name: 'http_server_active_requests',
    type: 'gauge',
    help: 'Requests being answered now. Growing without an end means that answers come slower than requests.',
    labels: [],
  },
] as const satisfies readonly Metric[];
