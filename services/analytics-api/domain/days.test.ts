import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayOf, daysBetween, eachDay, isDay, MAX_RANGE_DAYS, rangeProblem } from './days.ts';

const day = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((moment) => moment.toISOString().slice(0, 10));

describe('calendar days', () => {
  test('exist or do not, whatever the text looks like', () => {
    fc.assert(fc.property(day, (text) => isDay(text)));
    for (const text of ['2026-02-30', '2026-13-01', '2026-1-1', '20260101', '', '2026-01-01T00:00:00Z', '٢٠٢٦-٠١-٠١'])
      expect(isDay(text)).toBe(false);
  });

  test('added and taken away again are the same day', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -5_000, max: 5_000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
        expect(addDays(addDays(from, days), -days)).toBe(from);
      }),
    );
  });

  test('of a range are one after another, both ends included', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: MAX_RANGE_DAYS - 1 }), (from, length) => {
        const to = addDays(from, length);
        const days = eachDay(from, to);
        expect([days[0], days.at(-1), days.length]).toEqual([from, to, length + 1]);
        expect([...days].sort()).toEqual(days);
        expect(rangeProblem(from, to)).toBeUndefined();
      }),
    );
  });

  test('of a range are refused when it runs backwards or is longer than a leap year', () => {
    expect(rangeProblem('2026-01-02', '2026-01-01')).toBe('from 2026-01-02 is after to 2026-01-01');
    expect(rangeProblem('2024-01-01', '2024-12-31')).toBeUndefined();
    expect(rangeProblem('2024-01-01', '2025-01-01')).toContain('are 367 days; at most 366');
  });

  test.each([
    ['Pacific/Kiritimati', '2026-11-20T10:00:00Z', '2026-11-21'],
    ['Pacific/Pago_Pago', '2026-11-20T10:59:59Z', '2026-11-19'],
    // The clock goes back at 01:00 UTC: the day has 25 hours.
    ['Europe/Berlin', '2026-10-25T22:59:59Z', '2026-10-25'],
    ['Europe/Berlin', '2026-10-25T23:00:00Z', '2026-10-26'],
  ])('are those of the calendar of %s', (timeZone, moment, expected) => {
    expect(dayOf(new Date(moment), timeZone)).toBe(expected);
  });
});
