import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { createPool, type Database, transaction } from '#kit/postgres/index.ts';
import { secretOf } from '#kit/secrets.ts';
import { type ExpectedDay, expectedKpis, simulate } from '#load/traffic/index.ts';
import { TestEventStore, TestProcessor } from '#tests/support/event-store.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { type Day, dailyKpis, retention } from '../domain/kpis.ts';
import { TenantReader } from './reading.ts';
import { AnalyticsStore, type Tenant } from './store.ts';

const ZONE = 'America/Sao_Paulo';
const FROM = '2026-08-30';
const TO = '2026-10-10';
const range = { from: FROM, to: TO };

let events: TestEventStore;
let pool: Database;
let store: AnalyticsStore;

const accepted = (dataClass: Tenant['dataClass']) => (event: ReturnType<typeof simulated>[number]) =>
  ({ ...event, received_at: event.event_timestamp, data_class: dataClass, marks: [] }) satisfies AcceptedEvent;
const simulated = (game: string, players: number) => [
  ...simulate({ seed: 7, game, players, from: '2026-09-01T00:00:00Z', days: 12 }),
];

const demo = simulated('demo', 60);
const rival = simulated('rival', 15);
const trial = simulated('demo', 25).map((event) => ({ ...event, player_id: `trial-${event.player_id}` }));

beforeAll(async () => {
  events = await TestEventStore.start();
  const processor = new TestProcessor(events.store(), ZONE);
  await processor.claim([0]);
  const sent = [
    ...demo.map(accepted('production')),
    ...rival.map(accepted('production')),
    ...trial.map(accepted('sandbox')),
  ];
  for (let offset = 0; offset < sent.length; offset += 4_000) {
    const batch = sent.slice(offset, offset + 4_000);
    await processor.commit(batch.map((value, index) => ({ partition: 0, offset: offset + index, value })));
  }
  const url = new URL(events.url);
  url.username = 'analytics_api';
  // One connection, so that whatever a transaction left behind would meet the next one.
  pool = createPool(await quietTelemetry(), { name: 'events', url: url.href, password: secretOf('reads'), max: 1 });
  store = new AnalyticsStore(new TenantReader(pool));
});
afterAll(async () => {
  await pool.stop();
  await events.stop();
});

/** The independent computation, in the shape of an answer. */
const shapeOf = (day: ExpectedDay): Partial<Day> => ({
  date: day.day,
  events: day.events,
  activePlayers: day.activePlayers,
  newPlayers: day.newPlayers,
  sessions: day.sessions,
  payers: day.payers,
  revenue: Object.entries(day.revenue)
    .map(([currency, amountMinor]) => ({ currency, amountMinor }))
    .sort((one, other) => (one.currency < other.currency ? -1 : 1)),
});

async function daysOf(tenant: Tenant) {
  const days = dailyKpis(await store.rollups(tenant, range), FROM, TO);
  return days.filter(({ events: count }) => count > 0);
}

