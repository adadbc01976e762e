import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { RecordPosition } from './producer.ts';
import type { RecordParts } from './record-batch.ts';

/** One `send` call: settled when the last of its messages is. */
export interface Delivery {
  readonly positions: RecordPosition[];
  remaining: number;
  /** True when the caller has its answer already; what still waits is not sent any more. */
  settled: boolean;
  readonly resolve: (positions: readonly RecordPosition[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface Pending extends RecordParts {
  readonly topic: string;
  /** Chooses the partition, modulo their number. */
  readonly hash: number;
  readonly bytes: number;
  readonly delivery: Delivery;
  /** Its place in the call. */
  readonly index: number;
}

export interface LaneLimits {
  /** All of a batch together stays below a topic's limit, so that it fits even when one partition gets all of it. */
  readonly maxBatchBytes: number;
}

export interface LaneTarget {
  write(batch: readonly Pending[]): Promise<readonly RecordPosition[]>;
  /** Called once for every message that left the lane, stored or not. */
  done(message: Pending): void;
}

/** The messages of one topic in order, one request at a time. */
export class TopicLane {
  readonly #limits: LaneLimits;
  readonly #target: LaneTarget;
  #queue: Pending[] = [];
  #running: Promise<void> | undefined;

  constructor(limits: LaneLimits, target: LaneTarget) {
    this.#limits = limits;
    this.#target = target;
  }

  push(message: Pending): void {
    this.#queue.push(message);
    this.#start();
  }

  /** Resolves when nothing waits or is in flight. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #start(): void {
    if (this.#running || this.#queue.length === 0) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      // Something may have come between the end of the run and this line.
      this.#start();
    });
  }

  /** Each batch takes all that comes in one turn of the event loop: many small sends cost one request, and no waiting. */
  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      await endOfTurn();
      const batch = this.#takeBatch();
      if (batch.length > 0) await this.#writeBatch(batch);
    }
  }

  #takeBatch(): Pending[] {
    const batch: Pending[] = [];
    let bytes = 0;
    let taken = 0;
    for (const message of this.#queue) {
      const abandoned = message.delivery.settled;
      if (!abandoned && bytes + message.bytes > this.#limits.maxBatchBytes) break;
      taken += 1;
      if (abandoned) this.#target.done(message);
      else {
        bytes += message.bytes;
        batch.push(message);
      }
    }
    this.#queue = this.#queue.slice(taken);
    return batch;
  }

  async #writeBatch(batch: readonly Pending[]): Promise<void> {
    try {
      const positions = await this.#target.write(batch);
      for (let place = 0; place < batch.length; place += 1) this.#stored(batch[place], positions[place]);
    } catch (error) {
      for (const message of batch) this.#failed(message, error);
    }
  }

  #stored(message: Pending | undefined, position: RecordPosition | undefined): void {
    if (!message) return;
    const { delivery, index } = message;
    this.#target.done(message);
    if (position) delivery.positions[index] = position;
    delivery.remaining -= 1;
    if (delivery.remaining > 0 || delivery.settled) return;
    delivery.settled = true;
    delivery.resolve(delivery.positions);
  }

  #failed(message: Pending, error: unknown): void {
    this.#target.done(message);
    if (message.delivery.settled) return;
    message.delivery.settled = true;
    message.delivery.reject(error);
  }
}
