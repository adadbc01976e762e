import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { WebSocket } from 'ws';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { TestAnalytics } from '#tests/support/analytics.ts';
import { Listener } from '#tests/support/graphql-listener.ts';
import { until } from '#tests/support/kafka.ts';

let analytics: TestAnalytics;
beforeAll(async () => {
  analytics = await TestAnalytics.start({ CACHE_TTL_SECONDS: '3600' });
}, 60_000);
afterAll(async () => {
  expect(await analytics.stop()).toBe(0);
});

const today = () => new Date().toISOString().slice(0, 10);

function event(player: string, rest: Partial<AcceptedEvent> = {}): AcceptedEvent {
  const now = new Date().toISOString();
  const fixed = { event_type: 'item_viewed', event_version: 1, game_id: 'demo', data_class: 'production' } as const;
  const own = { event_id: crypto.randomUUID(), player_id: player, event_timestamp: now, received_at: now };
  return { ...fixed, ...own, properties: { item_id: 'gem' }, marks: [], ...rest };
}

const code = (answer: { errors?: readonly { extensions?: { code?: string } }[] }) =>
  answer.errors?.[0]?.extensions?.code;
const DAYS = `query ($id: ID!, $from: Date!, $to: Date!) { game(id: $id) { days(from: $from, to: $to) { date activePlayers } } }`;

describe('a token', () => {
  test('sees its own games, and all with «*»', async () => {
    const ids = async (games: string[]) =>
      (await analytics.ask('{ games { id } }', { token: await analytics.token({ games }) })).data?.games;
    expect(await ids(['demo'])).toEqual([{ id: 'demo' }]);
    expect(await ids(['*'])).toEqual([{ id: 'demo' }, { id: 'other' }]);
    expect(await ids([])).toEqual([]);
  });

  test.each(['other', 'does-not-exist'])(
    'of one game gets nothing of %s, and does not learn whether it exists',
    async (id) => {
      expect(await analytics.ask(`{ game(id: "${id}") { name } }`)).toEqual({ status: 200, data: { game: null } });
    },
  );

  test.each([
    ['is missing', undefined, 401, 'TOKEN_MISSING'],
    ['is no token', 'Bearer nonsense', 401, 'TOKEN_INVALID'],
    ['is not a bearer token', 'Basic YTpi', 401, 'TOKEN_MISSING'],
  ])('that %s is refused as problem details', async (_, authorization, status, expected) => {
    const answer = await analytics.post({ query: '{ games { id } }' }, authorization ? { authorization } : {});
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: expected });
  });

  test('of a player is refused, also for the own game', async () => {
    const authorization = `Bearer ${await analytics.token({ roles: ['player'], games: ['demo'] })}`;
    const answer = await analytics.post({ query: '{ games { id } }' }, { authorization });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'ROLE_MISSING']);
  });
});

