import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingEvent } from '#catalog/events/index.ts';
import { expectedKpis } from './expected.ts';
import { simulate } from './simulate.ts';

let number = 0;
function event(player_id: string, event_timestamp: string, rest: Partial<IncomingEvent> = {}): IncomingEvent {
  number += 1;
  const event_id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const fixed = { event_id, event_type: 'item_viewed', event_version: 1, game_id: 'demo', properties: {} };
  return { ...fixed, player_id, event_timestamp, ...rest };
}

const paid = (type: string, properties: Record<string, unknown>) => ({ event_type: type, properties });

describe('the expected KPIs', () => {
  test('count a player once a day, and as new on the first day only', () => {
    const { days, players } = expectedKpis([
      event('ann', '2026-09-01T10:00:00Z'),
      event('ann', '2026-09-01T11:00:00Z'),
      event('bob', '2026-09-01T12:00:00Z'),
      event('ann', '2026-09-02T10:00:00Z'),
    ]);
    expect(players).toBe(2);
    expect(days.map(({ day, activePlayers, newPlayers }) => [day, activePlayers, newPlayers])).toEqual([
      ['2026-09-01', 2, 2],
      ['2026-09-02', 1, 0],
    ]);
  });

  test.each([
    ['UTC', ['2026-10-25']],
    ['Asia/Tokyo', ['2026-10-25', '2026-10-26']],
    ['America/New_York', ['2026-10-24', '2026-10-25']],
    ['Asia/Kolkata', ['2026-10-25', '2026-10-26']],
  ])('put an event on the day that the calendar of %s shows', (timeZone, expected) => {
    const { days } = expectedKpis([event('ann', '2026-10-25T00:30:00Z'), event('ann', '2026-10-25T22:30:00Z')], {
      timeZone,
    });
    expect(days.map(({ day }) => day)).toEqual(expected);
  });

  test('end the day of a clock change where the wall clock does', () => {
    const berlin = { timeZone: 'Europe/Berlin' };
    // The day has 25 hours: it ends at 23:00 UTC.
    const { days } = expectedKpis([event('ann', '2026-10-25T22:59:59Z'), event('ann', '2026-10-25T23:00:00Z')], berlin);
    expect(days.map(({ day }) => day)).toEqual(['2026-10-25', '2026-10-26']);
  });

  test('sum money by currency, once a purchase, refunds taken off', () => {
    const { days } = expectedKpis([
      event(
        'ann',
        '2026-09-01T10:00:00Z',
        paid('item_purchased', { currency: 'EUR', amount: 499, transaction_id: 't1' }),
      ),
      event(
        'ann',
        '2026-09-01T10:00:01Z',
        paid('iap_transaction', { currency: 'EUR', amount: 499, transaction_id: 't1' }),
      ),
      event('bob', '2026-09-01T10:00:02Z', paid('item_purchased', { currency: 'JPY', amount: 160 })),
      event(
        'ann',
        '2026-09-01T10:00:03Z',
        paid('iap_transaction', { currency: 'EUR', amount: -200, transaction_id: 't1' }),
      ),
    ]);
    expect(days[0]).toMatchObject({ revenue: { EUR: 299, JPY: 160 }, payers: 2 });
  });

  test('find the players of a cohort that were back exactly 1, 7 and 30 days later', () => {
    const { cohorts } = expectedKpis([
      ...['ann', 'bob', 'cid'].map((player) => event(player, '2026-09-01T10:00:00Z')),
      event('ann', '2026-09-02T23:00:00Z'),
      event('bob', '2026-09-03T10:00:00Z'),
      event('bob', '2026-09-08T10:00:00Z'),
      event('cid', '2026-10-01T10:00:00Z'),
    ]);
    expect(cohorts).toEqual([{ day: '2026-09-01', size: 3, returned: { day1: 1, day7: 1, day30: 1 } }]);
  });

  test('do not depend on the order of the events nor on duplicates', () => {
    const history = [...simulate({ seed: 3, game: 'demo', players: 25, from: '2026-09-01T00:00:00Z', days: 9 })];
    const expected = expectedKpis(history, { timeZone: 'Asia/Tokyo' });
    const twice = fc.shuffledSubarray(history, { maxLength: 200 });
    fc.assert(
      fc.property(twice, (some) => {
        expect(expectedKpis([...some, ...history.toReversed()], { timeZone: 'Asia/Tokyo' })).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
