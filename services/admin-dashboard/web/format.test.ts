import { describe, expect, test } from '@jest/globals';
import { age, change, count, dayIn, duration, money, percent } from './format.ts';

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

  test('compare with the day before, and with nothing when there was nothing', () => {
    expect(change(112, 100)).toBe('+12%');
    expect(change(90, 100)).toBe('−10%');
    expect(change(5, 0)).toBeUndefined();
  });

  test('name the day of the game, not of the visitor', () => {
    const justAfterMidnightInBerlin = Date.parse('2026-11-20T23:30:00Z');
    expect(dayIn('Europe/Berlin', justAfterMidnightInBerlin)).toBe('2026-11-21');
    expect(dayIn('America/New_York', justAfterMidnightInBerlin)).toBe('2026-11-20');
    expect(dayIn('America/New_York', justAfterMidnightInBerlin, -13)).toBe('2026-11-07');
  });
});
