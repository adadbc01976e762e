import { describe, expect, test } from '@jest/globals';
import { age, count, dayIn, dayName, duration, money, percent, rate } from './format.ts';

describe('figures of the dashboard', () => {
  test('show money in the form of its currency, from minor units', () => {
    expect(money({ currency: 'USD', amountMinor: 1_999 })).toBe('$19.99');
    expect(money({ currency: 'JPY', amountMinor: 500 })).toBe('¥500');
    expect(money({ currency: 'EUR', amountMinor: -250 })).toBe('-€2.50');
  });

  test('show large counts short and small ones whole', () => {
    expect(count(12_345)).toBe('12,345');
    expect(count(1_234_567)).toBe('1.2M');
  });

  test('show what is not known as a dash', () => {
    expect(percent(null)).toBe('–');
    expect(duration(null)).toBe('–');
  });

  test('show how old an answer is', () => {
    const now = Date.parse('2026-11-20T10:00:10Z');
    expect(age('2026-11-20T10:00:07Z', now)).toBe('3 s');
    expect(age('2026-11-20T09:50:10Z', now)).toBe('10 min');
  });

  test('show small rates with a digit, and large ones without', () => {
    expect([rate(0.42), rate(9.96), rate(214.4)]).toEqual(['0.4', '10', '214']);
  });

  test('show durations that never have 60 seconds', () => {
    expect([59.7, 3_599.6, 61, 7_380].map(duration)).toEqual(['1 min 0 s', '1 h 0 min', '1 min 1 s', '2 h 3 min']);
  });

  test("name days without the visitor's clock", () => {
    expect(dayName('2026-11-20')).toBe('Fri 20 Nov');
  });

  test('count days back by the calendar, also where a day has 25 hours', () => {
    const justAfterMidnightInBerlin = Date.parse('2026-10-26T23:30:00Z');
    expect(dayIn('Europe/Berlin', justAfterMidnightInBerlin, -3)).toBe('2026-10-24');
    const justBeforeMidnightInBerlin = Date.parse('2026-10-25T22:30:00Z');
    expect(dayIn('Europe/Berlin', justBeforeMidnightInBerlin, -1)).toBe('2026-10-24');
  });

  test('name the day of the game, not of the visitor', () => {
    const justAfterMidnightInBerlin = Date.parse('2026-11-20T23:30:00Z');
    expect(dayIn('Europe/Berlin', justAfterMidnightInBerlin)).toBe('2026-11-21');
    expect(dayIn('America/New_York', justAfterMidnightInBerlin)).toBe('2026-11-20');
    expect(dayIn('America/New_York', justAfterMidnightInBerlin, -13)).toBe('2026-11-07');
  });
});
