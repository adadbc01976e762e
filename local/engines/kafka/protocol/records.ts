import { decompress } from '../compression/codecs.ts';
import { at, attributes, type BatchHeader, headerSize, seal } from './batch.ts';
import { Reader, readInt64 } from './reader.ts';

/** A record as far as the broker ever looks at one. */
export interface StoredRecord {
  readonly offset: number;
  readonly timestampMillis: number;
  readonly key: Buffer | null;
  readonly isTombstone: boolean;
  /** Its bytes as they are, length included. */
  readonly bytes: Buffer;
}

/**
 * The records of a batch, decompressed when need be. Off the hot path: for lookups by time, compaction and the keys
 * of compacted topics.
 * @throws Error when the records are not what their header says
 */
export const readRecords = (batch: Buffer, header: BatchHeader): StoredRecord[] => {
  const reader = new Reader(
    decompress(header.attributes & attributes.codecMask, batch.subarray(headerSize, header.size)),
  );
  const baseTimestamp = readInt64(batch, at.baseTimestamp);
  const usesAppendTime = (header.attributes & attributes.logAppendTime) !== 0;
  const records: StoredRecord[] = [];
  for (let index = 0; index < header.recordCount; index++) {
    const start = reader.position;
    const end = reader.varint() + reader.position;
    reader.skip(1);
    const producedMillis = baseTimestamp + reader.varlong();
    const timestampMillis = usesAppendTime ? header.maxTimestampMillis : producedMillis;
    const offset = header.baseOffset + reader.varint();
    const keySize = reader.varint();
    const key = keySize < 0 ? null : reader.slice(keySize);
    const isTombstone = reader.varint() < 0;
    reader.position = start;
    records.push({ offset, timestampMillis, key, isTombstone, bytes: reader.slice(end - start) });
  }
  return records;
};

/** The same batch with fewer records, uncompressed. Offsets, sequences and timestamps stay what they were. */
export const withRecords = (batch: Buffer, records: readonly StoredRecord[]): Buffer => {
  const header = Buffer.from(batch.subarray(0, headerSize));
  const rebuilt = Buffer.concat([header, ...records.map((record) => record.bytes)]);
  rebuilt.writeInt16BE(rebuilt.readInt16BE(at.attributes) & ~attributes.codecMask, at.attributes);
  rebuilt.writeInt32BE(records.length, at.recordCount);
  seal(rebuilt);
  return rebuilt;
};
