import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { createPool } from '#kit/postgres/index.ts';
import { type GraphqlAnswer, TestAnalytics } from '#tests/support/analytics.ts';
import { Listener } from '#tests/support/graphql-listener.ts';
import { until } from '#tests/support/kafka.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';

let analytics: TestAnalytics;
beforeAll(async () => {
  analytics = await TestAnalytics.start({ CACHE_TTL_SECONDS: '3600', QUERY_TIMEOUT_MILLIS: '500' });
}, 60_000);
afterAll(async () => {
  expect(await analytics.stop()).toBe(0);
});

const code = (answer: Pick<GraphqlAnswer, 'errors'>) => answer.errors?.[0]?.extensions?.code;
const authorization = async (claims: Parameters<TestAnalytics['token']>[0] = {}) =>
  `Bearer ${await analytics.token(claims)}`;
const kept = () => analytics.metric('analytics_answers_total', 'source="kept"');

function event(player: string, rest: Partial<AcceptedEvent> = {}): AcceptedEvent {
  const now = new Date().toISOString();
  const fixed = { event_type: 'item_viewed', event_version: 1, game_id: 'demo', data_class: 'production' } as const;
  const own = { event_id: crypto.randomUUID(), player_id: player, event_timestamp: now, received_at: now };
  return { ...fixed, ...own, properties: { item_id: 'gem' }, marks: [], ...rest };
}
const scored = (player: string, score: number) =>
  event(player, { event_type: 'level_completed', properties: { level: 1, duration_seconds: 3, score } });

describe('GraphQL over HTTP, by the audit suite of graphql-http', () => {
  const audits = serverAudits({
    url: () => `${analytics.url}/graphql`,
    fetchFn: async (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization: await authorization() } }),
  });

  test.each(
    audits.filter(({ name }) => /^(MUST|SHOULD)/.test(name)).map((audit) => [audit.id, audit.name, audit] as const),
  )('%s %s', async (_id, _name, audit) => {
    const { status, ...found } = await audit.fn();
    expect({ status, reason: 'reason' in found ? found.reason : '' }).toEqual({ status: 'ok', reason: '' });
  });
});

