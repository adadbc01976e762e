import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ACTIVE_WINDOWS_DAYS, cohortChanges, windowGains } from './activity.ts';
import { advance, segmentOf } from './player.ts';

const days = fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { maxLength: 25 });

/** The days on which activity on `active` counts for a trailing window. */
const covered = (active: readonly number[], window: number): Set<number> =>
  new Set(active.flatMap((day) => Array.from({ length: window }, (_, after) => day + after)));

describe('the activity of a player', () => {
  test('counts for a window on exactly the days that no earlier knowledge covered', () => {
    fc.assert(
      fc.property(days, days, (old, seen) => {
        const batch = seen
          .toSorted((one, other) => one - other)
          .map((day) => ({
            day,
            isNew: !old.includes(day),
            previous: Math.max(...old.filter((one) => one < day && one > day - 30)),
            next: Math.min(...old.filter((one) => one > day && one < day + 30)),
          }));
        const around = batch.map((one) => ({
          ...one,
          previous: Number.isFinite(one.previous) ? one.previous : undefined,
          next: Number.isFinite(one.next) ? one.next : undefined,
        }));
        const gains = windowGains(around);
        for (const window of ACTIVE_WINDOWS_DAYS) {
          const gained = gains
            .filter(({ windowDays }) => windowDays === window)
            .flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, after) => from + after));
          const before = covered(old, window);
          const added = [...covered([...old, ...seen], window)].filter((day) => !before.has(day));
          expect(gained.sort((one, other) => one - other)).toEqual(added.sort((one, other) => one - other));
        }
      }),
    );
  });

  test('moves into an earlier cohort as a whole when a late event shows that it began before', () => {
    expect(cohortChanges({ before: 10, now: 8 }, [8], [10, 12])).toEqual([
      { cohortDay: 10, dayNumber: 0, players: -1 },
      { cohortDay: 8, dayNumber: 2, players: 1 },
      { cohortDay: 10, dayNumber: 2, players: -1 },
      { cohortDay: 8, dayNumber: 4, players: 1 },
      { cohortDay: 8, dayNumber: 0, players: 1 },
    ]);
  });

  test('is online for five minutes after each event, counted once whatever the order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1000, max: 1060 }), { minLength: 1 }), fc.nat(), (minutes, cut) => {
        const touch = (onlineMinutes: readonly number[]) => ({
          ...{ firstMillis: 0, lastMinute: 0, days: [1], sessions: 0, playtimeMillis: 0, purchases: 0, refunds: 0 },
          onlineMinutes: onlineMinutes.toSorted((one, other) => one - other),
        });
        const border = cut % minutes.length;
        const first = advance(undefined, touch(minutes.slice(0, border)), 0);
        const second = advance(first.state, touch(minutes.slice(border)), 0);
        const counted = [...first.online, ...second.online].flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, after) => from + after),
        );
        expect(counted.sort()).toEqual([...covered(minutes, 5)].sort());
      }),
    );
  });

  test('makes a segment: who paid, who is new, who was away for a week, and everybody else', () => {
    const player = { firstDay: 100, purchases: 0 };
    expect(segmentOf({ ...player, purchases: 1 }, 100, undefined)).toBe('payer');
    expect(segmentOf(player, 100, undefined)).toBe('new');
    expect(segmentOf(player, 107, 100)).toBe('returning');
    expect(segmentOf(player, 106, 100)).toBe('active');
    expect(segmentOf(player, 200, undefined)).toBe('returning');
  });
});
