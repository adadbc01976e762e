import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { TestEventStore, TestProcessor } from '#tests/support/event-store.ts';
import { numberArray, textArray } from './postgres/arrays.ts';
import { BatchFenced, BatchUnstorable, SuppressionsChanged } from './refusals.ts';

let events: TestEventStore;
beforeAll(async () => {
  events = await TestEventStore.start();
});
beforeEach(() => events.clear());
afterAll(() => events.stop());

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function event(number: number, more: Partial<AcceptedEvent> & { at?: number; received?: number } = {}): AcceptedEvent {
  const { at = NOW, received = at, ...rest } = more;
  return {
    event_id: id(number),
    event_type: 'session_start',
    event_version: 1,
    game_id: 'demo',
    data_class: 'production',
    player_id: 'p1',
    session_id: 's1',
    event_timestamp: new Date(at).toISOString(),
    received_at: new Date(received).toISOString(),
    marks: [],
    properties: {},
    ...rest,
  };
}

async function started(partitions: readonly number[] = [0]): Promise<TestProcessor> {
  const processor = new TestProcessor(events.store(), 'Europe/Berlin');
  await processor.claim(partitions);
  return processor;
}

const count = async (client: Pick<pg.Client, 'query'>, view: string): Promise<number> =>
  Number((await client.query<{ count: string }>(`SELECT count(*) FROM ${view}`)).rows[0]?.count);

describe('a duplicate', () => {
  const duplicates: readonly (readonly [string, Partial<AcceptedEvent> & { at?: number; received?: number }])[] = [
    ['of another player, in another partition', { player_id: 'p2' }],
    [
      'with another time and type',
      { at: NOW + 3 * DAY, received: NOW + 3 * DAY, event_type: 'dance', marks: ['custom'] },
    ],
    ['with its id in capitals', { event_id: id(1).toUpperCase() }],
    ['received at the other end of the horizon', { received: NOW + 6.9 * DAY }],
    ['received before, but later in the topic', { at: NOW - 6.9 * DAY }],
    ['sent again long after the horizon, unchanged', { received: NOW + 60 * DAY }],
  ];
  test.each(duplicates)('%s is stored once, also by a processor that remembers nothing', async (_, more) => {
    const first = await started([0]);
    await first.commit([{ partition: 0, offset: 0, value: event(1) }]);
    const second = await started([1]);
    const { stored, deduplicated } = await second.commit([
      { partition: 1, offset: 0, value: event(1, more) },
      { partition: 1, offset: 1, value: event(2) },
    ]);
    expect([stored.length, deduplicated.length]).toEqual([1, 1]);
    expect(await count(events.pool, 'event_store.events')).toBe(2);
  });

  test('id of another game or data class is another event', async () => {
    const processor = await started();
    const values = [event(1), event(1, { game_id: 'other' }), event(1, { data_class: 'sandbox' })];
    const { stored } = await processor.commit(values.map((value, offset) => ({ partition: 0, offset, value })));
    expect(stored).toHaveLength(3);
  });

  test('written by two processors at the same moment is stored once', async () => {
    const both = [await started([0]), await started([1])];
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    const outcomes = await Promise.all(
      both.map((processor, partition) =>
        processor.commit(
          (partition === 0 ? numbers : numbers.toReversed()).map((number, offset) => ({
            ...{ partition, offset },
            value: event(number, { player_id: `p${number % 7}` }),
          })),
        ),
      ),
    );
    expect(outcomes.reduce((sum, { stored }) => sum + stored.length, 0)).toBe(numbers.length);
    expect(await count(events.pool, 'event_store.events')).toBe(numbers.length);
    expect(await count(events.pool, 'event_store.players')).toBe(7);
  });
});

