import { murmur2 } from './murmur2.ts';
import { RecordBatch } from './record-batch.ts';
import { Scratch, varintBytes } from './scratch.ts';

/** A record of a topic whose place nobody asks for. */
export interface PublishedRecord {
  readonly key?: string | undefined;
  readonly value: string | Buffer;
  /** Of bytes: only those before it, and then the tail. Without it, all of them. */
  readonly valueEnd?: number;
  readonly tail?: string;
}

const initialBytes = 32 * 1024;
/** Attributes and a time of 0: a batch's records share its moment. */
const FIXED_BYTES = 2;
const NULL_LENGTH = -1;
/** What a record has beside key, value and headers, at most. */
const FRAME_BYTES = 24;
const keyRoom = Buffer.allocUnsafeSlow(8 * 1024);

const sizeOf = ({ value, valueEnd }: PublishedRecord): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : (valueEnd ?? value.length);

/** At most, in UTF-8. */
const keyBytesAtMost = ({ key = '' }: PublishedRecord): number => key.length * 3;

/** An upper bound of what a record takes in its batch. */
export const recordBytes = (record: PublishedRecord, headers: Buffer): number =>
  FRAME_BYTES + keyBytesAtMost(record) + sizeOf(record) + Buffer.byteLength(record.tail ?? '') + headers.length;

/** The records of one partition, written one behind the other as they come. */
class PartitionRecords {
  readonly #scratch = new Scratch(initialBytes);
  count = 0;

  get length(): number {
    return this.#scratch.length;
  }

  add(record: PublishedRecord, headers: Buffer, key: Buffer | undefined): void {
    const { value, tail = '' } = record;
    const [headBytes, tailBytes] = [sizeOf(record), Buffer.byteLength(tail)];
    const keyLength = key ? key.length : NULL_LENGTH;
    const lengths = varintBytes(this.count) + varintBytes(keyLength) + varintBytes(headBytes + tailBytes);
    const length = FIXED_BYTES + lengths + (key?.length ?? 0) + headBytes + tailBytes + headers.length;
    const scratch = this.#scratch;
    scratch.reserve(length + FRAME_BYTES);
    scratch.varint(length);
    scratch.byte(0);
    scratch.varint(0);
    scratch.varint(this.count);
    scratch.varint(keyLength);
    if (key) scratch.bytes(key);
    scratch.varint(headBytes + tailBytes);
    if (typeof value === 'string') scratch.text(value, headBytes);
    else scratch.bytes(value, headBytes);
    if (tailBytes > 0) scratch.text(tail, tailBytes);
    scratch.bytes(headers);
    this.count += 1;
  }

  /** What was written, compressed; the memory is free for the next ones. */
  take(partition: number, nowMillis: number): RecordBatch {
    const batch = new RecordBatch(partition, { count: this.count, bytes: this.#scratch.written }, nowMillis);
    this.#scratch.begin();
    this.count = 0;
    return batch;
  }
}

/**
 * Records of a topic on their way into the next requests: written into the memory of their partition at once, so that
 * nothing is allocated for a record that waits.
 */
export class OpenBatch {
  readonly #maxBytes: number;
  #partitions: PartitionRecords[] = [];
  readonly #full: RecordBatch[] = [];
  #spread = 0;

  /** `maxBytes`: of one record batch, before compression. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(record: PublishedRecord, headers: Buffer, partitionCount: number): void {
    const key = this.#keyOf(record);
    this.#spread = (this.#spread + 1) & 0x7fffffff;
    const hash = key ? murmur2(key) & 0x7fffffff : this.#spread;
    const partition = hash % partitionCount;
    const records = this.#partition(partition);
    const room = this.#maxBytes - records.length;
    if (records.count > 0 && recordBytes(record, headers) > room) this.#full.push(records.take(partition, Date.now()));
    records.add(record, headers, key);
  }

  /** Requests one after the other, each with at most one batch of a partition. */
  take(): RecordBatch[][] {
    const nowMillis = Date.now();
    const rest = this.#partitions.flatMap((records, partition) =>
      records.count > 0 ? [records.take(partition, nowMillis)] : [],
    );
    const rounds: RecordBatch[][] = [];
    const next = new Map<number, number>();
    for (const batch of [...this.#full.splice(0), ...rest]) {
      const round = next.get(batch.partition) ?? 0;
      next.set(batch.partition, round + 1);
      const request = rounds[round] ?? [];
      rounds[round] = request;
      request.push(batch);
    }
    return rounds;
  }

  #partition(partition: number): PartitionRecords {
    while (this.#partitions.length <= partition) this.#partitions.push(new PartitionRecords());
    const records = this.#partitions[partition];
    if (!records) throw new RangeError(`there is no partition ${partition}`);
    return records;
  }

  /** Short keys are written into one place, which is read before the next one comes. */
  #keyOf(record: PublishedRecord): Buffer | undefined {
    const { key } = record;
    if (key === undefined) return undefined;
    if (keyBytesAtMost(record) > keyRoom.length) return Buffer.from(key);
    return keyRoom.subarray(0, keyRoom.write(key));
  }
}
