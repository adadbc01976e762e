import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { growth } from './rate.ts';

const minutes = fc.dictionary(fc.integer({ min: 0, max: 5 }).map(String), fc.nat(1_000));
const counts = (record: Readonly<Record<string, number>>) => new Map(Object.entries(record));

describe('events between two looks', () => {
  test('are the sum of what was added, whichever minutes it was added to', () => {
    fc.assert(
      fc.property(minutes, minutes, (before, added) => {
        const after = { ...before };
        for (const [minute, events] of Object.entries(added)) after[minute] = (after[minute] ?? 0) + events;
        const total = Object.values(added).reduce((sum, events) => sum + events, 0);
        expect(growth(counts(before), counts(after))).toBe(total);
      }),
    );
  });

  test('are not taken back when an old minute leaves the window or shrinks', () => {
    expect(growth(counts({ a: 100, b: 5 }), counts({ b: 3, c: 2 }))).toBe(2);
  });
});
