import { KafkaError } from '../errors.ts';
import { crc32c } from './crc32c.ts';
import { readInt64, writeInt64 } from './reader.ts';

/** Where things are in a record batch of magic 2. Source: kafka.apache.org, "Record Batch". */
export const at = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  checksum: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** The bytes before those that the length field counts. */
const lengthOverhead = at.leaderEpoch;
export const headerSize: number = at.records;
export const currentMagic = 2;

export const attributes = {
  codecMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const;

export interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Bytes of the whole batch. */
  readonly size: number;
  readonly attributes: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly maxTimestampMillis: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

export const sizeOf = (bytes: Buffer, position: number): number =>
  bytes.readInt32BE(position + at.length) + lengthOverhead;

export const lastOffsetOf = (bytes: Buffer, position: number): number =>
  readInt64(bytes, position) + bytes.readInt32BE(position + at.lastOffsetDelta);

/** The header of the batch that begins at `position`; `headerSize` bytes must be there. */
export const readBatchHeader = (bytes: Buffer, position = 0): BatchHeader => {
  const flags = bytes.readInt16BE(position + at.attributes);
  const baseOffset = readInt64(bytes, position);
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(position + at.lastOffsetDelta),
    size: sizeOf(bytes, position),
    attributes: flags,
    isTransactional: (flags & attributes.transactional) !== 0,
    isControl: (flags & attributes.control) !== 0,
    maxTimestampMillis: readInt64(bytes, position + at.maxTimestamp),
    producerId: readInt64(bytes, position + at.producerId),
    producerEpoch: bytes.readInt16BE(position + at.producerEpoch),
    baseSequence: bytes.readInt32BE(position + at.baseSequence),
    recordCount: bytes.readInt32BE(position + at.recordCount),
  };
};

export const hasValidChecksum = (bytes: Buffer, position: number, size: number): boolean =>
  bytes.readUInt32BE(position + at.checksum) === crc32c(bytes, position + at.attributes, position + size);

/** The size of the whole, intact batch at `position`, or undefined where there is none. */
export const intactBatchSize = (bytes: Buffer, position: number): number | undefined => {
  if (bytes.length - position < headerSize) return undefined;
  const size = sizeOf(bytes, position);
  if (size < headerSize || position + size > bytes.length) return undefined;
  if (bytes.readInt8(position + at.magic) !== currentMagic) return undefined;
  return hasValidChecksum(bytes, position, size) ? size : undefined;
};

/**
 * Checks what a producer sent for one partition: exactly one intact batch of the current format.
 * Records inside are not looked at: the checksum covers them.
 */
export const checkProduced = (bytes: Buffer): BatchHeader => {
  if (bytes.length < headerSize) refuse('CORRUPT_MESSAGE', `${bytes.length} bytes are no record batch`);
  const magic = bytes.readInt8(at.magic);
  if (magic !== currentMagic) {
    refuse('UNSUPPORTED_FOR_MESSAGE_FORMAT', `magic ${magic} is not supported, only ${currentMagic} is`);
  }
  const header = readBatchHeader(bytes);
  if (header.size > bytes.length || header.size < headerSize) {
    refuse('CORRUPT_MESSAGE', `the batch claims ${header.size} bytes, ${bytes.length} came`);
  }
  if (header.size !== bytes.length) refuse('INVALID_RECORD', 'a produce request carries one batch a partition');
  if (!hasValidChecksum(bytes, 0, header.size)) refuse('CORRUPT_MESSAGE', 'the checksum does not match the batch');
  checkCounts(bytes, header);
  return header;
};

const checkCounts = (bytes: Buffer, header: BatchHeader): void => {
  const lastOffsetDelta = bytes.readInt32BE(at.lastOffsetDelta);
  if (header.recordCount <= 0 || lastOffsetDelta + 1 !== header.recordCount) {
    refuse('INVALID_RECORD', `${header.recordCount} records do not fit a last offset delta of ${lastOffsetDelta}`);
  }
  if (header.isControl) refuse('INVALID_RECORD', 'control batches are written by the broker only');
  if (header.producerId >= 0 && (header.baseSequence < 0 || header.producerEpoch < 0)) {
    refuse(
      'INVALID_RECORD',
      `producer ${header.producerId} sent epoch ${header.producerEpoch}, sequence ${header.baseSequence}`,
    );
  }
  if (header.isTransactional && header.producerId < 0)
    refuse('INVALID_RECORD', 'a transactional batch needs a producer id');
};

const refuse = (
  error: 'CORRUPT_MESSAGE' | 'INVALID_RECORD' | 'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  message: string,
): never => {
  throw new KafkaError(error, message);
};

/** Gives a batch its place in the log. Neither field is covered by the checksum. */
export const place = (bytes: Buffer, baseOffset: number, leaderEpoch: number): void => {
  writeInt64(bytes, baseOffset, at.baseOffset);
  bytes.writeInt32BE(leaderEpoch, at.leaderEpoch);
};

/** For topics with `message.timestamp.type=LogAppendTime`: the broker's clock replaces the producer's. */
export const stampAppendTime = (bytes: Buffer, nowMillis: number): void => {
  bytes.writeInt16BE(bytes.readInt16BE(at.attributes) | attributes.logAppendTime, at.attributes);
  writeInt64(bytes, nowMillis, at.maxTimestamp);
  seal(bytes);
};

/** Writes length and checksum of a batch that is otherwise complete. */
export const seal = (bytes: Buffer): void => {
  bytes.writeInt32BE(bytes.length - lengthOverhead, at.length);
  bytes.writeUInt32BE(crc32c(bytes, at.attributes), at.checksum);
};
