import type { FastifyRequest } from 'fastify';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics } from '../telemetry/metrics.ts';
import { type Carrier, context, type Span, SpanKind, trace, traceContext } from '../telemetry/tracing.ts';
import { httpMetrics } from './metrics.ts';
import type { HttpServer } from './server.ts';

const unmatched = 'unmatched';
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? unmatched;

/** One span and one duration a request; the route pattern, never the path, so that labels stay few. */
export function observeRequests(server: HttpServer, telemetry: Telemetry): void {
  const metrics = defineMetrics(telemetry.registry, httpMetrics);
  const duration = metrics.http_server_request_duration_seconds;
  const active = metrics.http_server_active_requests;
  const spans = new WeakMap<FastifyRequest, Span>();

  server.addHook('onRequest', (request, _reply, next) => {
    active.inc();
    const caller = traceContext(request.headers as Carrier);
    const attributes = { 'http.request.method': request.method, 'http.route': routeOf(request) };
    const name = `${request.method} ${routeOf(request)}`;
    const span = telemetry.tracing.start(name, { kind: SpanKind.SERVER, attributes }, caller);
    spans.set(request, span);
    context.with(trace.setSpan(caller, span), next);
  });

  // A client that hangs up gets no onResponse, or gets both: the span says whether a request was counted off already.
  const finish = (request: FastifyRequest): Span | undefined => {
    const span = spans.get(request);
    if (spans.delete(request)) active.dec();
    return span;
  };

  server.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: routeOf(request), status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1000);
    finish(request)?.setAttribute('http.response.status_code', reply.statusCode).end();
  });

  server.addHook('onRequestAbort', async (request) => finish(request)?.end());
}
