import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { ErasureRequest } from '#catalog/events/index.ts';
import { names } from '#catalog/names.ts';
import { eventIngestionService } from '#catalog/services/event-ingestion-service.ts';
import {
  type Batch,
  type Consumer,
  createConsumer,
  type IncomingMessage,
  type KafkaConnection,
} from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import type { SuppressionList } from '../domain/suppression.ts';
import type { IngestionMetrics } from '../metrics.ts';
import { ingestionErrors } from './errors.ts';

const [{ topic, delivery }] = eventIngestionService.consumes;
const acceptsRequest = addFormats.default(new Ajv()).compile<ErasureRequest>(ErasureRequest);

/** Keeps the suppression list as the topic has it. */
export interface Erasures {
  /** Throws NOT_READY until the topic was read to its end once; after that the list only grows more complete. */
  requireComplete(): void;
  /** Rejects until the list is complete. */
  check(): Promise<unknown>;
  /** Rejects while new requests cannot be heard. */
  following(): Promise<unknown>;
  stop(): Promise<void>;
}

function parse(value: Buffer): ErasureRequest | undefined {
  try {
    const request: unknown = JSON.parse(value.toString('utf8'));
    return acceptsRequest(request) ? request : undefined;
  } catch {
    return undefined;
  }
}

class ErasureReader implements Erasures {
  readonly #telemetry: Telemetry;
  readonly #list: SuppressionList;
  readonly #metrics: IngestionMetrics;
  readonly #consumer: Consumer;
  #complete = false;

  constructor(
    telemetry: Telemetry,
    parts: { list: SuppressionList; metrics: IngestionMetrics },
    connection: KafkaConnection,
  ) {
    this.#telemetry = telemetry;
    this.#list = parts.list;
    this.#metrics = parts.metrics;
    this.#consumer = createConsumer(telemetry, {
      connection,
      group: names.consumerGroup(telemetry.name, topic),
      delivery,
      topics: [topic],
      positions: 'none',
      onBatch: async (batch) => this.#apply(batch),
    });
  }

  requireComplete(): void {
    this.#complete ||= this.#consumer.caughtUp;
    if (this.#complete) return;
    throw ingestionErrors.NOT_READY({ detail: 'Events cannot be accepted before it is known who was erased.' });
  }

  async check(): Promise<unknown> {
    this.requireComplete();
    return { suppressedPlayers: this.#list.size };
  }

  following(): Promise<unknown> {
    return this.#consumer.check();
  }

  stop(): Promise<void> {
    return this.#consumer.stop();
  }

  #apply({ messages }: Batch): void {
    for (const message of messages) this.#applyOne(message);
    this.#metrics.ingestion_suppressed_players.set(this.#list.size);
  }

  #applyOne({ key, value, partition, offset }: IncomingMessage): void {
    if (value === null) {
      if (key) this.#list.lift(key.toString('utf8'));
      return;
    }
    const request = parse(value);
    if (request) this.#list.add(request);
    else this.#telemetry.logger.error({ topic, partition, offset }, 'an erasure request cannot be read');
  }
}

/** Reads every erasure there ever was, and then each new one. Connects in the background. */
export function followErasures(
  telemetry: Telemetry,
  parts: { list: SuppressionList; metrics: IngestionMetrics },
  connection: KafkaConnection,
): Erasures {
  return new ErasureReader(telemetry, parts, connection);
}