describe('the answers of a game', () => {
  test.each([
    ['production', { gameId: 'demo', dataClass: 'production' }, demo],
    ['sandbox', { gameId: 'demo', dataClass: 'sandbox' }, trial],
    ['another game', { gameId: 'rival', dataClass: 'production' }, rival],
  ] as const)('are right to the digit: %s', async (_, tenant, sent) => {
    const expected = expectedKpis(sent, { timeZone: ZONE });
    expect(expected.days.length).toBeGreaterThan(11);
    const days = await daysOf(tenant);
    expect(days).toEqual(expected.days.map((day) => expect.objectContaining(shapeOf(day))));
    const cohorts = retention((await store.cohorts(tenant, range)).rows, { ...range, today: '2026-12-31' });
    expect(cohorts.filter(({ size }) => size > 0)).toEqual(
      expected.cohorts.map(({ day, size, returned }) => ({
        ...{ date: day, size, day1: returned.day1 / size, day7: returned.day7 / size, day30: returned.day30 / size },
      })),
    );
    const types = await store.eventTypes(tenant, range);
    expect(Object.fromEntries(types.map(({ type, events: count }) => [type, count]))).toEqual(expected.eventsByType);
    expect(types.map(({ events: count }) => count)).toEqual(
      types.map(({ events: count }) => count).sort((one, other) => other - one),
    );
  });

  test('are the same and apart when several games are asked for in one transaction', async () => {
    const together = await store.rollupsOfGames(['rival', 'nobody', 'demo'], 'production', range);
    const [rival, nobody, own] = together.map((rollups) =>
      dailyKpis(rollups, FROM, TO).filter(({ events: count }) => count > 0),
    );
    expect(rival).toEqual(await daysOf({ gameId: 'rival', dataClass: 'production' }));
    expect(own).toEqual(await daysOf({ gameId: 'demo', dataClass: 'production' }));
    expect(nobody).toEqual([]);
  });

  test('say up to when they are complete', async () => {
    const { dataAsOf } = await store.rollups({ gameId: 'demo', dataClass: 'production' }, range);
    expect(Number.isNaN(Date.parse(dataAsOf ?? ''))).toBe(false);
  });

  test('count the distinct players of a week, not the sum of its days', async () => {
    const tenant = { gameId: 'demo', dataClass: 'production' } as const;
    const [day] = dailyKpis(
      await store.rollups(tenant, { from: '2026-09-10', to: '2026-09-10' }),
      '2026-09-10',
      '2026-09-10',
    );
    const week = demo.filter(
      ({ event_timestamp }) => event_timestamp >= '2026-09-04T03' && event_timestamp < '2026-09-11T03',
    );
    expect(day?.weeklyActivePlayers).toBe(new Set(week.map(({ player_id }) => player_id)).size);
  });
});

describe('the database itself', () => {
  const read = (text: string) => pool.query(text);

  test('shows nothing to a transaction that is bound to no game', async () => {
    for (const view of ['events', 'active_players', 'players', 'conservation_minutes', 'games', 'event_series'])
      expect((await read(`SELECT * FROM analytics.${view} LIMIT 1`)).rows).toEqual([]);
  });

  test('forgets the game of a transaction when that ends, also by an error', async () => {
    await daysOf({ gameId: 'demo', dataClass: 'production' });
    expect((await read('SELECT count(*)::int AS games FROM analytics.games')).rows).toEqual([{ games: 0 }]);
    const broken = transaction(pool, async (client) => {
      await client.query(`SELECT set_config('gamemetrics.game_ids', '["demo"]', true)`);
      await client.query('SELECT 1 / 0');
    });
    await expect(broken).rejects.toMatchObject({ code: '22012' });
    expect((await read('SELECT count(*)::int AS games FROM analytics.games')).rows).toEqual([{ games: 0 }]);
  });

  test.each([
    ['a game that does not exist', 'nobody'],
    ['a list that is smuggled into the name', 'demo","rival'],
    ['SQL in the name', "demo' OR '1'='1"],
    ['no name', ''],
  ])('shows nothing for %s', async (_, gameId) => {
    expect(await daysOf({ gameId, dataClass: 'production' })).toEqual([]);
  });

  test.each(['event_store.events', 'event_store.players', 'event_store.tenants', 'event_store.active_players'])(
    'refuses to let the service read %s past the views',
    async (table) => {
      await expect(read(`SELECT * FROM ${table} LIMIT 1`)).rejects.toMatchObject({ code: '42501' });
    },
  );

  test.each([
    'INSERT INTO analytics.games VALUES (1)',
    'DELETE FROM analytics.events',
    'CREATE TABLE analytics.mine ()',
    'CREATE TABLE public.mine ()',
    "SELECT event_store.ensure_event_day('2026-01-01')",
  ])('refuses to let the service write: %s', async (statement) => {
    await expect(read(statement)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|55000|42601|428C9)$/) });
  });

  test('does not tell a reader of the rows of others through an error of a condition of its own', async () => {
    const spying = transaction(pool, async (client) => {
      await client.query(
        `SELECT set_config('gamemetrics.game_ids', '["demo"]', true), set_config('gamemetrics.data_class', 'sandbox', true)`,
      );
      // Were this evaluated on rows of other tenants, it would divide by zero there.
      return client.query(
        `SELECT count(*)::int AS others FROM analytics.players
         WHERE 1 / (CASE WHEN player_id LIKE 'trial-%' THEN 1 ELSE 0 END) = 2`,
      );
    });
    expect((await spying).rows).toEqual([{ others: 0 }]);
  });
});
