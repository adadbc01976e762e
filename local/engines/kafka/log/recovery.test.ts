import { appendFileSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countingBatch } from '#tests/support/kafka-batch.ts';
import { fetchAll, openLog, scratch, store } from '#tests/support/kafka-log.ts';

const withScratch = (work: (directory: string) => void): void => {
  const { directory, dispose } = scratch();
  try {
    work(directory);
  } finally {
    dispose();
  }
};

const removeCheckpoints = (directory: string): void => {
  for (const name of readdirSync(directory)) if (name.endsWith('.checkpoint.json')) rmSync(join(directory, name));
};
const lastSegment = (directory: string): string =>
  join(
    directory,
    readdirSync(directory)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1) ?? '',
  );

const identity = { producerId: 7, producerEpoch: 0 };
const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 });

/** Stores batches of one idempotent producer; returns them as they were stored. */
const fill = (directory: string, counts: readonly number[], segmentBytes: number): Buffer[] => {
  const { log } = openLog(directory, { segmentBytes });
  let baseSequence = 0;
  const batches = counts.map((count) => {
    const batch = countingBatch(count, { ...identity, baseSequence });
    baseSequence += count;
    store(log, batch);
    return batch;
  });
  log.close();
  return batches;
};

describe('a log that is opened again', () => {
  test('has what was stored, with its checkpoints and without', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), (counts, hasCheckpoints) =>
        withScratch((directory) => {
          const batches = fill(directory, counts, 300);
          if (!hasCheckpoints) removeCheckpoints(directory);
          const { log, damages } = openLog(directory, { segmentBytes: 300 });
          expect(fetchAll(log)).toEqual(batches);
          expect(log.nextOffset).toBe(counts.reduce((sum, count) => sum + count, 0));
          expect(damages).toEqual([]);
          log.close();
        }),
      ),
      { numRuns: 40 },
    );
  });

  test('has the whole batches before the byte at which its end was torn off, and takes the next one there', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.boolean(), (counts, cut, hasCheckpoints) =>
        withScratch((directory) => {
          const batches = fill(directory, counts, 1 << 20);
          if (!hasCheckpoints) removeCheckpoints(directory);
          const total = batches.reduce((sum, batch) => sum + batch.length, 0);
          const size = cut % (total + 1);
          truncateSync(lastSegment(directory), size);
          let kept = 0;
          let end = 0;
          for (const batch of batches)
            if (end + batch.length <= size) {
              end += batch.length;
              kept++;
            } else break;
          const { log } = openLog(directory);
          expect(fetchAll(log)).toEqual(batches.slice(0, kept));
          const stored = counts.slice(0, kept).reduce((sum, count) => sum + count, 0);
          expect(store(log, countingBatch(1, { ...identity, baseSequence: stored }))).toBe(stored);
          expect(fetchAll(log)).toHaveLength(kept + 1);
          log.close();
        }),
      ),
      { numRuns: 60 },
    );
  });

  test('cuts off bytes at its end that are no batch, and tells how many', () => {
    fc.assert(
      fc.property(sizes, fc.uint8Array({ minLength: 1, maxLength: 200 }), (counts, garbage) =>
        withScratch((directory) => {
          const batches = fill(directory, counts, 1 << 20);
          appendFileSync(lastSegment(directory), garbage);
          const { log, damages } = openLog(directory);
          expect(fetchAll(log)).toEqual(batches);
          expect(damages.map(({ lostBytes }) => lostBytes)).toEqual([garbage.length]);
          log.close();
        }),
      ),
      { numRuns: 40 },
    );
  });

  test('takes no batch of an earlier life for a new one, however intact it is', () => {
    withScratch((directory) => {
      const batches = fill(directory, [2, 3], 1 << 20);
      appendFileSync(lastSegment(directory), batches[0] ?? '');
      const { log, damages } = openLog(directory);
      expect(fetchAll(log)).toEqual(batches);
      expect(damages.map(({ lostBytes }) => lostBytes)).toEqual([batches[0]?.length]);
      log.close();
    });
  });

  test('still knows a batch that it has already, and that one is missing', () => {
    withScratch((directory) => {
      fill(directory, [2, 3], 1 << 20);
      removeCheckpoints(directory);
      const { log } = openLog(directory);
      expect(store(log, countingBatch(3, { ...identity, baseSequence: 2 }))).toBe(2);
      expect(() => store(log, countingBatch(1, { ...identity, baseSequence: 6 }))).toThrow(/sequence 6 after 4/);
      expect(log.nextOffset).toBe(5);
      log.close();
    });
  });

  test('keeps the offset at which it goes on when all its records have been deleted', () => {
    withScratch((directory) => {
      fill(directory, [4, 4], 150);
      const { log } = openLog(directory, { segmentBytes: 150 });
      log.roll();
      log.dropSegments(log.segments.length);
      log.close();
      const again = openLog(directory).log;
      expect([again.logStartOffset, again.nextOffset]).toEqual([8, 8]);
      expect(store(again, countingBatch(1))).toBe(8);
      again.close();
    });
  });
});
