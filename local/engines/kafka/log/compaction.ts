import { renameSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BatchHeader, headerSize, readBatchHeader } from '../protocol/batch.ts';
import { readRecords, type StoredRecord, withRecords } from '../protocol/records.ts';
import { AppendFile } from './append-file.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { PartitionLog } from './partition-log.ts';
import { Segment } from './segment.ts';

/** Keys that one pass remembers; records of further keys stay as they are until a later pass. */
const rememberedKeys = 1_000_000;
/** Work between two turns of the event loop. */
const turnBytes = 4 * 1024 * 1024;

/** Segments that a pass has been over, by the log they belong to. */
const cleaned = new WeakSet<Segment>();

/** Closed segments that no open transaction and no lag keeps from being compacted. */
const compactable = (log: PartitionLog, nowMillis: number): Segment[] => {
  const { compactionLagMillis } = log.settings;
  const closed = log.segments.slice(0, -1);
  const end = closed.findIndex(
    (segment) =>
      segment.facts.nextOffset > log.lastStableOffset || nowMillis - segment.facts.newestMillis < compactionLagMillis,
  );
  return end < 0 ? closed : closed.slice(0, end);
};

/**
 * Keeps of every key the newest record only, in segments that grow no more. Runs in small steps between requests;
 * each segment is replaced at once, by a rename.
 */
export const compact = async (log: PartitionLog, nowMillis: number): Promise<void> => {
  const segments = compactable(log, nowMillis);
  const sizeOf = (some: readonly Segment[]): number => some.reduce((size, segment) => size + segment.facts.size, 0);
  const dirtyBytes = sizeOf(segments.filter((segment) => !cleaned.has(segment)));
  if (dirtyBytes === 0 || dirtyBytes / sizeOf(segments) < log.settings.dirtyRatio) return;
  const newest = new Map<string, number>();
  for (const segment of segments) {
    await visitBatches(segment, (batch, header) => {
      if (!isAborted(log, header)) noteKeys(newest, batch, header);
    });
  }
  for (const segment of segments) {
    if (log.isClosed) return;
    const chosen = { log, newest, tombstonesBeforeMillis: nowMillis - log.settings.tombstoneMillis };
    await rewrite(segment, chosen);
  }
};

const visitBatches = async (segment: Segment, visit: (batch: Buffer, header: BatchHeader) => void): Promise<void> => {
  let position = 0;
  let nextPause = turnBytes;
  while (position + headerSize <= segment.facts.size) {
    const header = readBatchHeader(segment.read(position, headerSize));
    visit(segment.read(position, header.size), header);
    position += header.size;
    if (position < nextPause) continue;
    nextPause = position + turnBytes;
    await nextTurn();
  }
};

/** The records of a batch, or undefined where they cannot be read: such a batch stays as it is. */
const tryRecords = (batch: Buffer, header: BatchHeader): StoredRecord[] | undefined => {
  if (header.isControl) return undefined;
  try {
    return readRecords(batch, header);
  } catch {
    return undefined;
  }
};

/** Records of aborted transactions count for nothing. */
const isAborted = (log: PartitionLog, header: BatchHeader): boolean =>
  header.isTransactional &&
  !header.isControl &&
  log
    .abortedBetween(header.baseOffset, header.lastOffset + 1)
    .some((aborted) => aborted.producerId === header.producerId);

const keyOf = (record: StoredRecord): string | undefined => record.key?.toString('latin1');

const noteKeys = (newest: Map<string, number>, batch: Buffer, header: BatchHeader): void => {
  for (const record of tryRecords(batch, header) ?? []) {
    const key = keyOf(record);
    if (key !== undefined && (newest.has(key) || newest.size < rememberedKeys)) newest.set(key, record.offset);
  }
};

interface Choice {
  readonly log: PartitionLog;
  readonly newest: ReadonlyMap<string, number>;
  readonly tombstonesBeforeMillis: number;
}

const isKept = (record: StoredRecord, { newest, tombstonesBeforeMillis }: Choice): boolean => {
  const key = keyOf(record);
  if (key === undefined) return true;
  if (record.offset < (newest.get(key) ?? record.offset)) return false;
  return !record.isTombstone || record.timestampMillis >= tombstonesBeforeMillis;
};

/** What is left of a batch: itself, a smaller one, or nothing. */
const reduced = (batch: Buffer, header: BatchHeader, choice: Choice): Buffer | undefined => {
  if (isAborted(choice.log, header)) return undefined;
  const records = tryRecords(batch, header);
  if (records === undefined) return batch;
  const kept = records.filter((record) => isKept(record, choice));
  if (kept.length === records.length) return batch;
  return kept.length === 0 ? undefined : withRecords(batch, kept);
};

const rewrite = async (segment: Segment, choice: Choice): Promise<void> => {
  const next = new AppendFile(`${segment.file.path}.new`);
  next.truncate(0);
  const replacement = new Segment(segment.directory, segment.baseOffset);
  await visitBatches(segment, (batch, header) => {
    const rest = reduced(batch, header, choice);
    if (rest === undefined) return;
    replacement.note(readBatchHeader(rest), next.size);
    next.append([rest]);
  });
  next.close();
  if (next.size === segment.facts.size) {
    rmSync(next.path);
    cleaned.add(segment);
  } else swap(choice.log, segment, replacement);
};

/** From here on readers find the smaller segment. The producers at its end are those of the old checkpoint. */
const swap = (log: PartitionLog, old: Segment, replacement: Segment): void => {
  const index = log.segments.indexOf(old);
  if (index < 0 || log.isClosed) return;
  replacement.facts.aborted.push(...old.facts.aborted);
  const producers = readCheckpoint(old)?.producers ?? [];
  old.file.close();
  renameSync(`${old.file.path}.new`, old.file.path);
  const placed = new Segment(old.directory, old.baseOffset, replacement.facts);
  writeCheckpoint(placed, producers);
  log.segments[index] = placed;
  cleaned.add(placed);
};
