import type { Carrier } from '../telemetry/tracing.ts';
import { Cursor } from './cursor.ts';
import { type FetchedBatch, isControl } from './fetched-batch.ts';

export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  /** null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Carrier & Readonly<Record<string, string>>;
  readonly timestampMillis: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The offset of the next record to read, as a consumer stores it. */
export interface Position extends TopicPartition {
  readonly offset: bigint;
}

export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** What the records of one batch share. */
interface Source {
  readonly place: TopicPartition;
  readonly bytes: Buffer;
  readonly firstOffset: bigint;
  readonly firstTimestamp: number;
}

/** A record where it stands in its batch: what nobody asks for is never made. */
class Message implements IncomingMessage {
  readonly #source: Source;
  readonly #offsetDelta: number;
  readonly #timestampDelta: number;
  readonly #keyAt: number;
  readonly #keyLength: number;
  readonly #valueAt: number;
  readonly #valueLength: number;

  constructor(source: Source, cursor: Cursor) {
    this.#source = source;
    // Attributes, of which a record has none.
    cursor.at += 1;
    this.#timestampDelta = cursor.varlong();
    this.#offsetDelta = cursor.varint();
    this.#keyLength = cursor.varint();
    this.#keyAt = cursor.at;
    cursor.at += Math.max(0, this.#keyLength);
    this.#valueLength = cursor.varint();
    this.#valueAt = cursor.at;
  }

  get topic(): string {
    return this.#source.place.topic;
  }

  get partition(): number {
    return this.#source.place.partition;
  }

  get offset(): bigint {
    return this.#source.firstOffset + BigInt(this.#offsetDelta);
  }

  get key(): Buffer | null {
    return this.#bytes(this.#keyAt, this.#keyLength);
  }

  get value(): Buffer | null {
    return this.#bytes(this.#valueAt, this.#valueLength);
  }

  get headers(): Record<string, string> {
    const { bytes } = this.#source;
    const cursor = new Cursor(bytes, this.#valueAt + Math.max(0, this.#valueLength));
    const found: Record<string, string> = {};
    const text = () => {
      const length = cursor.varint();
      const at = cursor.at;
      cursor.at += Math.max(0, length);
      return length < 0 ? undefined : bytes.toString('utf8', at, cursor.at);
    };
    for (let left = cursor.varint(); left > 0; left -= 1) {
      const name = text();
      const value = text();
      if (name) found[name] = value ?? '';
    }
    return found;
  }

  get timestampMillis(): number {
    return this.#source.firstTimestamp + this.#timestampDelta;
  }

  #bytes(at: number, length: number): Buffer | null {
    return length < 0 ? null : this.#source.bytes.subarray(at, at + length);
  }
}

function readMessages(place: Position, batch: FetchedBatch, into: IncomingMessage[]): void {
  const { bytes, firstOffset, count } = batch;
  const source = { place, bytes, firstOffset, firstTimestamp: Number(batch.firstTimestamp) };
  const skipsSome = firstOffset < place.offset;
  const cursor = new Cursor(bytes);
  for (let record = 0; record < count; record += 1) {
    const length = cursor.varint();
    const end = cursor.at + length;
    const message = new Message(source, cursor);
    cursor.at = end;
    if (!skipsSome || message.offset >= place.offset) into.push(message);
  }
}

export interface DecodedRecords {
  readonly messages: readonly IncomingMessage[];
  /** Where reading goes on, also past compacted records and markers. */
  readonly nextOffset: bigint;
}

/** The messages of record batches from an offset on: a batch may begin before the offset that was asked for. */
export function decodeRecords(position: Position, batches: readonly FetchedBatch[]): DecodedRecords {
  const { topic, partition, offset } = position;
  const place = { topic, partition, offset };
  const messages: IncomingMessage[] = [];
  for (const batch of batches) if (!isControl(batch)) readMessages(place, batch, messages);
  const last = batches.at(-1);
  const nextOffset = last ? last.firstOffset + BigInt(last.lastOffsetDelta) + 1n : offset;
  return { messages, nextOffset: nextOffset > offset ? nextOffset : offset };
}
