import { compressionsAlgorithms, crc32c, Writer } from '@platformatic/kafka';
import { Scratch, varintBytes } from './scratch.ts';

/** Record batches of version 2. Source: Kafka's documentation, «Record Batch» and «Record». */

/** What becomes one record. */
export interface RecordParts {
  readonly key: Buffer | undefined;
  /** undefined is null: a tombstone. */
  readonly value: string | Buffer | undefined;
  /** Of the value in UTF-8. */
  readonly valueBytes: number;
  /** From `encodeHeaders`; records of one request share it. */
  readonly headers: Buffer;
}

/** The number of a batch's first record, as an idempotent producer gives it. */
export interface Sequence {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly first: number;
}

const scratch = new Scratch(256 * 1024);
/** The varint of -1, which stands for null. */
const NULL_LENGTH = -1;
/** Attributes and a timestamp delta of 0: a batch's records share its moment. */
const FIXED_BYTES = 2;

function writeRecord({ key, value, valueBytes, headers }: RecordParts, offsetDelta: number): void {
  const keyLength = key ? key.length : NULL_LENGTH;
  const valueLength = value === undefined ? NULL_LENGTH : valueBytes;
  const lengths = varintBytes(offsetDelta) + varintBytes(keyLength) + varintBytes(valueLength);
  const length = FIXED_BYTES + lengths + (key?.length ?? 0) + (value === undefined ? 0 : valueBytes) + headers.length;
  scratch.reserve(length + varintBytes(length));
  scratch.varint(length);
  scratch.byte(0);
  scratch.varint(0);
  scratch.varint(offsetDelta);
  scratch.varint(keyLength);
  if (key) scratch.bytes(key);
  scratch.varint(valueLength);
  if (typeof value === 'string') scratch.text(value, valueBytes);
  else if (value) scratch.bytes(value);
  scratch.bytes(headers);
}

/** The headers of a record, their number first. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(headers);
  const bytes = pairs.reduce((sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text) + 10, 5);
  scratch.begin();
  scratch.reserve(bytes);
  scratch.varint(pairs.length);
  for (const part of pairs.flat()) {
    const length = Buffer.byteLength(part);
    scratch.varint(length);
    scratch.text(part, length);
  }
  return Buffer.from(scratch.written);
}

const HEADER_BYTES = 61;
/** Everything after the checksum is covered by it. */
const CRC_FROM = 21;
/** Bytes that the length of a batch does not count: base offset and the length itself. */
const BEFORE_LENGTH = 12;
const MAGIC = 2;

/** Records that are written already, one after the other. */
export interface EncodedRecords {
  readonly count: number;
  readonly bytes: Buffer;
}

function encodeRecords(records: readonly RecordParts[]): EncodedRecords {
  scratch.begin();
  for (const [offsetDelta, record] of records.entries()) writeRecord(record, offsetDelta);
  return { count: records.length, bytes: scratch.written };
}

/** The records of one partition, compressed; the sequence is put in when the batch is sent. */
export class RecordBatch {
  readonly partition: number;
  readonly count: number;
  readonly #bytes: Buffer;
  /** Set when it was numbered first, and kept while it is sent again by the same producer. */
  sequence: Sequence | undefined;

  constructor(partition: number, records: readonly RecordParts[] | EncodedRecords, timestampMillis: number) {
    this.partition = partition;
    const { count, bytes } = 'bytes' in records ? records : encodeRecords(records);
    this.count = count;
    const compressed = compressionsAlgorithms.lz4.compressSync(bytes);
    this.#bytes = Buffer.allocUnsafeSlow(HEADER_BYTES + compressed.length);
    compressed.copy(this.#bytes, HEADER_BYTES);
    this.#writeHeader(BigInt(timestampMillis));
  }

  /** The batch as it goes to the broker. */
  encode({ producerId, producerEpoch, first }: Sequence): Buffer {
    this.#bytes.writeBigInt64BE(producerId, 43);
    this.#bytes.writeInt16BE(producerEpoch, 51);
    this.#bytes.writeInt32BE(first, 53);
    // The wrapper keeps the library from copying the bytes first.
    this.#bytes.writeUInt32BE(crc32c(Writer.create().append(this.#bytes.subarray(CRC_FROM)).dynamicBuffer), 17);
    return this.#bytes;
  }

  /** Base offset, length, leader epoch, magic, checksum (later), attributes, last delta, two times, producer (later), count. */
  #writeHeader(timestamp: bigint): void {
    const header = this.#bytes;
    header.fill(0, 0, HEADER_BYTES);
    header.writeInt32BE(header.length - BEFORE_LENGTH, 8);
    header.writeInt8(MAGIC, 16);
    header.writeInt16BE(compressionsAlgorithms.lz4.bitmask, 21);
    header.writeInt32BE(this.count - 1, 23);
    header.writeBigInt64BE(timestamp, 27);
    header.writeBigInt64BE(timestamp, 35);
    header.writeInt32BE(this.count, 57);
  }
}
