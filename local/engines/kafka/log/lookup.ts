import type { BatchHeader } from '../protocol/batch.ts';
import { readRecords } from '../protocol/records.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Segment } from './segment.ts';

export interface TimedOffset {
  readonly offset: number;
  readonly timestampMillis: number;
}

/** The first record from the start of the log on that is not older than `timestampMillis`, if it is below `limit`. */
export const findByTime = (log: PartitionLog, timestampMillis: number, limit: number): TimedOffset | undefined => {
  for (const segment of log.segments) {
    if (segment.facts.newestMillis < timestampMillis) continue;
    const found = findInSegment(segment, timestampMillis, log.logStartOffset);
    if (found !== undefined) return found.offset < limit ? found : undefined;
  }
  return undefined;
};

const findInSegment = (segment: Segment, timestampMillis: number, from: number): TimedOffset | undefined => {
  let found: TimedOffset | undefined;
  segment.walk(segment.seekTime(timestampMillis), (header, position) => {
    if (header.maxTimestampMillis < timestampMillis || header.lastOffset < from) return true;
    found = findInBatch(segment.read(position, header.size), header, { timestampMillis, from });
    return found === undefined;
  });
  return found;
};

const findInBatch = (
  batch: Buffer,
  header: BatchHeader,
  wanted: { timestampMillis: number; from: number },
): TimedOffset | undefined => {
  try {
    return readRecords(batch, header).find(
      (record) => record.timestampMillis >= wanted.timestampMillis && record.offset >= wanted.from,
    );
  } catch {
    // A batch that cannot be opened is answered as a whole: a reader that starts there misses nothing.
    return { offset: header.baseOffset, timestampMillis: header.maxTimestampMillis };
  }
};

/** The newest record of the log. */
export const findNewest = (log: PartitionLog): TimedOffset | undefined => {
  const newest = log.segments.reduce((best, segment) =>
    segment.facts.newestMillis > best.facts.newestMillis ? segment : best,
  );
  const { newestMillis } = newest.facts;
  return newestMillis < 0 ? undefined : findInSegment(newest, newestMillis, log.logStartOffset);
};
