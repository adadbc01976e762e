import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestEventStore } from '#tests/support/event-store.ts';
import { createSeriesStore, MAX_EVENT_TYPES } from './series.ts';

let events: TestEventStore;
beforeAll(async () => {
  events = await TestEventStore.start();
});
afterAll(() => events.stop());

const inBerlin = async () => 'Europe/Berlin';
const named = (eventType: string, gameId = 'g') => ({ gameId, dataClass: 'production' as const, eventType });

describe('series of a game', () => {
  test('questions asked at the same time make one tenant and find every type', async () => {
    const store = createSeriesStore(events.pool);
    const types = Array.from({ length: 12 }, (_, place) => `type_${place}`);
    await Promise.all(types.map((type) => store.resolve([named(type)], inBerlin)));
    const found = types.map((type) => store.find(named(type)));
    expect(new Set(found.map((one) => one?.tenant)).size).toBe(1);
    expect(new Set(found.map((one) => one?.id)).size).toBe(types.length);
  });

  test('a game that does not exist has none, and says so', async () => {
    const store = createSeriesStore(events.pool);
    await store.resolve([named('session_start', 'nowhere')], async () => undefined);
    expect(store.find(named('session_start', 'nowhere'))).toBeUndefined();
    expect(store.refusalOf(named('session_start', 'nowhere'))).toBe('game_unknown');
  });

  test('a game gets no more event types than it may have, also from two processors', async () => {
    const one = createSeriesStore(events.pool);
    await one.resolve([named('first', 'many')], inBerlin);
    await events.pool.query(
      `INSERT INTO event_store.series (tenant_id, event_type)
       SELECT tenant_id, 'filler_' || n FROM event_store.tenants, generate_series(2, $1) AS n WHERE game_id = 'many'`,
      [MAX_EVENT_TYPES],
    );
    await one.resolve([named('one_more', 'many')], inBerlin);
    expect(one.find(named('one_more', 'many'))).toBeUndefined();
    expect(one.refusalOf(named('one_more', 'many'))).toBe('too_many_event_types');
    expect(one.find(named('filler_7', 'many'))).toBeDefined();
  });
});
