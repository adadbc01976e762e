import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { createPool, type Database } from '#kit/postgres/index.ts';
import { secretOf } from '#kit/secrets.ts';
import {
  expectedBoard,
  expectedFunnel,
  expectedItems,
  expectedPerformance,
  newestFirst,
} from '#tests/support/answer-model.ts';
import { TestEventStore, TestProcessor } from '#tests/support/event-store.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import type { Page } from '../domain/cursor.ts';
import { dayOf } from '../domain/days.ts';
import { Boards } from './boards.ts';
import { type EventFilter, Explorer } from './explorer.ts';
import { Insights } from './insights.ts';
import { TenantReader } from './reading.ts';

const ZONES = ['UTC', 'Pacific/Kiritimati', 'America/Sao_Paulo', 'Asia/Kathmandu'] as const;
const START = Date.UTC(2026, 9, 24, 20);
const HOUR = 3_600_000;
const RUNS = 14;

let events: TestEventStore;
let pool: Database;
let answers: { readonly insights: Insights; readonly boards: Boards; readonly explorer: Explorer };

beforeAll(async () => {
  events = await TestEventStore.start();
  const url = new URL(events.url);
  url.username = 'analytics_api';
  pool = createPool(await quietTelemetry(), { name: 'events', url: url.href, password: secretOf('reads'), max: 2 });
  const reader = new TenantReader(pool);
  answers = { insights: new Insights(reader), boards: new Boards(reader), explorer: new Explorer(reader) };
});
afterAll(async () => {
  await pool.stop();
  await events.stop();
});

const kind = fc.oneof(
  fc.constant({ event_type: 'session_start', properties: {} }),
  fc.constant({ event_type: 'match_start', properties: { match_id: 'm', mode: 'duel' } }),
  fc.record({ level: fc.integer({ min: 1, max: 2 }), score: fc.integer({ min: 0, max: 4 }) }).map((found) => ({
    event_type: 'level_completed',
    properties: { ...found, duration_seconds: 1 },
  })),
  fc
    .record({
      item_id: fc.constantFrom('gem', 'hat'),
      currency: fc.constantFrom('EUR', 'USD'),
      amount: fc.constantFrom(99, 499, -499),
      quantity: fc.integer({ min: 1, max: 3 }),
    })
    .map((properties) => ({ event_type: 'item_purchased', properties })),
  fc.constantFrom('gem', 'hat', 'map').map((item_id) => ({ event_type: 'item_viewed', properties: { item_id } })),
  fc
    .record({ fps: fc.double({ min: 0, max: 144, noNaN: true }), ping_millis: fc.integer({ min: 1, max: 900 }) })
    .chain((sample) => fc.boolean().map((crashed) => ({ ...sample, crashed })))
    .map((properties) => ({ event_type: 'performance_sample', properties })),
);

const generated = fc.record({
  kind,
  // Few moments, so that events meet in one.
  atMillis: fc.integer({ min: 0, max: 60 }).map((half) => START + (half * HOUR) / 2),
  /** Told at once, late, or weeks later in a backfill. */
  delayHours: fc.constantFrom(0, 0, 30, 700),
  player: fc.integer({ min: 0, max: 4 }),
  platform: fc.constantFrom('ios', 'android', undefined),
  times: fc.constantFrom(1, 1, 1, 2),
});
const history = fc.record({
  sent: fc.array(generated, { minLength: 1, maxLength: 60 }),
  zone: fc.constantFrom(...ZONES),
  pageSize: fc.integer({ min: 1, max: 9 }),
  steps: fc.array(fc.constantFrom('session_start', 'match_start', 'item_viewed', 'never_sent'), {
    minLength: 1,
    maxLength: 4,
  }),
});
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

let games = 0;
let offset = 0;

/** A game of its own with these events, in the order of their arrival, repeats included. */
async function store({ sent, zone }: History) {
  games += 1;
  const gameId = `game-${games}`;
  const distinct = sent.map(
    ({ kind: what, atMillis, delayHours, player, platform }, index): AcceptedEvent => ({
      ...what,
      event_id: `00000000-0000-4000-8000-${String(index * 7_919).padStart(12, '0')}`,
      event_version: 1,
      game_id: gameId,
      data_class: 'production',
      player_id: `player-${player}`,
      event_timestamp: new Date(atMillis).toISOString(),
      received_at: new Date(atMillis + delayHours * HOUR).toISOString(),
      marks: delayHours > 24 ? ['late'] : [],
      ...(platform === undefined ? {} : { platform }),
    }),
  );
  const arriving = distinct
    .flatMap((event, index) => Array.from({ length: sent[index]?.times ?? 1 }, () => event))
    .sort((one, other) => (one.received_at < other.received_at ? -1 : 1));
  const processor = new TestProcessor(events.store({ horizonHours: 2_000 }), zone);
  await processor.claim([0]);
  await processor.commit(arriving.map((value) => ({ partition: 0, offset: offset++, value })));
  return { tenant: { gameId, dataClass: 'production' } as const, distinct };
}

/** Every page after the other. */
async function allOf<Node>(page: (after: string | null) => Promise<Page<Node>>): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (;;) {
    const { edges, pageInfo } = await page(after);
    nodes.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return nodes;
    after = pageInfo.endCursor;
  }
}

const law = (name: string, check: (of: History & Awaited<ReturnType<typeof store>>) => Promise<void>) =>
  test(name, async () => {
    const property = fc.asyncProperty(history, async (of) => check({ ...of, ...(await store(of)) }));
    await fc.assert(property, { numRuns: RUNS });
  }, 60_000);

