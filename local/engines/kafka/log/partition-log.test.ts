import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countingBatch } from '#tests/support/kafka-batch.ts';
import { fetchAll, openLog, recordsOf, scratch, store } from '#tests/support/kafka-log.ts';
import { readBatchHeader } from '../protocol/batch.ts';
import { findByTime, findNewest } from './lookup.ts';
import type { PartitionLog } from './partition-log.ts';

const withLog = (segmentBytes: number, work: (log: PartitionLog) => void): void => {
  const { directory, dispose } = scratch();
  const { log } = openLog(directory, { segmentBytes });
  try {
    work(log);
  } finally {
    log.close();
    dispose();
  }
};

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const identity = { producerId: 1, producerEpoch: 0 };
const transactional = (baseSequence: number, producerId = 1) =>
  countingBatch(2, { producerId, producerEpoch: 0, baseSequence, isTransactional: true });

describe('a partition', () => {
  test('gives every record the next offset, over as many segments as it needs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (counts) =>
        withLog(500, (log) => {
          for (const count of counts) store(log, countingBatch(count));
          const total = counts.reduce((sum, count) => sum + count, 0);
          expect(recordsOf(log).map(({ offset }) => offset)).toEqual(range(total));
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('begins a read with the batch that holds the offset, wherever that is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), fc.nat(), (counts, seed) =>
        withLog(500, (log) => {
          for (const count of counts) store(log, countingBatch(count));
          const offset = seed % log.nextOffset;
          const [first] = fetchAll(log, offset);
          const header = readBatchHeader(first ?? Buffer.alloc(0));
          expect(header.baseOffset).toBeLessThanOrEqual(offset);
          expect(header.lastOffset).toBeGreaterThanOrEqual(offset);
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('returns no more than asked for, but one batch when one is asked for at least', () =>
    withLog(1 << 20, (log) => {
      for (const _ of range(10)) store(log, countingBatch(1));
      const { length } = countingBatch(1);
      const read = (maxBytes: number, atLeastOne: boolean) =>
        log.read(0, { maxBytes, atLeastOne, limit: log.nextOffset })?.bytes.length;
      expect(read(length * 3 + 1, false)).toBe(length * 3);
      expect(read(1, true)).toBe(length);
      expect(read(1, false)).toBeUndefined();
    }));

  test('stores every batch of an idempotent producer once, however often the last five are repeated', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }), (repeats) =>
        withLog(2000, (log) => {
          repeats.forEach((back, sequence) => {
            expect(store(log, countingBatch(1, { ...identity, baseSequence: sequence }))).toBe(sequence);
            const earlier = Math.max(0, sequence - back);
            expect(store(log, countingBatch(1, { ...identity, baseSequence: earlier }))).toBe(earlier);
          });
          expect(log.nextOffset).toBe(repeats.length);
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('counts sequences on from 0 after the largest', () =>
    withLog(1 << 20, (log) => {
      const largest = 2 ** 31 - 1;
      log.producers.restore([
        {
          producerId: 1,
          epoch: 0,
          seenAtMillis: 0,
          batches: [{ firstSequence: 0, lastSequence: largest - 1, baseOffset: 0, lastOffset: 0, timestampMillis: 0 }],
        },
      ]);
      expect(store(log, countingBatch(2, { ...identity, baseSequence: largest }))).toBe(0);
      expect(store(log, countingBatch(1, { ...identity, baseSequence: 1 }))).toBe(2);
    }));

  test('refuses an epoch that was replaced, and begins a new one at sequence 0', () =>
    withLog(1 << 20, (log) => {
      store(log, countingBatch(1, { producerId: 1, producerEpoch: 1, baseSequence: 0 }));
      expect(() => store(log, countingBatch(1, { ...identity, baseSequence: 1 }))).toThrow(/epoch 0/);
      expect(() => store(log, countingBatch(1, { producerId: 1, producerEpoch: 2, baseSequence: 5 }))).toThrow(
        /after -1/,
      );
      expect(store(log, countingBatch(1, { producerId: 1, producerEpoch: 2, baseSequence: 0 }))).toBe(1);
    }));

  test('is stable up to its oldest open transaction, and lists what was aborted', () =>
    withLog(300, (log) => {
      store(log, countingBatch(1));
      store(log, transactional(0, 1));
      store(log, transactional(0, 2));
      expect(log.lastStableOffset).toBe(1);
      log.mark({ producerId: 1, producerEpoch: 0, isCommit: true });
      expect(log.lastStableOffset).toBe(3);
      log.mark({ producerId: 2, producerEpoch: 0, isCommit: false });
      expect(log.lastStableOffset).toBe(log.nextOffset);
      expect(log.abortedBetween(0, 10)).toEqual([{ producerId: 2, firstOffset: 3, lastOffset: 6 }]);
      expect(log.abortedBetween(0, 3)).toEqual([]);
    }));

  test('finds no record by time that was given up', () =>
    withLog(1 << 20, (log) => {
      store(log, countingBatch(10, { timestampMillis: 1000 }));
      log.advanceStart(6);
      expect(findByTime(log, 0, log.nextOffset)).toMatchObject({ offset: 6, timestampMillis: 1000 });
    }));

  test('finds records by time as going through all of them does', () => {
    const ages = fc.array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(ages, fc.nat(1100), (batches, wanted) =>
        withLog(250, (log) => {
          for (const [index, timestamps] of batches.entries()) {
            const [timestampMillis = 0] = timestamps;
            store(log, countingBatch(timestamps.length, { timestampMillis: timestampMillis + index }));
          }
          const all = fetchAll(log).flatMap((batch) => {
            const header = readBatchHeader(batch);
            return range(header.recordCount).map((index) => [header.baseOffset + index, header.maxTimestampMillis]);
          });
          const first = all.find(([, timestampMillis = 0]) => timestampMillis >= wanted);
          expect(findByTime(log, wanted, log.nextOffset)?.offset).toBe(first?.[0]);
          expect(findNewest(log)?.timestampMillis).toBe(
            Math.max(...all.map(([, timestampMillis = 0]) => timestampMillis)),
          );
        }),
      ),
      { numRuns: 40 },
    );
  });
});
