import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { messageOf } from '../errors.ts';

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  /** OTLP/HTTP collector, for example http://otel-collector:4318; without it nothing is recorded or sent. */
  readonly endpoint?: string | undefined;
  /** Share of traces that start here and are kept, 0 to 1; a caller's decision wins. */
  readonly samplingRatio: number;
}

/** Headers as HTTP and Kafka carry them. */
export type Carrier = Record<string, string | string[] | undefined>;

export interface Tracing {
  /** Runs `work` in a new span that is a child of the active one, records a thrown error, ends the span. */
  span<T>(name: string, work: (span: Span) => Promise<T>, options?: SpanOptions): Promise<T>;
  start(name: string, options?: SpanOptions, parent?: Context): Span;
  stop(): Promise<void>;
}

const tracerName = '@gamemetrics/kit';

const exportBounds = { maxQueueSize: 2048, maxExportBatchSize: 512, scheduledDelayMillis: 2000 } as const;
const exportTimeoutMillis = 5000;
const flushTimeoutMillis = 2000;

async function exporterFor(endpoint: string): Promise<SpanProcessor> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  return new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMillis }), exportBounds);
}

/**
 * Without an endpoint spans are not recorded, but trace ids still travel through logs, HTTP and Kafka,
 * so that a log line of any service can be found from any other.
 */
export async function createTracing(options: TracingOptions): Promise<Tracing> {
  const root = options.endpoint ? new TraceIdRatioBasedSampler(options.samplingRatio) : new AlwaysOffSampler();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.version': options.version,
      'deployment.environment.name': options.environment,
    }),
    sampler: options.endpoint ? new ParentBasedSampler({ root }) : root,
    spanProcessors: options.endpoint ? [await exporterFor(options.endpoint)] : [],
  });
  // Registers the W3C propagator and the AsyncLocalStorage context manager too.
  provider.register();
  return { span: inSpan, start: startSpan, stop: () => flush(provider) };
}

/** Sends what waits; a collector that is away must not hold up the end of a process. */
async function flush(provider: NodeTracerProvider): Promise<void> {
  const flushed = provider.shutdown().catch(() => undefined);
  await Promise.race([flushed, sleep(flushTimeoutMillis, undefined, { ref: false })]);
}

function startSpan(name: string, options: SpanOptions = {}, parent: Context = context.active()): Span {
  return trace.getTracer(tracerName).startSpan(name, options, parent);
}

async function inSpan<T>(name: string, work: (span: Span) => Promise<T>, options: SpanOptions = {}): Promise<T> {
  const span = startSpan(name, options);
  try {
    return await context.with(trace.setSpan(context.active(), span), work, undefined, span);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

export function failSpan(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
}

/** The W3C headers of the active trace; empty when there is none. */
export function traceHeaders(from: Context = context.active()): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(from, headers);
  return headers;
}

const firstValue: TextMapGetter<Carrier> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => carrier[key],
};

/** The trace context that a caller sent; malformed headers count as none. */
export function traceContext(headers: Carrier, base: Context = ROOT_CONTEXT): Context {
  return propagation.extract(base, headers, firstValue);
}

/** Trace and span id of the active span, as log fields. */
export function traceFields(): { trace_id: string; span_id: string } | Record<string, never> {
  const active = trace.getSpanContext(context.active());
  return active ? { trace_id: active.traceId, span_id: active.spanId } : {};
}

export { type Context, context, type Span, SpanKind, trace };
