import type { Telemetry } from '../telemetry/index.ts';
import type { Instruments } from '../telemetry/metrics.ts';
import { context, failSpan, SpanKind, trace, traceContext } from '../telemetry/tracing.ts';
import type { Batch } from './feed.ts';
import type { kafkaMetrics } from './metrics.ts';

export interface BatchObserver {
  readonly telemetry: Telemetry;
  readonly group: string;
  readonly metrics: Instruments<typeof kafkaMetrics>;
}

type Handler = (batch: Batch) => Promise<void>;

/** The batch belongs to the trace of its first message, so that a trace goes on behind the topic. */
async function traced({ telemetry, group }: BatchObserver, batch: Batch, work: Handler): Promise<void> {
  const parent = traceContext(batch.messages[0]?.headers ?? {});
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.destination.name': batch.topic,
    'messaging.consumer.group.name': group,
    'messaging.batch.message_count': batch.messages.length,
  };
  const span = telemetry.tracing.start(`process ${batch.topic}`, { kind: SpanKind.CONSUMER, attributes }, parent);
  try {
    await context.with(trace.setSpan(parent, span), work, undefined, batch);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Wraps a handler: a span and the metrics of each batch. One that holds markers only is not handed on. */
export function observed(observer: BatchObserver, work: Handler): Handler {
  const { group, metrics } = observer;
  return async (batch) => {
    if (batch.messages.length === 0) return;
    const labels = { group, topic: batch.topic };
    const done = metrics.kafka_consumer_batch_duration_seconds.startTimer(labels);
    await traced(observer, batch, work);
    done();
    metrics.kafka_consumer_batch_messages.observe(labels, batch.messages.length);
    metrics.kafka_consumer_messages_total.inc(labels, batch.messages.length);
  };
}
