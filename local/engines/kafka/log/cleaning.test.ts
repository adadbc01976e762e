import { describe, expect, test } from '@jest/globals';
import { compressionsAlgorithms } from '@platformatic/kafka';
import fc from 'fast-check';
import { type BatchRecord, countingBatch, encodeBatch } from '#tests/support/kafka-batch.ts';
import { fetchAll, openLog, recordsOf, scratch, store } from '#tests/support/kafka-log.ts';
import type { TopicConfig } from '../topics/topic-config.ts';
import { compact } from './compaction.ts';
import type { PartitionLog } from './partition-log.ts';
import { applyRetention } from './retention.ts';

const withLog = async (
  { segmentBytes, config }: { segmentBytes: number; config: TopicConfig },
  work: (log: PartitionLog, reopen: () => PartitionLog) => Promise<void> | void,
): Promise<void> => {
  const { directory, dispose } = scratch();
  let { log } = openLog(directory, { segmentBytes, config });
  try {
    await work(log, () => {
      log.close();
      log = openLog(directory, { segmentBytes, config }).log;
      return log;
    });
  } finally {
    log.close();
    dispose();
  }
};

const lz4 = { id: compressionsAlgorithms.lz4.bitmask, compress: compressionsAlgorithms.lz4.compressSync };
const compacted = { segmentBytes: 400, config: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' } };
const hour = 3_600_000;

describe('compaction', () => {
  test('keeps of every key the newest record in its place, and changes nothing else', async () => {
    const keys = fc.array(fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(keys, fc.boolean(), (batches, isCompressed) =>
        withLog(compacted, async (log, reopen) => {
          for (const batch of batches) {
            const records = batch.map((key): BatchRecord => ({ key: String(key), value: `value of ${key}` }));
            store(log, encodeBatch(records, isCompressed ? { codec: lz4 } : {}));
          }
          const before = recordsOf(log);
          const growingFrom = log.active.baseOffset;
          await compact(log, Date.now());
          const closed = before.filter(({ offset }) => offset < growingFrom);
          const expected = before.filter(
            ({ key, offset }) =>
              offset >= growingFrom || !closed.some((other) => other.key === key && other.offset > offset),
          );
          expect(recordsOf(log)).toEqual(expected);
          const again = reopen();
          expect(recordsOf(again)).toEqual(expected);
          expect(again.nextOffset).toBe(before.length);
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('forgets a tombstone when it has been there for delete.retention.ms', () =>
    withLog({ ...compacted, config: { ...compacted.config, 'delete.retention.ms': String(hour) } }, async (log) => {
      const old = { timestampMillis: Date.now() - 2 * hour };
      store(log, encodeBatch([{ key: 'gone', value: 'x'.repeat(300) }], old));
      store(log, encodeBatch([{ key: 'gone', value: null }], old));
      store(log, encodeBatch([{ key: 'going', value: null }]));
      store(log, encodeBatch([{ key: 'last', value: 'x'.repeat(400) }]));
      await compact(log, Date.now());
      expect(recordsOf(log).map(({ key }) => key)).toEqual(['going', 'last']);
    }));

  test('does not let an aborted record take the place of one that counts', () =>
    withLog(compacted, async (log) => {
      const producer = { producerId: 1, producerEpoch: 0, baseSequence: 0, isTransactional: true };
      store(log, encodeBatch([{ key: 'board', value: 'counts' }]));
      store(log, encodeBatch([{ key: 'board', value: 'aborted' }], producer));
      log.mark({ producerId: 1, producerEpoch: 0, isCommit: false });
      store(log, encodeBatch([{ key: 'other', value: 'x'.repeat(400) }]));
      await compact(log, Date.now());
      expect(recordsOf(log)).toEqual([
        { offset: 0, key: 'board' },
        { offset: 3, key: 'other' },
      ]);
    }));

  test('leaves what an open transaction holds back', () =>
    withLog(compacted, async (log) => {
      const producer = { producerId: 1, producerEpoch: 0, baseSequence: 0, isTransactional: true };
      store(log, encodeBatch([{ key: 'k', value: 'open' }], producer));
      store(log, encodeBatch([{ key: 'k', value: 'x'.repeat(400) }]));
      store(log, encodeBatch([{ key: 'k', value: 'x'.repeat(400) }]));
      await compact(log, Date.now());
      expect(recordsOf(log)).toHaveLength(3);
    }));
});

describe('retention', () => {
  const batch = (ageMillis: number) => countingBatch(5, { timestampMillis: Date.now() - ageMillis });
  const perSegment = { segmentBytes: countingBatch(5).length };

  test('by time removes the segments whose newest record is too old, and moves the first offset', () =>
    withLog({ ...perSegment, config: { 'retention.ms': String(hour) } }, (log) => {
      for (const age of [3 * hour, 2 * hour, 0]) store(log, batch(age));
      applyRetention(log, Date.now());
      expect(log.logStartOffset).toBe(10);
      expect(fetchAll(log)).toHaveLength(1);
      expect(() => log.read(0, { maxBytes: 100, limit: 15, atLeastOne: true })).toThrow(/outside of 10 to 15/);
    }));

  test('by time empties a log of which everything is too old', () =>
    withLog({ ...perSegment, config: { 'retention.ms': String(hour) } }, (log, reopen) => {
      for (const age of [3 * hour, 2 * hour]) store(log, batch(age));
      applyRetention(log, Date.now());
      expect([log.logStartOffset, log.nextOffset, log.size]).toEqual([10, 10, 0]);
      expect(store(reopen(), batch(0))).toBe(10);
    }));

  test('by size removes the oldest segments while what stays fills the limit', () => {
    const { length } = countingBatch(5);
    return withLog({ ...perSegment, config: { 'retention.bytes': String(2 * length) } }, (log) => {
      for (let count = 0; count < 5; count++) store(log, batch(0));
      applyRetention(log, Date.now());
      expect(log.size).toBe(2 * length);
    });
  });

  test('by size keeps a segment without which the rest would be below the limit', () => {
    const { length } = countingBatch(5);
    return withLog({ ...perSegment, config: { 'retention.bytes': String(Math.floor(2.5 * length)) } }, (log) => {
      for (let count = 0; count < 5; count++) store(log, batch(0));
      applyRetention(log, Date.now());
      expect(log.size).toBe(3 * length);
    });
  });

  test('removes what DeleteRecords gave up, and nothing of a log without limits', () =>
    withLog({ ...perSegment, config: { 'retention.ms': '-1' } }, (log) => {
      for (let count = 0; count < 4; count++) store(log, batch(900 * hour));
      applyRetention(log, Date.now());
      expect(log.segments).toHaveLength(4);
      log.advanceStart(11);
      applyRetention(log, Date.now());
      expect([log.segments.length, log.logStartOffset]).toEqual([2, 11]);
    }));
});
