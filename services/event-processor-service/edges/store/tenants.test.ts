import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { TestEventStore, TestProcessor } from '#tests/support/event-store.ts';

let events: TestEventStore;
let reader: pg.Client;
const NOW = Date.UTC(2026, 10, 20, 12);

beforeAll(async () => {
  events = await TestEventStore.start();
  const processor = new TestProcessor(events.store());
  await processor.claim([0]);
  const tenants = [
    ['mine', 'production'],
    ['mine', 'sandbox'],
    ['theirs', 'production'],
    ['mine,theirs', 'production'],
  ] as const;
  const kinds: readonly Partial<AcceptedEvent>[] = [
    { event_type: 'session_start' },
    { event_type: 'session_end', properties: { duration_seconds: 5 } },
    { event_type: 'item_purchased', properties: { item_id: 'gem', currency: 'EUR', amount: 100 } },
    { event_type: 'level_completed', properties: { level: 1, duration_seconds: 2, score: 3 } },
    { event_type: 'performance_sample', properties: { fps: 60, ping_millis: 20 } },
    { event_type: 'level_started', properties: { secret: 'theirs' } },
  ];
  const values = tenants.flatMap(([game_id, data_class]) =>
    kinds.map((kind) => event({ game_id, data_class, ...kind })),
  );
  await processor.commit(values.map((value, offset) => ({ partition: 0, offset, value })));
  reader = await events.reader(['mine'], 'production');
});
afterAll(async () => {
  await reader.end();
  await events.stop();
});

function event(more: Partial<AcceptedEvent>): AcceptedEvent {
  return {
    event_id: crypto.randomUUID(),
    event_type: 'session_start',
    event_version: 1,
    game_id: 'mine',
    data_class: 'production',
    player_id: `player of ${more.game_id} ${more.data_class}`,
    session_id: 's',
    event_timestamp: new Date(NOW).toISOString(),
    received_at: new Date(NOW).toISOString(),
    marks: [],
    properties: {},
    ...more,
  };
}

async function viewNames(): Promise<string[]> {
  const { rows } = await reader.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.views WHERE table_schema = 'analytics'`,
  );
  return rows.map(({ name }) => name).filter((name) => name !== 'data_as_of');
}

async function seenBy(client: pg.Client, condition = 'true'): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (const name of await viewNames()) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM analytics.${name} WHERE ${condition}`);
    seen[name] = Number(rows[0]?.count);
  }
  return seen;
}

describe('analytics-api in the database', () => {
  test('sees rows of its game in every view, and none of another game or data class', async () => {
    const all = await seenBy(reader);
    expect(Object.keys(all).length).toBeGreaterThan(15);
    expect(Object.values(all).every((rows) => rows > 0)).toBe(true);
    expect(await seenBy(reader, `game_id = 'mine'`)).toEqual(all);
    const { rows } = await reader.query('SELECT DISTINCT game_id, data_class FROM analytics.events');
    expect(rows).toEqual([{ game_id: 'mine', data_class: 'production' }]);
  });

  test('sees nothing at all before the games are set, or when one of the two settings is missing', async () => {
    const fresh = await events.reader([], 'production');
    expect(Object.values(await seenBy(fresh)).every((rows) => rows === 0)).toBe(true);
    await fresh.query('RESET ALL');
    expect(Object.values(await seenBy(fresh)).every((rows) => rows === 0)).toBe(true);
    await fresh.query(`SELECT set_config('gamemetrics.game_ids', '["mine"]', false)`);
    expect(Object.values(await seenBy(fresh)).every((rows) => rows === 0)).toBe(true);
    await fresh.end();
  });

  test('cannot be given two games by one whose name has a comma in it', async () => {
    const odd = await events.reader(['mine,theirs'], 'production');
    const { rows } = await odd.query('SELECT DISTINCT game_id FROM analytics.events');
    expect(rows).toEqual([{ game_id: 'mine,theirs' }]);
    await odd.end();
  });

  test('forgets the games with the transaction that they were set for', async () => {
    await reader.query('BEGIN');
    await reader.query(`SELECT set_config('gamemetrics.game_ids', '["theirs"]', true)`);
    expect((await reader.query('SELECT DISTINCT game_id FROM analytics.games')).rows).toEqual([{ game_id: 'theirs' }]);
    await reader.query('COMMIT');
    expect((await reader.query('SELECT DISTINCT game_id FROM analytics.games')).rows).toEqual([{ game_id: 'mine' }]);
  });

  const attacks: readonly (readonly [string, string])[] = [
    ['reads the base tables', 'SELECT * FROM event_store.events'],
    ['reads a partition', 'SELECT * FROM event_store.events_20261120'],
    ['reads the tenants', 'SELECT * FROM event_store.tenants'],
    ['reads the dead letters', 'SELECT * FROM event_store.dead_letters'],
    ['writes through a view', `UPDATE analytics.players SET sessions = 0`],
    ['deletes through a view', 'DELETE FROM analytics.player_days'],
    ['makes a view of its own', 'CREATE VIEW analytics.mine AS SELECT 1'],
    [
      'makes a function that could look over the barrier',
      `CREATE FUNCTION public.peek(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
    ],
    ['takes the role of the owner', 'SET ROLE tester'],
    ['makes itself superuser', 'ALTER ROLE analytics_api SUPERUSER'],
    ['reads files of the server', `SELECT pg_read_file('PG_VERSION')`],
    ['copies to a program', `COPY (SELECT 1) TO PROGRAM 'true'`],
    ['drops a day', `DROP TABLE event_store.events_20261120`],
  ];
  test.each(attacks)('is refused when it %s', async (_, statement) => {
    if (events.isHypertable && statement.includes('events_2026')) return;
    await expect(reader.query(statement)).rejects.toThrow(/permission denied|must be|cannot (update|delete)/);
  });

  test('learns nothing from errors of its own conditions on rows of others', async () => {
    // Without the barrier the division would run on every row and fail on theirs.
    const peek = `SELECT count(*) FROM analytics.events WHERE 1 / (CASE WHEN properties ->> 'secret' = 'theirs' AND game_id = 'theirs' THEN 0 ELSE 1 END) = 1`;
    await expect(reader.query(peek)).resolves.toBeDefined();
    const { rows } = await reader.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT count(*) FROM analytics.events WHERE player_id = 'p' AND event_timestamp >= '2026-11-20' AND event_timestamp < '2026-11-21'`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(events.isHypertable ? /_hyper_/ : /events_20261120/);
    expect(plan).toMatch(/player_id = 'p'/);
  });
});
