import { type Static, Type } from 'typebox';
import type { CollectionShape } from './value.ts';

/** Time and counter; both are below 2^53 here, which is the year 287396. */
export interface StreamId {
  readonly milliseconds: number;
  readonly sequence: number;
}

export interface StreamEntry {
  readonly id: StreamId;
  /** Fields and values in turn. */
  readonly fields: readonly string[];
}

const idDump = Type.Tuple([Type.Number(), Type.Number()]);
export const streamDump = Type.Object({
  lastId: idDump,
  entries: Type.Array(Type.Tuple([Type.Number(), Type.Number(), Type.Array(Type.String())])),
});

const entryOverheadBytes = 160;
const fieldOverheadBytes = 24;
export const zeroId: StreamId = { milliseconds: 0, sequence: 0 };

export function compareIds(a: StreamId, b: StreamId): number {
  return a.milliseconds - b.milliseconds || a.sequence - b.sequence;
}

export function formatId({ milliseconds, sequence }: StreamId): string {
  return `${milliseconds}-${sequence}`;
}

export class StreamValue implements CollectionShape {
  readonly kind = 'stream';
  #entries: StreamEntry[] = [];
  /** Trimmed entries at the beginning that are not yet cut off. */
  #gone = 0;
  #bytes = entryOverheadBytes;
  #lastId = zeroId;

  static restore({ lastId, entries }: Static<typeof streamDump>): StreamValue {
    const stream = new StreamValue();
    for (const [milliseconds, sequence, fields] of entries) stream.add({ id: { milliseconds, sequence }, fields });
    const [milliseconds, sequence] = lastId;
    stream.#lastId = { milliseconds, sequence };
    return stream;
  }

  get size(): number {
    return this.#entries.length - this.#gone;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Of the newest entry there ever was, also when it has been trimmed. */
  get lastId(): StreamId {
    return this.#lastId;
  }

  /** The id must be above `lastId`. */
  add(entry: StreamEntry): void {
    this.#entries.push(entry);
    this.#lastId = entry.id;
    this.#bytes += entryBytes(entry);
  }

  /** Entries with ids from `first` to `last`, both included. */
  range(first: StreamId, last: StreamId, limit = Number.POSITIVE_INFINITY): StreamEntry[] {
    const found: StreamEntry[] = [];
    for (let at = this.#indexOf(first); at < this.#entries.length && found.length < limit; at += 1) {
      const entry = this.#entries[at];
      if (!entry || compareIds(entry.id, last) > 0) break;
      found.push(entry);
    }
    return found;
  }

  /** Drops the oldest entries until at most so many are left; returns how many were dropped. */
  trimToLength(length: number): number {
    return this.#drop(Math.max(this.size - length, 0));
  }

  /** Drops the entries with ids below this one. */
  trimBelow(id: StreamId): number {
    return this.#drop(this.#indexOf(id) - this.#gone);
  }

  dump(): Static<typeof streamDump> {
    const kept = this.#entries.slice(this.#gone);
    return {
      lastId: [this.#lastId.milliseconds, this.#lastId.sequence],
      entries: kept.map(({ id, fields }) => [id.milliseconds, id.sequence, [...fields]]),
    };
  }

  /** Index of the first entry with this id or a later one. */
  #indexOf(id: StreamId): number {
    let low = this.#gone;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry && compareIds(entry.id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #drop(count: number): number {
    for (const entry of this.#entries.slice(this.#gone, this.#gone + count)) this.#bytes -= entryBytes(entry);
    this.#gone += count;
    // Cutting off moves what is left, so it waits until it pays.
    if (this.#gone * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#gone);
      this.#gone = 0;
    }
    return count;
  }
}

function entryBytes({ fields }: StreamEntry): number {
  return fields.reduce((bytes, field) => bytes + field.length + fieldOverheadBytes, entryOverheadBytes);
}
