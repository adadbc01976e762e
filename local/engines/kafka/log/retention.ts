import type { PartitionLog } from './partition-log.ts';
import type { Segment } from './segment.ts';

/**
 * Removes whole segments that are too old, that make the log too large, or that DeleteRecords gave up. The growing
 * segment is closed first when even its newest record is too old.
 */
export const applyRetention = (log: PartitionLog, nowMillis: number): void => {
  const { isDeleted, retentionMillis, retentionBytes } = log.settings;
  const isOld = (segment: Segment): boolean =>
    isDeleted && segment.facts.size > 0 && nowMillis - segment.facts.newestMillis > retentionMillis;
  if (isOld(log.active)) log.roll();
  let excess = isDeleted ? log.size - retentionBytes : Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const [index, segment] of log.segments.entries()) {
    const next = log.segments[index + 1];
    const isGivenUp = next !== undefined && next.baseOffset <= log.logStartOffset;
    // Size is kept from below: a segment goes only when the rest still fills the limit.
    if (!isGivenUp && !isOld(segment) && excess < segment.facts.size) break;
    excess -= segment.facts.size;
    count++;
  }
  // Readers of committed data must still find where an open transaction began.
  const open = log.producers.firstOpenOffset ?? Number.POSITIVE_INFINITY;
  const kept = log.segments.findIndex((segment) => segment.facts.nextOffset > open);
  log.dropSegments(kept < 0 ? count : Math.min(count, kept));
};
