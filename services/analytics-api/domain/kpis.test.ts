import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './days.ts';
import { type CohortRow, dailyKpis, type Rollups, retention } from './kpis.ts';

const DAY = '2026-11-20';
const empty: Rollups = {
  active: [],
  cohorts: [],
  sessions: [],
  events: [],
  revenue: [],
  payers: [],
  dataAsOf: '2026-11-20T12:00:00.000Z',
};
const kpis = (rollups: Partial<Rollups>) => dailyKpis({ ...empty, ...rollups }, DAY, DAY)[0];

describe('the KPIs of a day', () => {
  test('are zeros and no rates where nothing happened, on every day of the range', () => {
    const days = dailyKpis(empty, '2026-11-01', '2026-11-30');
    expect(days).toHaveLength(30);
    for (const day of days)
      expect(day).toMatchObject({
        ...{ activePlayers: 0, newPlayers: 0, sessions: 0, events: 0, payers: 0 },
        ...{ averageSessionSeconds: null, conversion: null, revenue: [], arpdau: [], arppu: [] },
      });
  });

  test('tell players of the day, the week and the month apart', () => {
    const active = [1, 7, 30].map((windowDays) => ({ day: DAY, windowDays, players: windowDays * 10 }));
    expect(kpis({ active })).toMatchObject({
      ...{ activePlayers: 10, weeklyActivePlayers: 70, monthlyActivePlayers: 300 },
    });
  });

  test('keep currencies apart, in the order of their names, refunds taken off', () => {
    const revenue = [
      { day: DAY, currency: 'USD', amount: -500 },
      { day: DAY, currency: 'EUR', amount: 999 },
    ];
    const payers = [{ day: DAY, payers: 2 }];
    const active = [{ day: DAY, windowDays: 1, players: 4 }];
    expect(kpis({ revenue, payers, active })).toMatchObject({
      revenue: [
        { currency: 'EUR', amountMinor: 999 },
        { currency: 'USD', amountMinor: -500 },
      ],
      arpdau: [
        { currency: 'EUR', amountMinor: 249.75 },
        { currency: 'USD', amountMinor: -125 },
      ],
      arppu: [
        { currency: 'EUR', amountMinor: 499.5 },
        { currency: 'USD', amountMinor: -250 },
      ],
      conversion: 0.5,
    });
  });

  test('have no revenue by payer when all there is are refunds', () => {
    expect(kpis({ revenue: [{ day: DAY, currency: 'EUR', amount: -1 }] })).toMatchObject({ arppu: [], arpdau: [] });
  });

  test('have the mean length of the sessions that ended', () => {
    const sessions = [{ day: DAY, started: 9, ended: 4, lengthMillis: 10_000 }];
    expect(kpis({ sessions })).toMatchObject({ sessions: 9, averageSessionSeconds: 2.5 });
  });
});

describe('retention', () => {
  const range = { from: '2026-01-01', to: '2026-02-28' };
  const sizes = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 59, maxLength: 59 });
  const share = fc.constantFrom(0, 0.25, 0.5, 1);

  test('is between none and all of a cohort, and unknown until the day is over', () => {
    fc.assert(
      fc.property(sizes, share, fc.integer({ min: 0, max: 80 }), (cohorts, back, age) => {
        const today = addDays(range.from, age);
        const rows = cohorts.flatMap((size, index): CohortRow[] => {
          const cohortDay = addDays(range.from, index);
          const returned = Math.floor(size * back);
          return [0, 1, 7, 30].map((dayNumber) => ({ cohortDay, dayNumber, players: dayNumber ? returned : size }));
        });
        retention(rows, { ...range, today }).forEach(({ date, size, day1, day7, day30 }, index) => {
          expect(size).toBe(cohorts[index]);
          const rates = [day1, day7, day30];
          [1, 7, 30].forEach((number, position) => {
            const over = addDays(date, number) < today;
            const expected = over && size > 0 ? Math.floor(size * back) / size : null;
            expect(rates[position]).toBe(expected);
          });
        });
      }),
      { numRuns: 30 },
    );
  });
});