describe('a persisted query', () => {
  const query = '{ games { id name } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const send = async (body: object): Promise<GraphqlAnswer> => {
    const answer = await analytics.post(body, { authorization: await authorization() });
    return { status: answer.status, ...((await answer.json()) as object) };
  };

  test('is asked for by its hash once its text came with it', async () => {
    expect(code(await send({ extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await send({ query, extensions })).data?.games).toHaveLength(1);
    expect((await send({ extensions })).data?.games).toHaveLength(1);
  });

  test('is not taken under the hash of another text', async () => {
    expect(code(await send({ query: '{ games { name } }', extensions }))).toBe('PERSISTED_QUERY_MISMATCH');
    expect((await send({ extensions })).data?.games).toEqual([{ id: 'demo', name: 'Demo' }]);
  });
});

describe('an answer that was sent before', () => {
  const query = '{ game(id: "demo") { days(from: "2026-01-01", to: "2026-01-02") { date } } }';

  test('is sent again to who sees the same games, and made anew for who sees others', async () => {
    const first = await analytics.ask(query);
    const before = await kept();
    expect(await analytics.ask(query)).toEqual(first);
    expect(await kept()).toBe(before + 1);
    const other = await analytics.ask(query, { token: await analytics.token({ games: ['other'] }) });
    expect(other.data).toEqual({ game: null });
    expect(await kept()).toBe(before + 1);
  });

  test('is never sent without a token that still counts', async () => {
    const answer = await analytics.post({ query }, { authorization: 'Bearer nonsense' });
    expect(answer.status).toBe(401);
  });

  test('is not kept when it holds an error', async () => {
    const wrong = '{ game(id: "demo") { days(from: "2026-01-02", to: "2026-01-01") { date } } }';
    const before = await kept();
    await analytics.ask(wrong);
    expect(code(await analytics.ask(wrong))).toBe('RANGE_INVALID');
    expect(await kept()).toBe(before);
  });
});

describe('a question that cannot be answered', () => {
  const game = (field: string) => `{ game(id: "demo") { ${field} } }`;
  const range = 'from: "2026-01-01", to: "2026-01-02"';

  test.each([
    [
      'a NUL character in an argument',
      'player(id: "a\\u0000b") { id }',
      'ARGUMENT_INVALID',
      'id holds a NUL character',
    ],
    [
      'a NUL character deep in an argument',
      `events(${range}, filter: { types: ["ok", "\\u0000"] }) { edges { cursor } }`,
      'ARGUMENT_INVALID',
      'filter.types.1 holds a NUL character',
    ],
    ['a page of nothing', 'leaderboard(board: "b", first: 0) { dataAsOf }', 'ARGUMENT_INVALID', 'first is 0'],
    ['a page that is too large', `topItems(${range}, first: 101) { dataAsOf }`, 'ARGUMENT_INVALID', 'first is 101'],
    ['a funnel without a step', `funnel(steps: [], ${range}) { dataAsOf }`, 'ARGUMENT_INVALID', 'from 1 to 10'],
    ['a cursor of nothing', 'leaderboard(board: "b", after: "x") { dataAsOf }', 'CURSOR_INVALID', 'not a cursor'],
    ['too many minutes', 'concurrent(minutes: 1441) { peak }', 'QUERY_TOO_COSTLY', 'at most'],
  ])('for %s is told why', async (_, field, expected, message) => {
    const answer = await analytics.ask(game(field));
    expect([code(answer), answer.errors?.[0]?.message]).toEqual([expected, expect.stringContaining(message)]);
  });

  test('in time is told that it takes too long, and the next one is answered', async () => {
    const pool = createPool(await quietTelemetry(), await analytics.store.postgres.database('events'));
    const blocking = await pool.connect();
    await blocking.query('BEGIN; LOCK TABLE event_store.item_days IN ACCESS EXCLUSIVE MODE');
    const query = game(`topItems(${range}) { items { itemId } }`);
    const answer = await analytics.ask(query);
    await blocking.query('ROLLBACK');
    blocking.release();
    await pool.stop();
    expect([code(answer), answer.errors?.[0]?.message]).toEqual([
      'ANSWER_TOO_SLOW',
      expect.stringContaining('Ask for fewer days'),
    ]);
    expect((await analytics.ask(query)).errors).toBeUndefined();
  });
});

describe('every answer about a game', () => {
  const range = 'from: "2026-03-01", to: "2026-03-02"';
  const asOf = ' { dataAsOf }';

  test('says up to when it is complete', async () => {
    await analytics.storeEvents([scored('a', 1)]);
    const fields = [
      ...['today', `days(${range})`, 'eventRate', 'concurrent', 'typeRates', `funnel(steps: ["x"], ${range})`],
      ...[
        `topItems(${range})`,
        `performance(${range})`,
        'leaderboards',
        'leaderboard(board: "level:1")',
        'player(id: "a")',
      ],
      ...[`events(${range})`, 'pipeline', `deadLetterCounts(${range})`],
    ];
    for (const field of fields) {
      const { data, errors } = await analytics.ask(`{ game(id: "demo") { it: ${field}${asOf} } }`);
      expect([field, errors]).toEqual([field, undefined]);
      expect(JSON.stringify(data)).toMatch(/"dataAsOf":"20/);
    }
  });

  test('shows a game that nobody may see as none, and never who plays it', async () => {
    const token = await analytics.token({ games: ['other'] });
    const { data } = await analytics.ask('{ game(id: "demo") { player(id: "a") { id } } }', { token });
    expect(data).toEqual({ game: null });
    const own = await analytics.ask('{ game(id: "other") { it: player(id: "a") { id } } }', { token });
    expect(own.data?.game).toEqual({ it: null });
  });
});

describe('a subscription', () => {
  const open = async (claims?: Parameters<TestAnalytics['token']>[0]) =>
    Listener.open(`${analytics.url.replace('http', 'ws')}/graphql`, { authorization: await authorization(claims) });

  test('shows the places of a board at once, and again when one of them changes', async () => {
    const listener = await open();
    const board = listener.subscribe(
      'subscription { leaderboard(gameId: "demo", board: "level:1", first: 2) { edges { node { playerId } } } }',
    );
    const leaders = () => board.data.at(-1)?.leaderboard?.edges.map(({ node }) => node.playerId);
    await until(() => board.data.length === 1);
    expect(leaders()).toEqual(['a']);
    await analytics.storeEvents([scored('b', 9), scored('c', 5)]);
    await analytics.announce('demo');
    await until(() => board.data.length > 1);
    expect(leaders()).toEqual(['b', 'c']);
    board.complete();
    await until(async () => (await analytics.metric('analytics_subscriptions', 'leaderboard')) === 0);
    await listener.close();
  });

  test('shows dead letters to an operator as they arrive, each once', async () => {
    const poison = () => event('p', { event_type: 'level_started', properties: { level: 'no' } });
    await analytics.storeEvents([poison()]);
    const listener = await open({ roles: ['operator'] });
    const letters = listener.subscribe('subscription { deadLetters(gameId: "demo") { reason eventType } }');
    await until(async () => (await analytics.metric('analytics_subscriptions', 'deadLetters')) === 1);
    // The look that begins it shows what was there before, which is no arrival.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(letters.data).toEqual([]);
    await analytics.storeEvents([poison(), poison()]);
    await until(() => letters.data.flatMap(({ deadLetters = [] }) => deadLetters).length >= 2);
    const arrived = letters.data.flatMap(({ deadLetters = [] }) => deadLetters);
    expect(arrived.map(({ eventType }) => eventType)).toEqual(['level_started', 'level_started']);
    await listener.close();
  });

  test('to dead letters is refused to an analyst, and to an operator of another game', async () => {
    for (const [claims, expected] of [
      [{ roles: ['analyst'] }, 'ROLE_MISSING'],
      [{ roles: ['operator'], games: ['other'] }, 'GAME_FORBIDDEN'],
    ] as const) {
      const listener = await open({
        ...claims,
        roles: [...claims.roles],
        games: [...('games' in claims ? claims.games : ['demo'])],
      });
      const refused = listener.subscribe('subscription { deadLetters(gameId: "demo") { id } }');
      await until(() => refused.errors.length > 0);
      expect(code(refused)).toBe(expected);
      await listener.close();
    }
  });
});
