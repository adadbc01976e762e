import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { percentilesOf } from './percentiles.ts';

/** The same by the book: sort all samples, take the one at the rank. */
function sorted(samples: readonly number[], percent: number): number | undefined {
  const ordered = [...samples].sort((one, other) => one - other);
  return ordered[Math.max(1, Math.ceil((percent * samples.length) / 100)) - 1];
}

describe('percentiles of a histogram', () => {
  test('are those of its samples, one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 300 }), (samples) => {
        const bars = [...Map.groupBy(samples, (value) => value)]
          .map(([value, own]) => ({ value, samples: own.length }))
          .sort((one, other) => one.value - other.value);
        expect(percentilesOf(bars)).toEqual({
          p1: sorted(samples, 1),
          p5: sorted(samples, 5),
          p50: sorted(samples, 50),
          p95: sorted(samples, 95),
          p99: sorted(samples, 99),
        });
      }),
    );
  });

  test('are none without a sample', () => {
    expect(percentilesOf([])).toBeNull();
    expect(percentilesOf([{ value: 3, samples: 0 }])).toBeNull();
  });
});
