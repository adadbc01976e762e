import proxy from '@fastify/http-proxy';
import type { FastifyRequest } from 'fastify';
import { type AppError, errorCode, errors as kitErrors } from '#kit/errors.ts';
import type { Routes } from '#kit/http/index.ts';
import type { Environment } from '../environment.ts';
import { errors } from '../errors.ts';

interface UpstreamMetrics {
  readonly dashboard_upstream_errors_total: { inc(labels: { service: string }): void };
}

const TIMEOUT_MILLIS = 30_000;
/** To each service; what is more waits for one. */
const MAX_CONNECTIONS = 64;
const MAX_BODY_BYTES = 1_048_576;
/** Of one WebSocket message of a browser. */
const MAX_MESSAGE_BYTES = 64 * 1_024;

/** Bodies are passed on as they come, past the server's own limit; one that says it is too large is not begun. */
async function refuseLargeBodies({ headers }: FastifyRequest): Promise<void> {
  const bytes = Number(headers['content-length'] ?? 0);
  if (bytes > MAX_BODY_BYTES)
    throw kitErrors.BODY_TOO_LARGE({ detail: `The body has ${bytes} bytes; at most ${MAX_BODY_BYTES}.` });
}

/** Source: @fastify/reply-from, lib/errors.js; every other code means that nobody answered. */
const TOOK_TOO_LONG = 'FST_REPLY_FROM_GATEWAY_TIMEOUT';

function unanswered(service: string, error: Error): AppError {
  if (errorCode(error) === TOOK_TOO_LONG)
    return errors.UPSTREAM_SLOW({ detail: `${service} did not answer in ${TIMEOUT_MILLIS / 1_000} s.`, cause: error });
  return errors.UPSTREAM_UNAVAILABLE({ detail: `${service} cannot be reached.`, cause: error });
}

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
        preHandler: refuseLargeBodies,
        wsServerOptions: { maxPayload: MAX_MESSAGE_BYTES },
        // Not the `http` option: with it a request whose body meets a closed port is answered twice.
        undici: { connections: MAX_CONNECTIONS, headersTimeout: TIMEOUT_MILLIS, bodyTimeout: TIMEOUT_MILLIS },
        replyOptions: {
          onError: (reply, { error }) => {
            metrics.dashboard_upstream_errors_total.inc({ service });
            reply.send(unanswered(service, error));
          },
        },
      });
    }
  };
}
