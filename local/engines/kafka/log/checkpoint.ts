import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StorageError } from '../errors.ts';
import type { ProducerSnapshot } from './producer-states.ts';
import type { Segment, SegmentFacts } from './segment.ts';

/**
 * What a scan of a segment's first `facts.size` bytes would find, so that a start does not scan them again.
 * A checkpoint that is missing, unreadable or longer than its segment is ignored: the scan gives the same.
 */
export interface Checkpoint {
  readonly format: typeof format;
  readonly facts: SegmentFacts;
  /** The producers at the end of those bytes. */
  readonly producers: ProducerSnapshot;
}

const format = 'gamemetrics-segment-1';

export const writeCheckpoint = (segment: Segment, producers: ProducerSnapshot): void => {
  const checkpoint: Checkpoint = { format, facts: segment.facts, producers };
  const path = segment.checkpointPath;
  try {
    writeFileSync(`${path}.new`, JSON.stringify(checkpoint), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw new StorageError(path, cause);
  }
};

export const readCheckpoint = (segment: Segment): Checkpoint | undefined => {
  try {
    // The format line tells that this very code wrote it; rename makes it whole or absent.
    const checkpoint = JSON.parse(readFileSync(segment.checkpointPath, 'utf8')) as Checkpoint;
    return checkpoint.format === format ? checkpoint : undefined;
  } catch {
    return undefined;
  }
};