describe('a partition', () => {
  test('belongs to whoever claimed it last: a zombie stores nothing', async () => {
    const zombie = await started();
    await zombie.commit([{ partition: 0, offset: 0, value: event(1) }]);
    const owner = await started();
    await expect(zombie.commit([{ partition: 0, offset: 1, value: event(2) }])).rejects.toThrow(BatchFenced);
    await owner.commit([{ partition: 0, offset: 1, value: event(2) }]);
    await expect(zombie.commit([{ partition: 0, offset: 2, value: event(3) }])).rejects.toThrow(BatchFenced);
    expect(await count(events.pool, 'event_store.events')).toBe(2);
  });

  test('moves only from where its owner believes it is: a batch whose commit went unnoticed is refused', async () => {
    const processor = await started();
    const batch = [{ partition: 0, offset: 0, value: event(1) }];
    await processor.commit(batch);
    processor.memory.held.set(0, { next: undefined, published: undefined });
    await expect(processor.commit(batch)).rejects.toThrow(BatchFenced);
  });

  test('remembers what was published, for its owner only', async () => {
    const { store, memory } = await started();
    await store.positions.note(memory.owner, new Map([[0, 7n]]), true);
    await store.positions.note('00000000-0000-4000-8000-00000000dead', new Map([[0, 9n]]), true);
    expect(await store.positions.claim(memory.owner, [0])).toEqual([{ partition: 0, next: undefined, published: 7n }]);
  });
});

describe('poison', () => {
  test('is put aside with its bytes and its reason, and counted, while the rest of its batch is stored', async () => {
    const processor = await started();
    const { stored, poison, deadLetters } = await processor.commit([
      { partition: 0, offset: 0, value: event(1) },
      { partition: 0, offset: 1, value: '{"broken' },
      { partition: 0, offset: 2, value: event(2, { properties: {}, event_type: 'level_started' }) },
      { partition: 0, offset: 3, value: event(3, { game_id: 'nobody' }) },
      { partition: 0, offset: 4, value: event(4) },
    ]);
    expect(stored).toHaveLength(2);
    expect(poison.map(({ poison: { reason } }) => reason)).toEqual([
      'json_unreadable',
      'properties_invalid',
      'game_unknown',
    ]);
    const found = await processor.store.deadLetters.find(deadLetters[0]?.dead_letter_id ?? '');
    expect(found?.original.toString()).toBe('{"broken');
    const { rows } = await events.pool.query(
      'SELECT sum(consumed) AS consumed, sum(stored) AS stored, sum(dead_lettered) AS dead FROM event_store.conservation_minutes',
    );
    expect(rows).toEqual([{ consumed: '5', stored: '2', dead: '3' }]);
    expect(await processor.store.deadLetters.unpublished([0])).toHaveLength(3);
  });

  test('that only the database can see refuses the whole batch by name, and leaves no trace', async () => {
    await events.pool.query(`ALTER TABLE event_store.events ADD CONSTRAINT odd CHECK (app_version <> 'odd')`);
    const processor = await started();
    const batch = [event(1), event(2, { app_version: 'odd' })].map((value, offset) => ({
      partition: 0,
      offset,
      value,
    }));
    await expect(processor.commit(batch)).rejects.toThrow(BatchUnstorable);
    await events.pool.query('ALTER TABLE event_store.events DROP CONSTRAINT odd');
    expect(await count(events.pool, 'event_store.players')).toBe(0);
    await processor.commit(batch);
    expect(await count(events.pool, 'event_store.events')).toBe(2);
  });
});

const request = (games: string[] = []) => ({
  erasure_id: id(900),
  player_id: 'p1',
  games,
  requested_at: new Date(NOW).toISOString(),
  deadline_at: new Date(NOW + DAY).toISOString(),
});

