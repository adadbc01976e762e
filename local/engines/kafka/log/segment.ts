import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BatchHeader, headerSize, lastOffsetOf, readBatchHeader, sizeOf } from '../protocol/batch.ts';
import { AppendFile } from './append-file.ts';
import type { AbortedTransaction } from './producer-states.ts';

/** One entry of the sparse index: the batch at `position` begins with `offset`. */
export interface IndexEntry {
  readonly offset: number;
  readonly position: number;
  /** The newest timestamp of all batches before this one in the segment, or -1. */
  readonly newestBeforeMillis: number;
}

/** Everything that is known of a segment beside its bytes; a scan of the bytes gives the same. */
export interface SegmentFacts {
  size: number;
  nextOffset: number;
  newestMillis: number;
  newestOffset: number;
  index: IndexEntry[];
  aborted: AbortedTransaction[];
}

/** Bytes between two index entries: what a seek may have to walk over. */
const indexIntervalBytes = 32 * 1024;
const rememberedReaders = 64;
const offsetDigits = 20;

export const segmentName = (baseOffset: number): string => `${String(baseOffset).padStart(offsetDigits, '0')}.log`;
export const checkpointName = (baseOffset: number): string =>
  `${String(baseOffset).padStart(offsetDigits, '0')}.checkpoint.json`;
export const baseOffsetOf = (name: string): number | undefined => {
  const match = /^(\d{20})\.log$/.exec(name);
  return match === null ? undefined : Number(match[1]);
};

export const emptyFacts = (baseOffset: number): SegmentFacts => ({
  size: 0,
  nextOffset: baseOffset,
  newestMillis: -1,
  newestOffset: -1,
  index: [],
  aborted: [],
});

/** A run of batches in one file. Only the last segment of a log grows. */
export class Segment {
  readonly baseOffset: number;
  readonly directory: string;
  readonly file: AppendFile;
  readonly facts: SegmentFacts;
  /** When its first batch was stored: `segment.ms` counts from here. */
  firstStoredAtMillis: number | undefined;
  #indexedTo = Number.NEGATIVE_INFINITY;
  readonly #readTo = new Map<number, number>();

  constructor(directory: string, baseOffset: number, facts: SegmentFacts = emptyFacts(baseOffset)) {
    this.directory = directory;
    this.baseOffset = baseOffset;
    this.facts = facts;
    this.file = new AppendFile(join(directory, segmentName(baseOffset)), facts.size);
    this.#indexedTo = facts.index.at(-1)?.position ?? Number.NEGATIVE_INFINITY;
  }

  get checkpointPath(): string {
    return join(this.directory, checkpointName(this.baseOffset));
  }

  /** @throws StorageError; nothing is stored then. */
  append(batch: Buffer, header: BatchHeader): void {
    const position = this.facts.size;
    this.file.append([batch]);
    this.note(header, position);
  }

  /** Takes a batch that lies at `position` into the facts. */
  note(header: BatchHeader, position: number): void {
    const { facts } = this;
    if (position - this.#indexedTo >= indexIntervalBytes) {
      facts.index.push({ offset: header.baseOffset, position, newestBeforeMillis: facts.newestMillis });
      this.#indexedTo = position;
    }
    facts.size = position + header.size;
    facts.nextOffset = header.lastOffset + 1;
    if (header.maxTimestampMillis <= facts.newestMillis) return;
    facts.newestMillis = header.maxTimestampMillis;
    facts.newestOffset = header.lastOffset;
  }

  /** Where the first batch lies that ends at `offset` or later; the end of the segment when there is none. */
  seek(offset: number): number {
    const hint = this.#readTo.get(offset);
    if (hint !== undefined) return hint;
    const from = lastWhere(this.facts.index, (entry) => entry.offset <= offset)?.position ?? 0;
    let found = this.facts.size;
    this.walk(from, (header, position) => {
      if (header.lastOffset < offset) return true;
      found = position;
      return false;
    });
    return found;
  }

  /** Remembers where a reader stopped, because that is where it goes on. */
  remember(offset: number, position: number): void {
    this.#readTo.set(offset, position);
    if (this.#readTo.size <= rememberedReaders) return;
    for (const oldest of this.#readTo.keys()) {
      this.#readTo.delete(oldest);
      return;
    }
  }

  /** A position before which every batch is older than `timestampMillis`. */
  seekTime(timestampMillis: number): number {
    return lastWhere(this.facts.index, (entry) => entry.newestBeforeMillis < timestampMillis)?.position ?? 0;
  }

  /** At most `size` bytes from `position`, never past the end. */
  read(position: number, size: number): Buffer {
    const into = Buffer.allocUnsafe(Math.max(0, Math.min(size, this.facts.size - position)));
    return into.subarray(0, this.file.read(into, position));
  }

  /** Walks the batch headers from `position` on, until `visit` returns false or the end. */
  walk(position: number, visit: (header: BatchHeader, position: number) => boolean): void {
    let windowStart = position;
    let window = this.read(position, indexIntervalBytes);
    let next = position;
    while (next + headerSize <= this.facts.size) {
      if (next + headerSize > windowStart + window.length) {
        windowStart = next;
        window = this.read(next, indexIntervalBytes);
        if (window.length < headerSize) return;
      }
      const header = readBatchHeader(window, next - windowStart);
      if (!visit(header, next)) return;
      next += header.size;
    }
  }

  remove(): void {
    this.file.close();
    rmSync(this.file.path, { force: true });
    rmSync(this.checkpointPath, { force: true });
  }
}

/** The last entry of a sorted list for which `holds` is true. */
const lastWhere = <T>(entries: readonly T[], holds: (entry: T) => boolean): T | undefined => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && holds(entry)) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
};

/**
 * How many of `bytes`, which begin with a batch, are whole batches below the offset `limit`.
 * `needed` is the size of a first batch that does not fit.
 */
export const wholeBatches = (bytes: Buffer, limit: number): { size: number; nextOffset: number; needed?: number } => {
  let size = 0;
  let nextOffset = -1;
  while (size + headerSize <= bytes.length) {
    const lastOffset = lastOffsetOf(bytes, size);
    if (lastOffset >= limit) break;
    const end = size + sizeOf(bytes, size);
    if (end > bytes.length) return size === 0 ? { size, nextOffset, needed: end } : { size, nextOffset };
    size = end;
    nextOffset = lastOffset + 1;
  }
  return { size, nextOffset };
};
