import { KafkaError, StorageError } from '../errors.ts';
import { type BatchHeader, place, readBatchHeader, stampAppendTime } from '../protocol/batch.ts';
import { encodeMarker, type Marker } from '../protocol/control.ts';
import type { TopicSettings } from '../topics/topic-config.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { type AbortedTransaction, ProducerStates } from './producer-states.ts';
import { type Damage, recoverSegments } from './recovery.ts';
import { Segment, wholeBatches } from './segment.ts';

/** The only leader epoch there is: one broker leads every partition for ever. */
export const leaderEpoch = 0;

/** New data between two checkpoints of the growing segment: what a start after SIGKILL has to scan. */
const checkpointIntervalBytes = 16 * 1024 * 1024;

export interface LogOptions {
  readonly directory: string;
  /** The topic's settings as they are now; they may change while the log is open. */
  readonly settings: () => TopicSettings;
  readonly logStartOffset: number;
  readonly now: () => number;
  readonly onDamage: (damage: Damage) => void;
  /** Whether a closed segment must be on the disk before the next begins. */
  readonly syncsSegments: boolean;
}

export interface Appended {
  readonly baseOffset: number;
  /** The broker's clock for topics that use it, else -1. */
  readonly logAppendTimeMillis: number;
}

export interface Wanted {
  readonly maxBytes: number;
  /** No batch is returned that ends at this offset or later. */
  readonly limit: number;
  /** Even a first batch that is larger than `maxBytes`. */
  readonly atLeastOne: boolean;
}

export interface Slice {
  readonly bytes: Buffer;
  /** Where the next read goes on. */
  readonly nextOffset: number;
}

/** Called with the bytes that came; readers that wait for data register one. */
export type Watcher = (bytes: number) => void;

/** One partition: an ordered list of segments, of which the last grows. */
export class PartitionLog {
  readonly #options: LogOptions;
  readonly producers = new ProducerStates();
  readonly watchers = new Set<Watcher>();
  readonly segments: Segment[];
  #active: Segment;
  #logStartOffset: number;
  #checkpointedBytes: number;
  #isClosed = false;