describe('an erasure', () => {
  test('refuses batches that do not know of it, drops what comes later, and leaves no row of the player', async () => {
    const processor = await started();
    const purchase = { event_type: 'item_purchased', properties: { item_id: 'gem', currency: 'EUR', amount: 499 } };
    const level = { event_type: 'level_completed', properties: { level: 3, duration_seconds: 9, score: 7 } };
    await processor.commit([
      { partition: 0, offset: 0, value: event(1) },
      { partition: 0, offset: 1, value: event(2, purchase) },
      { partition: 0, offset: 2, value: event(3, level) },
      { partition: 0, offset: 3, value: event(4, { event_type: 'level_completed' }) },
      { partition: 0, offset: 4, value: event(5, { player_id: 'p2' }) },
    ]);
    await processor.store.erasures.suppress(request());
    const late = [{ partition: 0, offset: 5, value: event(6) }];
    await expect(processor.commit(late)).rejects.toThrow(SuppressionsChanged);
    const erased = await processor.store.erasures.erase(request());
    expect(erased.removed).toMatchObject({ events: 3, players: 1, dead_letters: 1, leaderboard_scores: 1 });
    expect(erased.boards).toEqual([{ gameId: 'demo', dataClass: 'production', board: 'level:3' }]);
    await processor.memory.refreshSuppressions(processor.store.erasures);
    expect((await processor.commit(late)).suppressed).toHaveLength(1);
    const { rows: tables } = await events.pool.query<{ name: string }>(
      `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'event_store' AND column_name = 'player_id' AND table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(7);
    for (const { name } of tables) {
      if (name === 'suppressions') continue;
      expect(await count(events.pool, `event_store.${name} WHERE player_id = 'p1'`)).toBe(0);
    }
    expect(await count(events.pool, `event_store.players WHERE player_id = 'p2'`)).toBe(1);
  });

  test('of one game leaves the others, and its counts stay when it is carried out again', async () => {
    const processor = await started();
    await processor.commit([
      { partition: 0, offset: 0, value: event(1) },
      { partition: 0, offset: 1, value: event(2, { game_id: 'other' }) },
    ]);
    await processor.store.erasures.suppress(request(['demo']));
    const first = await processor.store.erasures.erase(request(['demo']));
    const again = await processor.store.erasures.erase(request(['demo']));
    expect(again.removed).toEqual(first.removed);
    expect(await count(events.pool, 'event_store.events')).toBe(1);
  });

  test('that is lifted lets the player come back as a new one', async () => {
    const processor = await started();
    await processor.commit([{ partition: 0, offset: 0, value: event(1) }]);
    await processor.store.erasures.suppress(request());
    await processor.store.erasures.erase(request());
    await processor.store.erasures.lift('p1');
    await processor.memory.refreshSuppressions(processor.store.erasures);
    const { stored } = await processor.commit([{ partition: 0, offset: 1, value: event(2) }]);
    expect(stored).toHaveLength(1);
    expect(await count(events.pool, 'event_store.players')).toBe(1);
  });
});

describe('what is stored and not published', () => {
  test('is recalled as it was stored, without what others stored or nobody did', async () => {
    const processor = await started();
    const values = [event(1, { platform: 'ios' }), event(2), event(3, { event_type: 'level_started' })];
    const records = values.map((value, offset) => ({ partition: 0, offset, value }));
    const { enriched } = await processor.commit(records);
    const judged = (await processor.judge(records)).filter((record) => record.kind === 'event');
    const found = await processor.store.recall(judged);
    expect(found.enriched.map(({ enrichment }) => enrichment.segment)).toEqual(['new', 'new']);
    expect(found.enriched.map(({ event: { event: one } }) => one.event_id)).toEqual(
      enriched.map(({ event: { event: one } }) => one.event_id),
    );
    expect(found.players).toMatchObject([{ playerId: 'p1', segment: 'new', state: { sessions: 2, activeDays: 1 } }]);
  });
});

describe('upkeep', () => {
  test('makes room for the days ahead and drops identities only past the horizon', async () => {
    const processor = await started();
    const old = NOW - 70 * DAY;
    await processor.commit([{ partition: 0, offset: 0, value: event(1, { at: old }) }]);
    await processor.store.upkeep(NOW);
    expect(await count(events.pool, 'event_store.event_identities')).toBe(1);
    await processor.commit([{ partition: 0, offset: 1, value: event(2) }]);
    await processor.store.upkeep(NOW + 2 * DAY);
    expect(await count(events.pool, 'event_store.event_identities')).toBe(1);
    if (events.isHypertable) return;
    const { rows } = await events.pool.query(`SELECT to_regclass('event_store.events_20261124') IS NOT NULL AS ready`);
    expect(rows).toEqual([{ ready: true }]);
  });
});

describe('array literals', () => {
  test('come out of the database as they went in', async () => {
    const texts = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(texts, fc.constantFrom('NULL', 'null', '{', '"', '\\', ',', ' a ', ''))),
        async (list) => {
          const { rows } = await events.pool.query('SELECT $1::text[] AS list', [textArray(list)]);
          expect(rows).toEqual([{ list }]);
        },
      ),
      { numRuns: 200 },
    );
    const { rows } = await events.pool.query('SELECT $1::numeric[]::text[] AS list', [
      numberArray([1, -2.5, 9n ** 30n, null]),
    ]);
    expect(rows).toEqual([{ list: ['1', '-2.5', String(9n ** 30n), null] }]);
  });
});
