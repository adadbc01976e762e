import proxy from '@fastify/http-proxy';
import type { Routes } from '#kit/http/index.ts';
import type { Environment } from '../environment.ts';

interface UpstreamMetrics {
  readonly dashboard_upstream_errors_total: { inc(labels: { service: string }): void };
}

const TIMEOUT_MILLIS = 30_000;

/**
 * Pages and APIs share one origin, so that the browser needs no CORS and the strict policy can forbid every other host.
 * The browser's own Authorization header is passed on; this service adds no right of its own.
 */
export function upstreamRoutes(config: Environment, metrics: UpstreamMetrics): Routes {
  const upstreams = [
    {
      service: 'analytics-api',
      prefix: '/graphql',
      upstream: config.ANALYTICS_API_URL,
      rewritePrefix: '/graphql',
      websocket: true,
    },
    {
      service: 'event-processor-service',
      prefix: '/dead-letters',
      upstream: config.EVENT_PROCESSOR_SERVICE_URL,
      rewritePrefix: '/api/v1/dead-letters',
      websocket: false,
    },
  ] as const;
  return async (server) => {
    for (const { service, ...target } of upstreams) {
      await server.register(proxy, {
        ...target,
        http: { requestOptions: { timeout: TIMEOUT_MILLIS } },
        replyOptions: {
          onError: (reply, { error }) => {
            metrics.dashboard_upstream_errors_total.inc({ service });
            reply.send(error);
          },
        },
      });
    }
  };
}
