import { names } from '#catalog/names.ts';
import { eventProcessorService } from '#catalog/services/event-processor-service.ts';
import {
  type Batch,
  type Consumer,
  createConsumer,
  createKafkaAdmin,
  type KafkaAdmin,
  type KafkaConnection,
  type Position,
  type TopicPartition,
} from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import type { ProcessorMetrics } from '../metrics.ts';
import type { RecordJudge } from './judge.ts';
import type { Memory } from './memory.ts';
import type { Publisher } from './publisher.ts';
import type { EventStore } from './store/event-store.ts';
import type { BatchWriter } from './writer.ts';

const [{ topic, delivery }] = eventProcessorService.consumes;
export const RAW_TOPIC = topic;

const HEARTBEAT_MILLIS = 1_000;
/**
 * As they come, compressed: some 500 events of a partition, of which one such batch is in hand and one waits. With all 12
 * partitions in one process this is what fits into 256 MB beside everything else.
 */
const FETCH_LIMITS = { maxBytes: 1024 * 1024, maxBytesPerPartition: 64 * 1024 } as const;

export interface RawEventsParts {
  readonly store: EventStore;
  readonly memory: Memory;
  readonly judge: RecordJudge;
  readonly writer: BatchWriter;
  readonly publisher: Publisher;
  readonly metrics: ProcessorMetrics;
}

/** Reads the raw topic from the positions of the event store. */
class RawEvents {
  readonly #telemetry: Telemetry;
  readonly #parts: RawEventsParts;
  readonly #consumer: Consumer;
  readonly #admin: KafkaAdmin;
  readonly #heartbeat: NodeJS.Timeout;
  /** Records before it were stored by an earlier owner, and at most have to be published again. */
  readonly #storedUpTo = new Map<number, bigint>();
  /** Positions that the group knows from this process. */
  readonly #told = new Map<number, bigint>();
  #beating: Promise<void> | undefined;

  constructor(telemetry: Telemetry, parts: RawEventsParts, connection: KafkaConnection) {
    this.#telemetry = telemetry;
    this.#parts = parts;
    this.#admin = createKafkaAdmin(telemetry, connection);
    this.#consumer = createConsumer(telemetry, {
      connection,
      group: names.consumerGroup(telemetry.name, topic),
      delivery,
      topics: [topic],
      positions: (places) => this.#claim(places),
      onBatch: (batch) => this.#handle(batch),
      onRevoked: async (places) => this.#release(places),
      limits: FETCH_LIMITS,
    });
    this.#heartbeat = setInterval(() => {
      this.#beating ??= this.#beat()
        .catch((error: unknown) => telemetry.logger.debug({ error }, 'positions not noted'))
        .finally(() => {
          this.#beating = undefined;
        });
    }, HEARTBEAT_MILLIS);
  }

  check(): Promise<unknown> {
    return this.#consumer.check();
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#beating;
    await this.#tellGroup().catch(() => undefined);
    await this.#consumer.stop();
    await this.#parts.publisher.stop();
    await this.#note(false).catch(() => undefined);
    await this.#admin.stop();
  }

  async #claim(places: readonly TopicPartition[]): Promise<readonly Position[]> {
    const { store, memory, publisher } = this.#parts;
    await memory.refreshSuppressions(store.erasures);
    const partitions = places.map(({ partition }) => partition);
    const claimed = await store.positions.claim(memory.owner, partitions);
    for (const { partition, next, published } of claimed) {
      memory.held.set(partition, { next, published });
      this.#storedUpTo.set(partition, next ?? 0n);
    }
    await publisher.republishDeadLetters(partitions);
    return claimed.flatMap(({ partition, next, published = next }) =>
      published === undefined ? [] : [{ topic, partition, offset: published }],
    );
  }

  #release(places: readonly TopicPartition[]): void {
    for (const { partition } of places) {
      this.#parts.memory.held.delete(partition);
      this.#told.delete(partition);
      this.#parts.metrics.processor_consumer_lag_records.remove(topic, String(partition));
    }
  }

  async #handle(batch: Batch): Promise<void> {
    const { judge, writer, publisher } = this.#parts;
    this.#noticeGap(batch);
    const { partition, nextOffset, messages, signal } = batch;
    this.#setLag(batch, batch.baseOffset);
    const border = this.#storedUpTo.get(partition) ?? 0n;
    const again = batch.baseOffset < border ? messages.filter(({ offset }) => offset < border) : [];
    if (again.length > 0) {
      const end = nextOffset < border ? nextOffset : border;
      await publisher.republish({ topic, partition, nextOffset: end, records: await judge.judge(again) });
    }
    if (nextOffset <= border) return;
    await writer.submit(
      { topic, partition, nextOffset, messages: again.length > 0 ? messages.slice(again.length) : messages },
      signal,
    );
    this.#setLag(batch, nextOffset);
  }

  /** Reading goes on elsewhere than the store says: retention was faster, or the topic was made anew. */
  #noticeGap({ partition, baseOffset }: Batch): void {
    const { memory } = this.#parts;
    const held = memory.held.get(partition);
    if (!held) return;
    const published = held.published ?? baseOffset;
    const restarted = baseOffset < published && baseOffset < (this.#storedUpTo.get(partition) ?? 0n);
    if (held.published === undefined || restarted) memory.held.set(partition, { ...held, published: baseOffset });
    if (!restarted) return;
    this.#storedUpTo.set(partition, baseOffset);
    const position = held.next;
    this.#telemetry.logger.error({ topic, partition, position, baseOffset }, 'the topic begins anew; so does reading');
  }

  #setLag({ partition, highWatermark }: Batch, offset: bigint): void {
    const lag = Number(highWatermark - offset);
    this.#parts.metrics.processor_consumer_lag_records.set({ topic, partition: String(partition) }, Math.max(0, lag));
  }

  async #beat(): Promise<void> {
    await this.#note(this.#consumer.caughtUp);
    await this.#tellGroup();
    await this.#measureLag();
  }

  /** What is stored already, so that whoever scales on the group's lag sees it; a later start never begins there. */
  async #tellGroup(): Promise<void> {
    const { held } = this.#parts.memory;
    const stored = [...held].flatMap(([partition, { next: offset }]) =>
      offset === undefined || offset === this.#told.get(partition) ? [] : [{ topic, partition, offset }],
    );
    await this.#consumer.note(stored);
    for (const { partition, offset } of stored) this.#told.set(partition, offset);
  }

  async #note(caughtUp: boolean): Promise<void> {
    const { memory, store } = this.#parts;
    const published = new Map([...memory.held].map(([partition, held]) => [partition, held.published ?? -1n]));
    await store.positions.note(memory.owner, published, caughtUp);
  }

  /** From the broker itself, because a consumer that is stuck does not see the end move. */
  async #measureLag(): Promise<void> {
    const { memory, metrics } = this.#parts;
    for (const { partition, offset } of await this.#admin.endOffsets([topic])) {
      const next = memory.held.get(partition)?.next;
      if (next === undefined) continue;
      const lag = Number(offset - next);
      metrics.processor_consumer_lag_records.set({ topic, partition: String(partition) }, Math.max(0, lag));
    }
  }
}

export type RawEventsReader = Pick<RawEvents, 'check' | 'stop'>;

export function readRawEvents(
  telemetry: Telemetry,
  parts: RawEventsParts,
  connection: KafkaConnection,
): RawEventsReader {
  return new RawEvents(telemetry, parts, connection);
}
