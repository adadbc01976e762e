import { KafkaError } from '../errors.ts';
import type { BatchHeader } from '../protocol/batch.ts';

interface StoredBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly timestampMillis: number;
}

interface ProducerState {
  epoch: number;
  /** The newest last; at most `rememberedBatches`. */
  batches: StoredBatch[];
  /** The first offset of the transaction that is open here, or undefined. */
  openSince: number | undefined;
  seenAtMillis: number;
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** The offset of the abort marker. */
  readonly lastOffset: number;
}

/** As in Apache Kafka: a producer has at most five requests in flight, so a retry is one of the last five batches. */
const rememberedBatches = 5;
/** More producers than any partition here has; beyond it those are forgotten that were met first. */
const rememberedProducers = 10_000;
const sequenceCount = 2 ** 31;
const noSequence = -1;

const lastSequenceOf = (header: BatchHeader): number => (header.baseSequence + header.recordCount - 1) % sequenceCount;
const follows = (last: number, next: number): boolean => next === (last + 1) % sequenceCount;

/**
 * What one partition knows of its idempotent and transactional producers: which sequence comes next, which
 * transactions are open, which were aborted. All of it can be rebuilt from the batch headers of the log.
 */
export class ProducerStates {
  #states = new Map<number, ProducerState>();
  #openTransactions = new Map<number, number>();

  /**
   * The stored batch that `header` repeats, or undefined when it is new.
   * @throws KafkaError when the epoch is fenced or a batch before this one is missing.
   */
  check(header: BatchHeader): StoredBatch | undefined {
    const state = this.#states.get(header.producerId);
    if (state === undefined) return undefined;
    if (header.producerEpoch < state.epoch) {
      throw new KafkaError(
        'INVALID_PRODUCER_EPOCH',
        `producer ${header.producerId} sent epoch ${header.producerEpoch}, a newer one has ${state.epoch}`,
      );
    }
    // A new epoch begins at sequence 0.
    if (header.producerEpoch > state.epoch) return this.#checkNext(header, noSequence);
    const lastSequence = lastSequenceOf(header);
    const repeated = state.batches.find(
      (batch) => batch.firstSequence === header.baseSequence && batch.lastSequence === lastSequence,
    );
    return repeated ?? this.#checkNext(header, state.batches.at(-1)?.lastSequence ?? noSequence);
  }

  #checkNext(header: BatchHeader, last: number): undefined {
    if (follows(last, header.baseSequence)) return undefined;
    throw new KafkaError(
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      `producer ${header.producerId} sent sequence ${header.baseSequence} after ${last}`,
    );
  }

  /** Takes note of a data batch that is in the log now. */
  stored(header: BatchHeader, nowMillis: number): void {
    const state = this.#stateOf(header.producerId, header.producerEpoch, nowMillis);
    state.batches.push({
      firstSequence: header.baseSequence,
      lastSequence: lastSequenceOf(header),
      baseOffset: header.baseOffset,
      lastOffset: header.lastOffset,
      timestampMillis: header.maxTimestampMillis,
    });
    if (state.batches.length > rememberedBatches) state.batches.shift();
    if (!header.isTransactional || state.openSince !== undefined) return;
    state.openSince = header.baseOffset;
    this.#openTransactions.set(header.producerId, header.baseOffset);
  }

  /** Takes note of a commit or abort marker; returns the transaction that it aborted, if there was one. */
  ended(header: BatchHeader, isCommit: boolean, nowMillis: number): AbortedTransaction | undefined {
    const state = this.#stateOf(header.producerId, header.producerEpoch, nowMillis);
    const firstOffset = state.openSince;
    state.openSince = undefined;
    this.#openTransactions.delete(header.producerId);
    if (isCommit || firstOffset === undefined) return undefined;
    return { producerId: header.producerId, firstOffset, lastOffset: header.lastOffset };
  }

  #stateOf(producerId: number, epoch: number, nowMillis: number): ProducerState {
    const known = this.#states.get(producerId);
    if (known === undefined) {
      const state: ProducerState = { epoch, batches: [], openSince: undefined, seenAtMillis: nowMillis };
      this.#states.set(producerId, state);
      if (this.#states.size > rememberedProducers) this.#forgetFirst();
      return state;
    }
    if (epoch > known.epoch) {
      known.epoch = epoch;
      known.batches = [];
    }
    known.seenAtMillis = nowMillis;
    return known;
  }

  #forgetFirst(): void {
    for (const [producerId, state] of this.#states) {
      if (state.openSince !== undefined) continue;
      this.#states.delete(producerId);
      return;
    }
  }

  /** The first offset of the oldest open transaction, or undefined: readers of committed data stop before it. */
  get firstOpenOffset(): number | undefined {
    // Transactions enter this map at growing offsets, so its first is the oldest.
    return this.#openTransactions.values().next().value;
  }

  /** Forgets producers that have been silent since before `cutoffMillis`. */
  expire(cutoffMillis: number): void {
    for (const [producerId, state] of this.#states) {
      if (state.openSince === undefined && state.seenAtMillis < cutoffMillis) this.#states.delete(producerId);
    }
  }

  /** Everything, as plain values. */
  snapshot(): ProducerSnapshot {
    return [...this.#states].map(([producerId, state]) => ({ producerId, ...state, batches: [...state.batches] }));
  }

  restore(snapshot: ProducerSnapshot): void {
    this.#states = new Map();
    const open: [number, number][] = [];
    for (const { producerId, ...state } of snapshot) {
      this.#states.set(producerId, { ...state, openSince: state.openSince, batches: [...state.batches] });
      if (state.openSince !== undefined) open.push([producerId, state.openSince]);
    }
    this.#openTransactions = new Map(open.sort((left, right) => left[1] - right[1]));
  }
}

export type ProducerSnapshot = readonly {
  readonly producerId: number;
  readonly epoch: number;
  readonly batches: readonly StoredBatch[];
  readonly openSince?: number | undefined;
  readonly seenAtMillis: number;
}[];
