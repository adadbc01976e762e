import { backOffMillis, pause } from './connection.ts';
import { type IncomingMessage, type Position, partitionName, type TopicPartition } from './records.ts';

/** Consecutive messages of one partition. */
export interface Batch extends TopicPartition {
  readonly messages: readonly IncomingMessage[];
  /** The position to store when the batch is done; it may be past the last message. */
  readonly nextOffset: bigint;
  /** The position before the batch: store `nextOffset` only where this is stored now, and no other owner can interfere. */
  readonly baseOffset: bigint;
  /** The end of the partition when the batch was read. */
  readonly highWatermark: bigint;
  /** Aborted when the partition is taken away; work after that is repeated by its next owner. */
  readonly signal: AbortSignal;
}

export interface FeedHandlers {
  handle(batch: Batch): Promise<void>;
  failed(feed: Feed, error: unknown): void;
  /** The position to go on from after a failure; what the caller stored. */
  reload(place: TopicPartition, fallback: bigint): Promise<bigint>;
  /** Something changed that may allow a new fetch. */
  changed(): void;
}

const maxDelayMillis = 10_000;

/** One partition: at most one batch is being handled and one waits, so memory stays bounded. */
export class Feed implements Position {
  readonly topic: string;
  readonly partition: number;
  readonly #handlers: FeedHandlers;
  readonly #abort = new AbortController();
  /** Where the next fetch begins. */
  offset: bigint;
  highWatermark: bigint | undefined;
  paused = false;
  #done: bigint;
  #waiting: Batch | undefined;
  #running: Promise<void> | undefined;
  /** In a row; one good batch ends the episode. */
  #failures = 0;
  #recovering = false;

  constructor(position: Position, handlers: FeedHandlers) {
    this.topic = position.topic;
    this.partition = position.partition;
    this.offset = position.offset;
    this.#done = position.offset;
    this.#handlers = handlers;
  }

  get name(): string {
    return partitionName(this);
  }

  /** True when a fetched batch would have a place. */
  get hungry(): boolean {
    return !this.paused && !this.#abort.signal.aborted && this.#waiting === undefined && !this.#recovering;
  }

  get lag(): number {
    return this.highWatermark === undefined ? 0 : Math.max(0, Number(this.highWatermark - this.#done));
  }

  accept(messages: readonly IncomingMessage[], nextOffset: bigint, highWatermark: bigint): void {
    this.highWatermark = highWatermark;
    if (nextOffset === this.offset) return;
    const { topic, partition } = this;
    const { signal } = this.#abort;
    const batch = { topic, partition, messages, nextOffset, baseOffset: this.offset, highWatermark, signal };
    this.offset = nextOffset;
    if (this.#running) this.#waiting = batch;
    else this.#running = this.#run(batch);
  }

  /** No further batch; resolves when the one in hand is over. */
  async stop(): Promise<void> {
    this.#waiting = undefined;
    this.#abort.abort();
    await this.#running;
  }

  /** Everything read but not done is dropped and reading goes on elsewhere. */
  moveTo(offset: bigint): void {
    this.#waiting = undefined;
    this.offset = offset;
    this.#done = offset;
  }

  async #run(first: Batch): Promise<void> {
    for (let batch: Batch | undefined = first; batch && !this.#abort.signal.aborted; batch = this.#take()) {
      try {
        await this.#handlers.handle(batch);
        this.#done = batch.nextOffset;
        this.#failures = 0;
      } catch (error) {
        await this.#recover(error);
      }
      this.#handlers.changed();
    }
    this.#running = undefined;
    this.#handlers.changed();
  }

  #take(): Batch | undefined {
    const batch = this.#waiting;
    this.#waiting = undefined;
    return batch;
  }

  /** Waits, asks where the stored position is, and reads on from there, for ever. */
  async #recover(error: unknown): Promise<void> {
    this.#failures += 1;
    this.#recovering = true;
    this.#waiting = undefined;
    this.#handlers.failed(this, error);
    while (!this.#abort.signal.aborted) {
      await pause(backOffMillis(this.#failures, undefined, maxDelayMillis), this.#abort.signal);
      try {
        this.moveTo(await this.#handlers.reload(this, this.#done));
        break;
      } catch (reloadError) {
        this.#failures += 1;
        this.#handlers.failed(this, reloadError);
      }
    }
    this.#recovering = false;
  }
}