/** The day in the middle, in the game's zone, and the events on it. */
function middle({ zone, distinct }: { readonly zone: string; readonly distinct: readonly AcceptedEvent[] }) {
  const day = dayOf(new Date(START + 15 * HOUR), zone);
  const on = distinct.filter(({ event_timestamp }) => dayOf(new Date(event_timestamp), zone) === day);
  return { range: { from: day, to: day }, on };
}

describe('any history of a game, late, repeated and refunded events in it, gives to the digit', () => {
  law('the funnel of a day, however its steps are ordered', async ({ tenant, steps, ...of }) => {
    const { range, on } = middle(of);
    const funnel = await answers.insights.funnel(tenant, range, steps);
    const players = expectedFunnel(on, steps);
    expect(funnel.steps.map(({ players: count }) => count)).toEqual(players);
    expect(funnel.steps.map(({ type }) => type)).toEqual(steps);
    const [all = 0] = players;
    expect(funnel.steps.map(({ share }) => share)).toEqual(players.map((count) => (all > 0 ? count / all : null)));
  });

  law('the items of a day, currencies apart, and the percentiles of its samples', async ({ tenant, ...of }) => {
    const { range, on } = middle(of);
    const { items } = await answers.insights.topItems(tenant, range, 100);
    expect(items).toEqual(expectedItems(on));
    expect((await answers.insights.topItems(tenant, range, 1)).items).toEqual(expectedItems(on).slice(0, 1));
    expect(await answers.insights.performance(tenant, range)).toMatchObject(expectedPerformance(on));
  });

  law('every place of every leaderboard, page by page', async ({ tenant, distinct, pageSize }) => {
    const levels = [1, 2].filter((level) => expectedBoard(distinct, level).length > 0);
    expect((await answers.boards.names(tenant)).names).toEqual(levels.map((level) => `level:${level}`));
    for (const level of levels) {
      const places = await allOf((after) => answers.boards.page(tenant, `level:${level}`, { first: pageSize, after }));
      expect(
        places.map(({ rank, playerId, score, achievedAt }) => ({
          rank,
          playerId,
          score,
          atMillis: Date.parse(achievedAt),
        })),
      ).toEqual(expectedBoard(distinct, level));
    }
  });

  law('every event of a day once and the newest first, page by page, with every filter', async (of) => {
    const { tenant, pageSize, distinct } = of;
    const { range, on } = middle(of);
    const found = async (filter: EventFilter, days = range) => {
      const all = await allOf((after) =>
        answers.explorer.events(tenant, { range: days, filter, page: { first: pageSize, after } }),
      );
      return all.map(({ id }) => id);
    };
    expect(await found({})).toEqual(newestFirst(on));
    const types = ['item_viewed', 'item_purchased'];
    expect(await found({ types })).toEqual(newestFirst(on.filter(({ event_type }) => types.includes(event_type))));
    expect(await found({ platform: 'ios' })).toEqual(newestFirst(on.filter(({ platform }) => platform === 'ios')));
    const whole = { from: '2026-10-20', to: '2026-11-01' };
    const own = distinct.filter(({ player_id }) => player_id === 'player-1');
    expect(await found({ playerId: 'player-1' }, whole)).toEqual(newestFirst(own));
    const player = await answers.explorer.player(tenant, 'player-1');
    const starts = own.filter(({ event_type }) => event_type === 'session_start').length;
    expect(player && [player.sessions, Date.parse(player.firstSeenAt)]).toEqual(
      own.length === 0 ? null : [starts, Math.min(...own.map(({ event_timestamp }) => Date.parse(event_timestamp)))],
    );
  });
});

describe('answers', () => {
  const range = { from: '2026-10-20', to: '2026-11-01' };
  const nobody = { gameId: 'nobody', dataClass: 'production' } as const;

  test.each(['nobody', 'game-1","game-2', "game-1') OR ('1'='1", ''])(
    'show nothing of others to «%s»',
    async (gameId) => {
      const tenant = { ...nobody, gameId };
      expect((await answers.insights.funnel(tenant, range, ['session_start'])).steps[0]?.players).toBe(0);
      expect((await answers.insights.topItems(tenant, range, 10)).items).toEqual([]);
      expect((await answers.insights.performance(tenant, range)).samples).toBe(0);
      expect((await answers.boards.names(tenant)).names).toEqual([]);
      expect((await answers.boards.page(tenant, 'level:1', { first: 5 })).edges).toEqual([]);
      expect(await answers.boards.newestLetters(tenant)).toEqual([]);
      expect((await answers.explorer.events(tenant, { range, filter: {}, page: { first: 5 } })).edges).toEqual([]);
      expect(await answers.explorer.player(tenant, 'player-1')).toBeNull();
    },
  );

  test('show nothing of the other data class', async () => {
    const tenant = { gameId: 'game-1', dataClass: 'sandbox' } as const;
    expect((await answers.explorer.events(tenant, { range, filter: {}, page: { first: 5 } })).edges).toEqual([]);
    expect((await answers.boards.names(tenant)).names).toEqual([]);
  });

  test('refuse a cursor that is not one of theirs', async () => {
    const [first = ''] = (
      await answers.boards.page({ gameId: 'game-1', dataClass: 'production' }, 'level:1', { first: 1 })
    ).edges.map(({ cursor }) => cursor);
    for (const after of ['x', Buffer.from('["1","2"]').toString('base64url'), first]) {
      const asked = { range, filter: {}, page: { first: 5, after } };
      await expect(answers.explorer.events({ ...nobody, gameId: 'game-1' }, asked)).rejects.toMatchObject({
        code: 'CURSOR_INVALID',
      });
    }
    expect(() => answers.boards.page(nobody, 'level:1', { first: 1, after: 'x' })).toThrow('not a cursor');
  });
});
