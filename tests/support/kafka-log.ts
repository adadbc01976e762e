import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogOptions, PartitionLog } from '#local/engines/kafka/log/partition-log.ts';
import type { Damage } from '#local/engines/kafka/log/recovery.ts';
import { checkProduced, readBatchHeader } from '#local/engines/kafka/protocol/batch.ts';
import { readRecords } from '#local/engines/kafka/protocol/records.ts';
import { settingsOf, type TopicConfig } from '#local/engines/kafka/topics/topic-config.ts';

/** A directory of its own for a test, removed by `dispose`. */
export const scratch = (): { directory: string; dispose: () => void } => {
  const directory = mkdtempSync(join(tmpdir(), 'gamemetrics-log-'));
  return { directory, dispose: () => rmSync(directory, { recursive: true, force: true }) };
};

export interface TestLog {
  readonly log: PartitionLog;
  readonly damages: Damage[];
}

export const openLog = (
  directory: string,
  {
    segmentBytes = 1 << 20,
    config = {},
    ...options
  }: Partial<LogOptions> & { segmentBytes?: number; config?: TopicConfig } = {},
): TestLog => {
  const damages: Damage[] = [];
  const settings = settingsOf(config, segmentBytes);
  const log = new PartitionLog({
    directory,
    settings: () => settings,
    logStartOffset: 0,
    now: Date.now,
    onDamage: (damage) => damages.push(damage),
    syncsSegments: false,
    ...options,
  });
  return { log, damages };
};

/** Stores a batch as Produce does; returns its first offset. */
export const store = (log: PartitionLog, batch: Buffer): number => log.produce(batch, checkProduced(batch)).baseOffset;

/** Every batch of the log from an offset on, as a consumer fetches them. */
export const fetchAll = (log: PartitionLog, from = log.logStartOffset): Buffer[] => {
  const batches: Buffer[] = [];
  let offset = from;
  for (;;) {
    const slice = log.read(offset, { maxBytes: 1 << 20, limit: log.nextOffset, atLeastOne: true });
    if (slice === undefined) return batches;
    for (let position = 0; position < slice.bytes.length; ) {
      const { size } = readBatchHeader(slice.bytes, position);
      batches.push(slice.bytes.subarray(position, position + size));
      position += size;
    }
    offset = slice.nextOffset;
  }
};

export interface SeenRecord {
  readonly offset: number;
  readonly key: string | null;
}

/** Offsets and keys of all records, control records left out. */
export const recordsOf = (log: PartitionLog): SeenRecord[] =>
  fetchAll(log).flatMap((batch) => {
    const header = readBatchHeader(batch);
    if (header.isControl) return [];
    return readRecords(batch, header).map(({ offset, key }) => ({ offset, key: key?.toString() ?? null }));
  });