describe('a query', () => {
  test.each([
    ['is not GraphQL', '{', 'QUERY_INVALID'],
    ['names a field that does not exist', '{ nope }', 'QUERY_INVALID'],
    [
      'has a day that does not exist',
      '{ game(id: "demo") { days(from: "2026-02-30", to: "2026-03-01") { date } } }',
      'QUERY_INVALID',
    ],
    ['nests too deep', `{ ${'a { '.repeat(9)} b ${'} '.repeat(9)} }`, 'QUERY_INVALID'],
    ['asks for too much', '{ game(id: "demo") { eventRate(minutes: 1440) { minute } } }', 'QUERY_TOO_COSTLY'],
    ['has more words than a document may', `{ ${'games { id } '.repeat(600)} }`, 'QUERY_INVALID'],
    ['is a subscription', 'subscription { liveRate(gameId: "demo") { at } }', 'QUERY_EXPECTED'],
  ])('that %s is refused with a code of ours', async (_, query, expected) => {
    expect(code(await analytics.ask(query))).toBe(expected);
  });

  test.each([
    ['longer than a leap year', { from: '2024-01-01', to: '2025-01-01' }, 'are 367 days; at most 366'],
    ['backwards', { from: '2026-01-02', to: '2026-01-01' }, 'is after to'],
  ])('for a range that is %s is told the limit', async (_, range, message) => {
    const answer = await analytics.ask(DAYS, { variables: { id: 'demo', ...range } });
    expect(answer.data).toEqual({ game: null });
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'RANGE_INVALID' }, path: ['game', 'days'] });
    expect(answer.errors?.[0]?.message).toContain(message);
  });

  test('of a tool that asks what the schema is gets it', async () => {
    expect((await analytics.ask(getIntrospectionQuery())).data?.__schema).toMatchObject({
      queryType: { name: 'Query' },
    });
  });

  test('has the same errors after it was compiled', async () => {
    const query = '{ game(id: "demo") { days(from: "2026-01-02", to: "2026-01-01") { date } } }';
    const answers = [];
    for (let time = 0; time < 10; time += 1) answers.push(await analytics.ask(query));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(code(answers[9] ?? {})).toBe('RANGE_INVALID');
  });

  test.each([
    ['application/json', 200],
    ['application/graphql-response+json', 400],
  ])('that is refused is answered as %s with %i', async (accept, status) => {
    const authorization = `Bearer ${await analytics.token()}`;
    const answer = await analytics.post({ query: '{' }, { authorization, accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, `${accept}; charset=utf-8`]);
  });

  test.each([[{}], [{ query: 1 }], [{ query: '{ games { id } }', variables: 'x' }], [[]]])(
    'must be an object with a query: %j is not',
    async (body) => {
      const answer = await analytics.post(body, { authorization: `Bearer ${await analytics.token()}` });
      expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ code: 'REQUEST_INVALID' })]);
    },
  );

  test('by GET is told to come by POST', async () => {
    const answer = await fetch(`${analytics.url}/graphql?query={games{id}}`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('data classes', () => {
  test('never mix in an answer', async () => {
    await analytics.storeEvents([
      event('real'),
      event('trial-1', { data_class: 'sandbox' }),
      event('trial-2', { data_class: 'sandbox' }),
    ]);
    const { data } = await analytics.ask(
      '{ game(id: "demo") { real: today { activePlayers } trial: today(dataClass: SANDBOX) { activePlayers } } }',
    );
    expect(data?.game).toEqual({ real: { activePlayers: 1 }, trial: { activePlayers: 2 } });
  });
});

describe('an answer about days', () => {
  const ask = () => analytics.ask(DAYS, { variables: { id: 'other', from: today(), to: today() }, token });
  const active = async () => (await ask()).data?.game?.days?.[0]?.activePlayers;
  let token: string;
  const hits = () => analytics.metric('analytics_answers_total', 'source="kept"');

  test('comes from the cache until the game changes, and is fresh at once then', async () => {
    token = await analytics.token({ games: ['*'] });
    await ask();
    const before = await hits();
    expect(await active()).toBe(0);
    expect(await hits()).toBe(before + 1);
    await analytics.storeEvents([event('new', { game_id: 'other' })]);
    expect(await active()).toBe(0);
    await analytics.announce('demo');
    await analytics.announce('other');
    await until(async () => (await active()) === 1);
  });
});

describe('a subscription', () => {
  const RATE = 'subscription { liveRate(gameId: "demo") { at eventsPerSecond playersOnline dataAsOf } }';
  const TODAY = 'subscription { today(gameId: "demo") { date activePlayers } }';
  const isGrowing = ({ liveRate }: { liveRate?: { eventsPerSecond: number } }) => (liveRate?.eventsPerSecond ?? 0) > 0;
  const open = async (parameters?: object) =>
    Listener.open(
      `${analytics.url.replace('http', 'ws')}/graphql`,
      parameters ?? { authorization: `Bearer ${await analytics.token()}` },
    );

  test('shows what is stored from now on, to two watchers with one look at the database a second', async () => {
    const [one, other] = [await open(), await open()];
    const rates = [one.subscribe(RATE), other.subscribe(RATE)] as const;
    const days = one.subscribe(TODAY);
    await until(() => rates.every(({ data }) => data.length > 0) && days.data.length > 0);
    expect(await analytics.metric('analytics_subscriptions', 'liveRate')).toBe(2);
    const seen = days.data.length;
    await analytics.announce('demo');
    await analytics.storeEvents([event('a'), event('b'), event('b')]);
    await until(() => rates.every(({ data }) => data.some(isGrowing)));
    const growing = rates.map(({ data }) => data.filter(isGrowing));
    expect(growing[0]).toEqual(growing[1]);
    await until(() => days.data.length > seen);
    expect(days.data.at(-1)).toEqual({ today: { date: today(), activePlayers: 3 } });
    await Promise.all([one.close(), other.close()]);
    await until(async () => (await analytics.metric('analytics_subscriptions', 'liveRate')) === 0);
  });

  test('ends when its listener leaves it, also in a game where nothing happens', async () => {
    const listener = await open();
    const still = listener.subscribe('subscription { today(gameId: "demo", dataClass: SANDBOX) { date } }');
    await until(() => still.data.length > 0);
    still.complete();
    await until(async () => (await analytics.metric('analytics_subscriptions', 'today')) === 0);
    await listener.close();
  });

  test.each([
    ['of another game', 'subscription { today(gameId: "other") { date } }', 'GAME_FORBIDDEN'],
    ['that is a query', '{ games { id } }', 'SUBSCRIPTION_EXPECTED'],
    ['that is not valid', 'subscription { nope }', 'QUERY_INVALID'],
    ['whose fragments spread each other', 'subscription { ...A } fragment A on Subscription { ...A }', 'QUERY_INVALID'],
    [
      'that asks for too much',
      `subscription { today(gameId: "demo") { ${Array.from({ length: 1_001 }, (_, index) => `f${index}: date`).join(' ')} } }`,
      'QUERY_INVALID',
    ],
  ])('%s is refused with a code of ours, and the connection stays', async (_, query, expected) => {
    const listener = await open();
    const refused = listener.subscribe(query);
    await until(() => refused.errors.length > 0);
    expect(code(refused)).toBe(expected);
    const next = listener.subscribe(TODAY);
    await until(() => next.data.length > 0);
    await listener.close();
  });

  test.each([
    ['without a token', {}, 4403, 'TOKEN_MISSING'],
    ['with a bad token', { authorization: 'Bearer nonsense' }, 4403, 'TOKEN_INVALID'],
  ])('connection %s is closed with the reason', async (_, parameters, closeCode, reason) => {
    await expect(open(parameters)).rejects.toEqual({ code: closeCode, reason });
  });

  test('connection of a player is closed with the reason', async () => {
    const authorization = `Bearer ${await analytics.token({ roles: ['player'] })}`;
    await expect(open({ authorization })).rejects.toEqual({ code: 4403, reason: 'ROLE_MISSING' });
  });

  test('connection ends with its token', async () => {
    const listener = await open({ authorization: `Bearer ${await analytics.token({ lifetimeSeconds: 1 })}` });
    expect(await listener.closed).toEqual({ code: 4403, reason: 'TOKEN_INVALID' });
  });

  test('connection has a bounded number of subscriptions', async () => {
    const listener = await open();
    const all = Array.from({ length: 21 }, () => listener.subscribe(TODAY));
    await until(() => all.some(({ errors }) => errors.length > 0));
    expect(all.map(code).filter((one) => one !== undefined)).toEqual(['SUBSCRIPTIONS_EXHAUSTED']);
    await listener.close();
  });

  test.each([
    [
      'speaks before it said who it is',
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: TODAY } }),
      4401,
    ],
    ['speaks no protocol', 'hello', 4400],
    ['says more than a message may hold', `"${'x'.repeat(70_000)}"`, 1009],
  ])('connection that %s is closed', async (_, message, expected) => {
    const socket = new WebSocket(`${analytics.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(message);
    const [closeCode] = await once(socket, 'close');
    expect(closeCode).toBe(expected);
  });
});

describe('a database that is away', () => {
  test('is one clear error, and the next answer after it came back is right', async () => {
    const query = '{ game(id: "demo") { today { date } } }';
    await analytics.cable.cut();
    const answer = await analytics.ask(query);
    expect(answer.errors).toEqual([
      {
        message: 'The database "events" cannot be reached. Send it again after the stated time.',
        path: ['game', 'today'],
        extensions: { code: 'DATABASE_UNAVAILABLE' },
      },
    ]);
    expect((await analytics.health()).status).toBe('unready');
    await analytics.cable.plug();
    await until(async () => (await analytics.ask(query)).data?.game?.today?.date === today());
    expect((await analytics.health()).status).toBe('ready');
  });
});