  constructor(options: LogOptions) {
    this.#options = options;
    this.segments = recoverSegments(options.directory, this.producers, options.onDamage);
    const last = this.segments.at(-1);
    this.#active = last ?? new Segment(options.directory, options.logStartOffset);
    if (last === undefined) this.segments.push(this.#active);
    this.#logStartOffset = Math.max(options.logStartOffset, this.segments[0]?.baseOffset ?? 0);
    this.#checkpointedBytes = this.#active.facts.size;
  }

  get nextOffset(): number {
    return this.#active.facts.nextOffset;
  }

  get logStartOffset(): number {
    return this.#logStartOffset;
  }

  /** The end of what readers of committed data may see: the start of the oldest open transaction. */
  get lastStableOffset(): number {
    return this.producers.firstOpenOffset ?? this.nextOffset;
  }

  get active(): Segment {
    return this.#active;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get settings(): TopicSettings {
    return this.#options.settings();
  }

  get size(): number {
    return this.segments.reduce((size, segment) => size + segment.facts.size, 0);
  }

  /**
   * Stores a batch that a producer sent and `checkProduced` accepted, or finds it stored already.
   * The bytes are changed in place (base offset, leader epoch).
   * @throws KafkaError for a wrong epoch or sequence; StorageError when the disk refuses.
   */
  produce(batch: Buffer, header: BatchHeader): Appended {
    if (header.producerId >= 0) {
      const repeated = this.producers.check(header);
      if (repeated !== undefined) return { baseOffset: repeated.baseOffset, logAppendTimeMillis: -1 };
    }
    const nowMillis = this.#options.now();
    const usesAppendTime = this.settings.usesLogAppendTime;
    if (usesAppendTime) stampAppendTime(batch, nowMillis);
    const placed = this.#append(batch, nowMillis);
    if (placed.producerId >= 0) this.producers.stored(placed, nowMillis);
    this.#stored(batch.length);
    return { baseOffset: placed.baseOffset, logAppendTimeMillis: usesAppendTime ? nowMillis : -1 };
  }

  /** Ends the producer's transaction in this partition. */
  mark(marker: Omit<Marker, 'timestampMillis'>): void {
    const nowMillis = this.#options.now();
    const batch = encodeMarker({ ...marker, timestampMillis: nowMillis });
    const placed = this.#append(batch, nowMillis);
    const aborted = this.producers.ended(placed, marker.isCommit, nowMillis);
    if (aborted !== undefined) this.#active.facts.aborted.push(aborted);
    this.#stored(batch.length);
  }

  #append(batch: Buffer, nowMillis: number): BatchHeader {
    if (this.#isClosed) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'the partition is being removed');
    if (this.#mustRoll(batch.length, nowMillis)) this.roll();
    place(batch, this.nextOffset, leaderEpoch);
    const header = readBatchHeader(batch);
    this.#active.append(batch, header);
    this.#active.firstStoredAtMillis ??= nowMillis;
    return header;
  }

  /** After the producers know of the batch, so that a checkpoint never lacks what its bytes hold. */
  #stored(bytes: number): void {
    if (this.#active.facts.size - this.#checkpointedBytes >= checkpointIntervalBytes) this.#tryCheckpoint();
    for (const watcher of this.watchers) watcher(bytes);
  }

  #mustRoll(bytes: number, nowMillis: number): boolean {
    const { size } = this.#active.facts;
    if (size === 0) return false;
    const since = this.#active.firstStoredAtMillis ?? nowMillis;
    return size + bytes > this.settings.segmentBytes || nowMillis - since > this.settings.segmentMillis;
  }

  /** Closes the growing segment and begins the next; the file is made at once because its name holds the offset. */
  roll(): void {
    if (this.#options.syncsSegments) this.#active.file.sync();
    this.#tryCheckpoint();
    const next = new Segment(this.#options.directory, this.nextOffset);
    next.file.touch();
    this.#active.file.close();
    this.#active = next;
    this.segments.push(next);
    this.#checkpointedBytes = 0;
  }

  /** A checkpoint only saves time: on a full disk the log goes on without it. */
  #tryCheckpoint(): void {
    this.#checkpointedBytes = this.#active.facts.size;
    try {
      writeCheckpoint(this.#active, this.producers.snapshot());
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }

  /**
   * Whole batches of one segment, from the one that holds `offset` on.
   * @throws KafkaError OFFSET_OUT_OF_RANGE
   */
  read(offset: number, wanted: Wanted): Slice | undefined {
    this.#checkRange(offset);
    if (offset >= wanted.limit || (wanted.maxBytes <= 0 && !wanted.atLeastOne)) return undefined;
    for (let index = this.#segmentAt(offset); index < this.segments.length; index++) {
      const segment = this.segments[index];
      if (segment === undefined) return undefined;
      const position = segment.seek(offset);
      if (position >= segment.facts.size) continue;
      return readBatches(segment, position, wanted);
    }
    return undefined;
  }

  #checkRange(offset: number): void {
    if (offset >= this.#logStartOffset && offset <= this.nextOffset) return;
    throw new KafkaError(
      'OFFSET_OUT_OF_RANGE',
      `offset ${offset} is outside of ${this.#logStartOffset} to ${this.nextOffset}`,
    );
  }

  /** The index of the last segment that begins at `offset` or before; the first one when there is none. */
  #segmentAt(offset: number): number {
    const index = this.segments.findLastIndex((segment) => segment.baseOffset <= offset);
    return Math.max(0, index);
  }

  /** Transactions that were aborted and have records between `offset` and `nextOffset`. */
  abortedBetween(offset: number, nextOffset: number): AbortedTransaction[] {
    return this.segments.flatMap((segment) =>
      segment.facts.aborted.filter((entry) => entry.lastOffset >= offset && entry.firstOffset < nextOffset),
    );
  }

  /** Gives up everything before `offset` (DeleteRecords); whole segments below it are removed by `dropSegments`. */
  advanceStart(offset: number): void {
    this.#logStartOffset = Math.max(this.#logStartOffset, Math.min(offset, this.nextOffset));
  }

  /** Removes the first `count` segments, never the growing one. */
  dropSegments(count: number): void {
    const dropped = this.segments.splice(0, Math.min(count, this.segments.length - 1));
    for (const segment of dropped) segment.remove();
    this.advanceStart(this.segments[0]?.baseOffset ?? 0);
  }

  sync(): void {
    this.#active.file.sync();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#active.facts.size > 0) this.#tryCheckpoint();
    for (const segment of this.segments) segment.file.close();
    for (const watcher of this.watchers) watcher(Number.POSITIVE_INFINITY);
  }
}

const readBatches = (segment: Segment, position: number, wanted: Wanted): Slice | undefined => {
  const { maxBytes, limit, atLeastOne } = wanted;
  let bytes = segment.read(position, Math.max(maxBytes, minimumReadBytes));
  let whole = wholeBatches(bytes, limit);
  if (whole.needed !== undefined && atLeastOne) {
    bytes = segment.read(position, whole.needed);
    whole = wholeBatches(bytes, limit);
  }
  if (whole.size === 0 || (whole.size > maxBytes && !atLeastOne)) return undefined;
  segment.remember(whole.nextOffset, position + whole.size);
  return { bytes: bytes.subarray(0, whole.size), nextOffset: whole.nextOffset };
};

/** Enough for a batch header. */
const minimumReadBytes = 128;
