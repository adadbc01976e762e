import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#kit/errors.ts';
import type { IncomingMessage } from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import { split } from '../domain/batch.ts';
import type { PoisonRecord, Slice, StorableEvent } from '../domain/event.ts';
import { poison, subjectOf } from '../domain/poison.ts';
import type { ProcessorMetrics } from '../metrics.ts';
import { countCommitted } from './count.ts';
import type { RecordJudge } from './judge.ts';
import type { Memory } from './memory.ts';
import type { Publisher } from './publisher.ts';
import { backOff, Trouble } from './retry.ts';
import type { EventStore } from './store/event-store.ts';
import { BatchFenced, BatchUnstorable, SuppressionsChanged } from './store/refusals.ts';

export interface WriterOptions {
  readonly maxEvents: number;
  readonly maxWaitMillis: number;
}

export interface WriterParts {
  readonly store: EventStore;
  readonly memory: Memory;
  readonly judge: RecordJudge;
  readonly publisher: Publisher;
  readonly metrics: ProcessorMetrics;
}

/** Consecutive messages of one partition, not looked at yet. */
export interface RawSlice extends Omit<Slice, 'records'> {
  readonly messages: readonly IncomingMessage[];
}

interface Waiting {
  readonly slice: RawSlice;
  /** Aborted when the partition is taken away. */
  readonly signal: AbortSignal;
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What one transaction is to store. */
interface Prepared {
  readonly slices: readonly Slice[];
  readonly signal: AbortSignal;
  readonly waiting: readonly Waiting[];
}

/**
 * Gathers the slices of partitions into batches and stores them, one transaction at a time, until each is stored. While
 * the database works on one batch the next one is decoded, and no more than that: decoded events are large, and those
 * that live long cost the garbage collector more than everything else here costs the processor.
 */
export class BatchWriter {
  readonly #parts: WriterParts;
  readonly #options: WriterOptions;
  readonly #trouble: Trouble;
  #queue: Waiting[] = [];
  #arrival = Promise.withResolvers<void>();

  constructor({ logger }: Pick<Telemetry, 'logger'>, parts: WriterParts, options: WriterOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#trouble = new Trouble(
      (error) =>
        logger.error({ reason: messageOf(error) }, 'batches cannot be stored; nothing is lost, it is tried again'),
      (attempts) => logger.info({ attempts }, 'batches are stored again'),
    );
    void this.#run();
  }

