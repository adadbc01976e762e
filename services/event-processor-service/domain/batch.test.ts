import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { split } from './batch.ts';
import type { PoisonRecord, Slice } from './event.ts';
import { poison } from './poison.ts';

const poisonAt = (partition: number, offset: number): PoisonRecord => ({
  kind: 'poison',
  record: { partition, offset: BigInt(offset), value: null },
  poison: poison('record_empty', 'nothing'),
  tenant: undefined,
  receivedMillis: 0,
});

const slice = (partition: number, first: number, count: number): Slice => ({
  topic: 't',
  partition,
  nextOffset: BigInt(first + count),
  records: Array.from({ length: count }, (_, place) => poisonAt(partition, first + place)),
});

const places = (slices: readonly Slice[]) =>
  slices.flatMap(({ partition, records }) => records.map(({ record }) => `${partition}/${record.offset}`));

describe('halving a batch', () => {
  test('keeps every record once and in order, and ends each half where the next record begins', () => {
    const slices = fc
      .array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 5 })
      .map((made) => made.map(([first, count], partition) => slice(partition, first, count)));
    fc.assert(
      fc.property(slices, (batch) => {
        const halves = split(batch);
        if (!halves) return expect(places(batch)).toHaveLength(1);
        const [first, second] = halves;
        expect([...places(first), ...places(second)]).toEqual(places(batch));
        expect(places(first).length).toBe(Math.floor(places(batch).length / 2));
        for (const { nextOffset, records } of [...first, ...second]) {
          expect(nextOffset).toBe((records.at(-1)?.record.offset ?? -1n) + 1n);
        }
      }),
    );
  });
});
