import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { events as definitions, IncomingEvent } from '#catalog/events/index.ts';
import { DAY_MILLIS } from './clock.ts';
import { expectedKpis } from './expected.ts';
import { simulate } from './simulate.ts';
import { REFUND_WINDOW_MILLIS } from './world.ts';

const options = { seed: 'tests', game: 'demo', players: 400, from: '2026-09-01T00:00:00Z', days: 35 };
const history = [...simulate(options)];

describe('the simulator', () => {
  test('gives the same events, to the byte, for the same options', () => {
    const small = { ...options, players: 20, days: 5 };
    expect(JSON.stringify([...simulate(small)])).toBe(JSON.stringify([...simulate(small)]));
    expect(JSON.stringify([...simulate({ ...small, seed: 'another' })])).not.toBe(JSON.stringify([...simulate(small)]));
  });

  test('emits every event type of the catalog, each valid by the envelope and by its own schema', () => {
    const ajv = addFormats.default(new Ajv({ strict: false }));
    const envelope = ajv.compile(IncomingEvent);
    const types = new Map(definitions.map(({ type, properties }) => [type as string, ajv.compile(properties)]));
    const wrong = history.find((event) => !envelope(event) || !types.get(event.event_type)?.(event.properties));
    expect(wrong).toBeUndefined();
    expect(new Set(history.map((event) => event.event_type))).toEqual(new Set(types.keys()));
  });

  test('gives every event an id of its own', () => {
    expect(new Set(history.map((event) => event.event_id)).size).toBe(history.length);
  });

  test('goes forward in time and stays between the first instant and the last', () => {
    const times = history.map((event) => event.event_timestamp);
    expect(times).toEqual(times.toSorted());
    expect(Date.parse(times[0] ?? '')).toBeGreaterThanOrEqual(Date.parse(options.from));
    expect(Date.parse(times.at(-1) ?? '')).toBeLessThan(Date.parse(options.from) + options.days * DAY_MILLIS);
  });

  test('lets every player begin with registering, once', () => {
    const first = new Map<string, string>();
    for (const event of history) if (!first.has(event.player_id)) first.set(event.player_id, event.event_type);
    expect(new Set(first.values())).toEqual(new Set(['player_registered']));
    expect(history.filter((event) => event.event_type === 'player_registered')).toHaveLength(first.size);
  });

  test('never lets two sessions of a player overlap', () => {
    const open = new Map<string, string>();
    for (const { player_id, session_id = '', event_type } of history) {
      if (event_type === 'player_registered' || event_type === 'session_start') open.set(player_id, session_id);
      expect(open.get(player_id)).toBe(session_id);
    }
  });

  test('refunds some purchases: negative, of the same transaction, within days', () => {
    const bought = new Map<unknown, { at: number; amount: unknown }>();
    const many = simulate({ ...options, players: 900, days: 14 });
    const refunds: number[] = [];
    for (const { event_type, event_timestamp, properties } of many) {
      if (event_type !== 'iap_transaction') continue;
      const { transaction_id, amount } = properties;
      const at = Date.parse(event_timestamp);
      if (Number(amount) > 0) bought.set(transaction_id, { at, amount });
      else refunds.push(at - (bought.get(transaction_id)?.at ?? Number.NEGATIVE_INFINITY));
    }
    expect(refunds.length).toBeGreaterThan(0);
    expect(refunds.every((millis) => millis > 0 && millis <= REFUND_WINDOW_MILLIS + DAY_MILLIS)).toBe(true);
  });

  test('follows the daily rhythm: the evening hours of a country are busier than its night', () => {
    const hours = new Map<number, number>();
    for (const event of history) {
      if (event.event_type !== 'session_start' || event.country !== 'JP') continue;
      const hour = (new Date(event.event_timestamp).getUTCHours() + 9) % 24;
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
    }
    const between = (from: number, to: number) =>
      [...hours].filter(([hour]) => hour >= from && hour < to).reduce((sum, [, count]) => sum + count, 0);
    expect(between(18, 23)).toBeGreaterThan(4 * between(1, 6));
  });

  test('loses players as a retention curve does: most stay away on day 1, more on day 7, more still on day 30', () => {
    const { cohorts } = expectedKpis(history);
    const old = cohorts.slice(0, 4);
    const share = (day: 'day1' | 'day7' | 'day30') =>
      old.reduce((sum, { returned }) => sum + returned[day], 0) / old.reduce((sum, { size }) => sum + size, 0);
    expect(share('day1')).toBeGreaterThan(share('day7'));
    expect(share('day7')).toBeGreaterThan(share('day30'));
    expect(share('day30')).toBeGreaterThan(0);
    expect(share('day1')).toBeLessThan(0.7);
  });
});
