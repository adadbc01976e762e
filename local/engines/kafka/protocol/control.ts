import { at, attributes, currentMagic, headerSize, seal } from './batch.ts';
import { writeInt64 } from './reader.ts';

/** Source: kafka.apache.org, "Control Batches": key = version and type, value = version and coordinator epoch. */
const markerTypes = { abort: 0, commit: 1 } as const;
const keySize = 4;
const valueSize = 6;
/** length, attributes, timestamp delta, offset delta, key length, value length, header count: one byte each. */
const recordSize = 7 + keySize + valueSize;
const zigzag = (value: number): number => value * 2;
const keyPosition = headerSize + 5;

export interface Marker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly isCommit: boolean;
  readonly timestampMillis: number;
}

/** The control batch that ends a transaction in one partition. */
export const encodeMarker = (marker: Marker): Buffer => {
  const bytes = Buffer.alloc(headerSize + recordSize);
  bytes.writeInt8(currentMagic, at.magic);
  bytes.writeInt16BE(attributes.transactional | attributes.control, at.attributes);
  writeInt64(bytes, marker.timestampMillis, at.baseTimestamp);
  writeInt64(bytes, marker.timestampMillis, at.maxTimestamp);
  writeInt64(bytes, marker.producerId, at.producerId);
  bytes.writeInt16BE(marker.producerEpoch, at.producerEpoch);
  bytes.writeInt32BE(-1, at.baseSequence);
  bytes.writeInt32BE(1, at.recordCount);
  bytes.writeUInt8(zigzag(recordSize - 1), headerSize);
  bytes.writeUInt8(zigzag(keySize), headerSize + 4);
  bytes.writeInt16BE(marker.isCommit ? markerTypes.commit : markerTypes.abort, keyPosition + 2);
  bytes.writeUInt8(zigzag(valueSize), keyPosition + keySize);
  seal(bytes);
  return bytes;
};

/** Whether the control batch that begins at `position` commits; markers are never compressed. */
export const isCommitMarker = (bytes: Buffer, position: number): boolean =>
  bytes.readInt16BE(position + keyPosition + 2) === markerTypes.commit;