  /**
   * Resolves when the slice is stored. Rejects when the partition is taken away meanwhile, or was by another process
   * already (BatchFenced): then positions have to be read again.
   */
  submit(slice: RawSlice, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ slice, signal, since: performance.now(), resolve, reject });
    this.#arrival.resolve();
    return promise;
  }

  async check(): Promise<unknown> {
    if (this.#trouble.error === undefined) return { waiting: this.#queue.length };
    throw new Error(`batches cannot be stored: ${messageOf(this.#trouble.error)}`);
  }

  async #run(): Promise<never> {
    let next = this.#prepare();
    for (;;) {
      const batch = await next;
      next = this.#prepare();
      if (batch) await this.#write(batch);
    }
  }

  /** The next batch, decoded. Undefined when its partitions were taken away before that could be done. */
  async #prepare(): Promise<Prepared | undefined> {
    await this.#fill();
    const waiting = this.#take();
    const signal = AbortSignal.any(waiting.map((one) => one.signal));
    try {
      const slices = await this.#untilDone(signal, async () =>
        Promise.all(
          waiting.map(async ({ slice: { messages, ...place } }): Promise<Slice> => {
            return { ...place, records: await this.#parts.judge.judge(messages) };
          }),
        ),
      );
      return { slices, signal, waiting };
    } catch (error) {
      for (const { reject } of waiting) reject(error);
      return undefined;
    }
  }

  #waitingEvents(): number {
    return this.#queue.reduce((sum, { slice }) => sum + slice.messages.length, 0);
  }

  /** Waits for the first slice, and then for more as long as a batch may wait, unless one is full. */
  async #fill(): Promise<void> {
    await this.#arrived();
    const deadline = (this.#queue[0]?.since ?? 0) + this.#options.maxWaitMillis;
    for (;;) {
      const left = deadline - performance.now();
      if (left <= 0 || this.#waitingEvents() >= this.#options.maxEvents) return;
      this.#arrival = Promise.withResolvers();
      await Promise.race([this.#arrival.promise, sleep(left)]);
    }
  }

  async #arrived(): Promise<void> {
    while (this.#queue.length === 0) {
      this.#arrival = Promise.withResolvers();
      await this.#arrival.promise;
    }
  }

  /** At least one slice, each partition once, and no more events than a batch may have. */
  #take(): Waiting[] {
    const taken: Waiting[] = [];
    let events = 0;
    for (const waiting of this.#queue) {
      if (taken.length > 0 && events + waiting.slice.messages.length > this.#options.maxEvents) break;
      taken.push(waiting);
      events += waiting.slice.messages.length;
    }
    this.#queue = this.#queue.slice(taken.length);
    return taken;
  }

  async #write({ slices, signal, waiting }: Prepared): Promise<void> {
    try {
      await this.#parts.publisher.room(signal);
      await this.#store(slices, signal);
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  async #store(slices: readonly Slice[], signal: AbortSignal): Promise<void> {
    try {
      await this.#untilDone(signal, () => this.#storeOnce(slices));
    } catch (error) {
      if (!(error instanceof BatchUnstorable)) throw error;
      await this.#storeHalves(slices, signal, error);
    }
  }

  /** Repeats what a database that is away, full or restarting refuses, for ever; gives up what another owner took over. */
  async #untilDone<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        const result = await work();
        this.#trouble.recovered();
        return result;
      } catch (error) {
        await this.#recover(error, signal);
      }
    }
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { metrics, memory, store } = this.#parts;
    if (error instanceof BatchUnstorable) throw error;
    if (error instanceof BatchFenced) {
      metrics.processor_batches_refused_total.inc({ reason: 'fenced' });
      throw error;
    }
    if (error instanceof SuppressionsChanged) return memory.refreshSuppressions(store.erasures);
    metrics.processor_batches_refused_total.inc({ reason: 'unavailable' });
    this.#trouble.failed(error);
    await backOff(this.#trouble.attempts, signal);
  }

  /** Halves until the value that the database refuses is alone; that record is put aside, all others are stored. */
  async #storeHalves(slices: readonly Slice[], signal: AbortSignal, cause: BatchUnstorable): Promise<void> {
    this.#parts.metrics.processor_batches_refused_total.inc({ reason: 'data' });
    const halves = split(slices);
    for (const half of halves ?? [slices.map((slice) => withoutContent(slice, cause))]) {
      await this.#store(half, signal);
    }
  }

  async #storeOnce(slices: readonly Slice[]): Promise<void> {
    const { store, memory, publisher, metrics } = this.#parts;
    const observe = metrics.processor_write_duration_seconds.startTimer();
    const committed = await store.commit(slices, { ...memory, shard: memory.shard, nowMillis: Date.now() });
    observe();
    for (const { partition, nextOffset } of slices) {
      const held = memory.held.get(partition);
      if (held) memory.held.set(partition, { ...held, next: nextOffset });
    }
    memory.remember(committed);
    countCommitted(metrics, committed, slices);
    publisher.publish(committed, slices);
  }
}

function withoutContent(slice: Slice, cause: BatchUnstorable): Slice {
  const refused = cause.cause instanceof Error ? cause.cause.message : 'unknown';
  return { ...slice, records: slice.records.map((record) => unstorable(record, refused)) };
}

/** A record that was put aside already and still is refused keeps nothing but its bytes. */
function unstorable(record: StorableEvent | PoisonRecord, refused: string): PoisonRecord {
  const detail = `The event store refuses a value of it: ${refused}. Correct the value.`;
  if (record.kind === 'poison') return { ...record, poison: poison('unstorable', 'The event store refuses it.') };
  const { event, series, receivedMillis, record: raw } = record;
  return {
    kind: 'poison',
    record: raw,
    receivedMillis,
    tenant: series.tenant,
    poison: poison('unstorable', detail, { about: subjectOf(event) }),
  };
}
