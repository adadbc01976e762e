import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../errors.ts';
import { type BatchHeader, headerSize, intactBatchSize, readBatchHeader, sizeOf } from '../protocol/batch.ts';
import { isCommitMarker } from '../protocol/control.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { ProducerStates } from './producer-states.ts';
import { baseOffsetOf, emptyFacts, Segment } from './segment.ts';

/** Bytes read at once by a scan; a larger batch is read on its own. */
const scanWindowBytes = 1 << 20;

export interface Damage {
  readonly path: string;
  readonly position: number;
  readonly lostBytes: number;
}

/**
 * Opens the segments of a partition as they were when the process ended, however it ended: what a checkpoint
 * covers is taken from it, the rest is scanned, and a tail that is no whole batch is cut off. Such a tail was
 * never acknowledged.
 */
export const recoverSegments = (
  directory: string,
  producers: ProducerStates,
  onDamage: (damage: Damage) => void,
): Segment[] => {
  makeDirectory(directory);
  const names = readdirSync(directory);
  for (const name of names) if (name.endsWith('.new')) rmSync(join(directory, name), { force: true });
  const offsets = names.flatMap((name) => baseOffsetOf(name) ?? []).sort((left, right) => left - right);
  return offsets.map((baseOffset) => recoverSegment(directory, baseOffset, { producers, onDamage }));
};

const makeDirectory = (directory: string): void => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StorageError(directory, cause);
  }
};

interface Recovery {
  readonly producers: ProducerStates;
  readonly onDamage: (damage: Damage) => void;
}

const recoverSegment = (directory: string, baseOffset: number, recovery: Recovery): Segment => {
  const blank = new Segment(directory, baseOffset);
  const sizeOnDisk = existsSync(blank.file.path) ? statSync(blank.file.path).size : 0;
  const checkpoint = readCheckpoint(blank);
  const isCovered = checkpoint !== undefined && checkpoint.facts.size <= sizeOnDisk;
  if (isCovered) recovery.producers.restore(checkpoint.producers);
  const segment = new Segment(directory, baseOffset, isCovered ? checkpoint.facts : emptyFacts(baseOffset));
  if (segment.facts.size < sizeOnDisk) scan(segment, sizeOnDisk, recovery);
  return segment;
};

const scan = (segment: Segment, sizeOnDisk: number, recovery: Recovery): void => {
  let position = segment.facts.size;
  while (position < sizeOnDisk) {
    const window = readWindow(segment, position, sizeOnDisk);
    const used = takeBatches(segment, window, recovery);
    if (used === 0) break;
    position += used;
  }
  segment.file.truncate(position);
  if (position < sizeOnDisk) {
    recovery.onDamage({ path: segment.file.path, position, lostBytes: sizeOnDisk - position });
  }
};

const readWindow = (segment: Segment, position: number, sizeOnDisk: number): Buffer => {
  const window = readBytes(segment, position, Math.min(scanWindowBytes, sizeOnDisk - position));
  if (window.length < headerSize) return window;
  const first = sizeOf(window, 0);
  const isLarger = first > window.length && position + first <= sizeOnDisk;
  return isLarger ? readBytes(segment, position, first) : window;
};

const readBytes = (segment: Segment, position: number, size: number): Buffer => {
  const into = Buffer.allocUnsafe(size);
  return into.subarray(0, segment.file.readBeyond(into, position));
};

/** Takes the intact batches of a window into the segment's facts; returns the bytes they have. */
const takeBatches = (segment: Segment, window: Buffer, recovery: Recovery): number => {
  let used = 0;
  for (;;) {
    const size = intactBatchSize(window, used);
    if (size === undefined) return used;
    const header = readBatchHeader(window, used);
    // Offsets only grow: a batch from an earlier life of these disk blocks is not taken for a new one.
    if (header.baseOffset < segment.facts.nextOffset) return used;
    segment.note(header, segment.facts.size);
    noteProducer(segment, recovery.producers, { header, isCommit: header.isControl && isCommitMarker(window, used) });
    used += size;
  }
};

const noteProducer = (
  segment: Segment,
  producers: ProducerStates,
  { header, isCommit }: { header: BatchHeader; isCommit: boolean },
): void => {
  if (header.producerId < 0) return;
  if (!header.isControl) {
    producers.stored(header, header.maxTimestampMillis);
    return;
  }
  const aborted = producers.ended(header, isCommit, header.maxTimestampMillis);
  if (aborted !== undefined) segment.facts.aborted.push(aborted);
};
