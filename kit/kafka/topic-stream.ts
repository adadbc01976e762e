import { setImmediate as endOfTurn } from 'node:timers/promises';
import { OpenBatch, type PublishedRecord } from './open-batch.ts';
import type { RecordBatch } from './record-batch.ts';

export interface StreamTarget {
  partitions(): Promise<number>;
  /** Resolves when all in-sync replicas have them; the number is that of the records. */
  write(batches: readonly RecordBatch[], records: number): Promise<void>;
  done(records: number, bytes: number): void;
}

const RELEARN_MILLIS = 30_000;

/** Records and callers that wait for the same requests. */
interface Waiting {
  readonly durable: PromiseWithResolvers<void>;
  records: number;
  bytes: number;
}

const waiting = (): Waiting => {
  const durable = Promise.withResolvers<void>();
  // Every caller hears of a failure through its own wait; this one is only shared.
  durable.promise.catch(() => undefined);
  return { durable, records: 0, bytes: 0 };
};

/** The records of one topic: what comes while a request is under way goes out together as the next one. */
export class TopicStream {
  readonly #target: StreamTarget;
  readonly #open: OpenBatch;
  #waiting = waiting();
  #running: Promise<void> | undefined;
  #partitions: number | undefined;
  #learnedAt = 0;

  constructor(maxBatchBytes: number, target: StreamTarget) {
    this.#target = target;
    this.#open = new OpenBatch(maxBatchBytes);
  }

  /** Resolves when all of them are durable. `bytes`: what they count for as long as they are not. */
  async add(records: readonly PublishedRecord[], headers: Buffer, bytes: number): Promise<void> {
    let counted = false;
    try {
      const partitions = await this.#partitionCount();
      for (const record of records) this.#open.add(record, headers, partitions);
      const current = this.#waiting;
      current.records += records.length;
      current.bytes += bytes;
      counted = true;
      this.#running ??= this.#run();
      await current.durable.promise;
    } finally {
      if (!counted) this.#target.done(records.length, bytes);
    }
  }

  /** Resolves when nothing waits or is in flight. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Asked again now and then, because a topic may have got more of them. */
  async #partitionCount(): Promise<number> {
    if (this.#partitions !== undefined && performance.now() - this.#learnedAt < RELEARN_MILLIS) return this.#partitions;
    const count = await this.#target.partitions();
    [this.#partitions, this.#learnedAt] = [count, performance.now()];
    return count;
  }

  async #run(): Promise<void> {
    while (this.#waiting.records > 0) {
      await endOfTurn();
      const current = this.#waiting;
      this.#waiting = waiting();
      await this.#send(current, this.#open.take());
    }
    this.#running = undefined;
  }

  async #send({ durable, records, bytes }: Waiting, rounds: readonly RecordBatch[][]): Promise<void> {
    try {
      for (const batches of rounds) {
        const count = batches.reduce((sum, batch) => sum + batch.count, 0);
        await this.#target.write(batches, count);
      }
      durable.resolve();
    } catch (error) {
      durable.reject(error);
    } finally {
      this.#target.done(records, bytes);
    }
  }
}
