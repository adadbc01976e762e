import { compressionsAlgorithmsByBitmask, Reader, readRecordsBatch } from '@platformatic/kafka';
import { Cursor } from './cursor.ts';

/** One record batch of a fetch, its records not looked at yet. Source: Kafka's documentation, «Record Batch». */
export interface FetchedBatch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly attributes: number;
  readonly firstTimestamp: bigint;
  readonly producerId: bigint;
  readonly count: number;
  /** Decompressed: the records one after the other. */
  readonly bytes: Buffer;
}

/** Offset and length, which the length does not count. */
const HEAD_BYTES = 12;
const HEADER_BYTES = 61;
/** Attribute bits: the codec, and transaction markers, which are no messages. */
const CODEC = 0b111;
const CONTROL = 0x20;

export const isControl = ({ attributes }: Pick<FetchedBatch, 'attributes'>): boolean => (attributes & CONTROL) !== 0;

function decompress(attributes: number, bytes: Buffer): Buffer {
  if ((attributes & CODEC) === 0) return bytes;
  const codec = compressionsAlgorithmsByBitmask[attributes & CODEC];
  if (!codec) throw new RangeError(`Codec ${attributes & CODEC} of a record batch is not known; Kafka has 1 to 4.`);
  return codec.decompressSync(bytes);
}

function readBatch(whole: Buffer): FetchedBatch {
  const attributes = whole.readInt16BE(21);
  const head = {
    firstOffset: whole.readBigInt64BE(0),
    lastOffsetDelta: whole.readInt32BE(23),
    attributes,
    firstTimestamp: whole.readBigInt64BE(27),
    producerId: whole.readBigInt64BE(43),
    count: whole.readInt32BE(57),
  };
  // The client library looks for aborted transactions in the markers' own records.
  if (isControl(head)) return { ...readRecordsBatch(Reader.from(whole)), ...head, bytes: Buffer.alloc(0) };
  return { ...head, bytes: decompress(attributes, whole.subarray(HEADER_BYTES)) };
}

/** The whole batches of a partition's answer; one that a limit cut at the end is fetched again. */
export function readBatches(bytes: Buffer): FetchedBatch[] {
  const batches: FetchedBatch[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const end = at + HEAD_BYTES + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    batches.push(readBatch(bytes.subarray(at, end)));
    at = end;
  }
  return batches;
}

export interface FetchedPartition {
  readonly partitionIndex: number;
  readonly highWatermark: bigint;
  readonly abortedTransactions: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[] | undefined;
  readonly preferredReadReplica: number;
  readonly records: FetchedBatch[] | null;
}

export interface FetchedTopics {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly nodeEndpoints: readonly never[];
  readonly responses: readonly { readonly topicId: string; readonly partitions: readonly FetchedPartition[] }[];
}

function readPartition(cursor: Cursor, fail: () => void): FetchedPartition {
  const partitionIndex = cursor.int32();
  if (cursor.int16() !== 0) fail();
  const highWatermark = cursor.int64();
  // The last stable offset and the start of the log.
  cursor.at += 16;
  const abortedTransactions = cursor.array(() => {
    const aborted = { producerId: cursor.int64(), firstOffset: cursor.int64() };
    cursor.skipTags();
    return aborted;
  });
  const preferredReadReplica = cursor.int32();
  const length = cursor.unsignedVarint() - 1;
  const records = length < 0 ? null : readBatches(cursor.bytes.subarray(cursor.at, cursor.at + length));
  cursor.at += Math.max(0, length);
  cursor.skipTags();
  return { partitionIndex, highWatermark, abortedTransactions, preferredReadReplica, records };
}

/** A Fetch answer of version 13 or later; undefined when it holds an error, which the client library explains. */
export function readFetch(bytes: Buffer): FetchedTopics | undefined {
  const cursor = new Cursor(bytes);
  const throttleTimeMs = cursor.int32();
  const errorCode = cursor.int16();
  let failed = errorCode !== 0;
  const fail = () => {
    failed = true;
  };
  const sessionId = cursor.int32();
  const responses = cursor.array(() => {
    const topicId = cursor.uuid();
    const partitions = cursor.array(() => readPartition(cursor, fail)) ?? [];
    cursor.skipTags();
    return { topicId, partitions };
  });
  return failed ? undefined : { throttleTimeMs, errorCode, sessionId, nodeEndpoints: [], responses: responses ?? [] };
}
