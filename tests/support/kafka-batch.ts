import { at, attributes, currentMagic, headerSize, seal } from '#local/engines/kafka/protocol/batch.ts';
import { writeInt64 } from '#local/engines/kafka/protocol/reader.ts';

export interface BatchRecord {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly timestampMillis?: number;
}

export interface BatchOptions {
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  readonly timestampMillis?: number;
  /** A codec's id and what it does to the records. */
  readonly codec?: { readonly id: number; readonly compress: (records: Buffer) => Buffer };
}

/** Zigzag, then seven bits a byte. */
const varint = (value: number): Buffer => {
  let rest = BigInt(value) * 2n;
  if (rest < 0n) rest = -rest - 1n;
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
};

const sized = (text: string | null): Buffer =>
  text === null ? varint(-1) : Buffer.concat([varint(Buffer.byteLength(text)), Buffer.from(text)]);

const encodeRecord = ({ key = null, value = '' }: BatchRecord, offsetDelta: number, timestampDelta: number): Buffer => {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(timestampDelta),
    varint(offsetDelta),
    sized(key),
    sized(value),
    varint(0),
  ]);
  return Buffer.concat([varint(body.length), body]);
};

/** A record batch as a producer makes it. */
export const encodeBatch = (records: readonly BatchRecord[], options: BatchOptions = {}): Buffer => {
  const baseMillis = options.timestampMillis ?? Date.now();
  const timestamps = records.map(({ timestampMillis }) => timestampMillis ?? baseMillis);
  const encoded = Buffer.concat(
    records.map((record, index) => encodeRecord(record, index, (timestamps[index] ?? baseMillis) - baseMillis)),
  );
  const { codec = { id: 0, compress: (bytes: Buffer) => bytes } } = options;
  const batch = Buffer.concat([Buffer.alloc(headerSize), codec.compress(encoded)]);
  const flags =
    codec.id | (options.isTransactional ? attributes.transactional : 0) | (options.isControl ? attributes.control : 0);
  batch.writeInt8(currentMagic, at.magic);
  batch.writeInt16BE(flags, at.attributes);
  batch.writeInt32BE(records.length - 1, at.lastOffsetDelta);
  writeInt64(batch, baseMillis, at.baseTimestamp);
  writeInt64(batch, Math.max(...timestamps), at.maxTimestamp);
  writeInt64(batch, options.producerId ?? -1, at.producerId);
  batch.writeInt16BE(options.producerEpoch ?? -1, at.producerEpoch);
  batch.writeInt32BE(options.baseSequence ?? -1, at.baseSequence);
  batch.writeInt32BE(records.length, at.recordCount);
  seal(batch);
  return batch;
};

/** `count` records with the values 0, 1, 2 … */
export const countingBatch = (count: number, options: BatchOptions = {}): Buffer =>
  encodeBatch(
    Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: String(index) })),
    options,
  );
