import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestIngestion } from '#tests/support/ingestion.ts';
import { TestKafka, until } from '#tests/support/kafka.ts';

const EVENTS = '/api/v1/events';
/** Low bounds, so that a test can reach them. */
const settings = {
  RATE_LIMIT_PER_SECOND: '100',
  GAME_QUOTA_EVENTS_PER_SECOND: '100',
  MAX_INFLIGHT_BYTES: String(4 * 1024 * 1024),
  REQUEST_TIMEOUT: '3s',
};

let kafka: TestKafka;
let ingestion: TestIngestion;

beforeAll(async () => {
  kafka = await TestKafka.start({ own: true });
  ingestion = await TestIngestion.start({ kafkaPort: Number(kafka.brokers[0]?.split(':')[1]), settings });
});
afterAll(async () => {
  await ingestion?.stop();
  await kafka?.stop();
});

const event = (change: object = {}) => ({
  event_id: crypto.randomUUID(),
  event_type: 'level_completed',
  event_version: 1,
  game_id: 'demo',
  player_id: 'ann',
  event_timestamp: new Date().toISOString(),
  properties: { level: 3, duration_seconds: 61 },
  ...change,
});

const readJson = async (answer: Response): Promise<Record<string, unknown>> => JSON.parse(await answer.text());

describe('a request that cannot be read', () => {
  test.each([
    ['no JSON', '{"event_id":', {}, 400],
    ['an empty body', '', {}, 400],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400],
    ['gzip that is none', 'plain', { 'content-encoding': 'gzip' }, 400],
    ['a gzip bomb', gzipSync(Buffer.alloc(200 * 1024 * 1024)), { 'content-encoding': 'gzip' }, 413],
    ['an encoding of its own', 'x', { 'content-encoding': 'br' }, 415],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a number', '7', {}, 400],
    ['more than a megabyte', ' '.repeat(1024 * 1024 + 1), {}, 413],
    ['more events than a batch has', JSON.stringify(Array.from({ length: 501 }, () => ({}))), {}, 413],
  ])('because it is %s is answered with the rule and the fix', async (_, body, headers, status) => {
    const answer = await ingestion.post(EVENTS, body, headers);
    const problem = await readJson(answer);
    expect([answer.status, problem.status]).toEqual([status, status]);
    expect(String(problem.detail)).toMatch(/\.$/);
    expect(String(problem.fix)).toMatch(/\.$/);
  });

  test('is not one of deep nesting: that is an event to be refused', async () => {
    const deep = `[${'['.repeat(200_000)}${']'.repeat(200_000)}]`;
    expect(await readJson(await ingestion.post(EVENTS, deep))).toMatchObject({ rejected: 1 });
    const nested = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const sent = JSON.stringify(event()).replace('"level":3', `"level":${nested}`);
    expect(await readJson(await ingestion.post(EVENTS, sent))).toMatchObject({
      results: [{ reason: { code: 'content_invalid' } }],
    });
  });

  test('leaves the memory of the process as it was', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const residentMiB = async () =>
      Number(/process_resident_memory_bytes\{.*\} (\d+)/.exec(await ingestion.metrics())?.[1]) / 2 ** 20;
    const before = await residentMiB();
    await Promise.all(Array.from({ length: 30 }, () => ingestion.post(EVENTS, bomb, { 'content-encoding': 'gzip' })));
    expect(await residentMiB()).toBeLessThan(before + 150);
  });
});

test('the OpenAPI document describes the three ways in, their answers and refusals', async () => {
  const document = await readJson(await fetch(`${ingestion.url}/openapi.json`));
  expect(Object.keys(Object(document.paths)).sort()).toEqual([
    '/api/v1/events',
    '/applications/{application_id}/events',
    '/v1/batch',
  ]);
  const { responses, requestBody } = Object(document.paths)['/api/v1/events'].post;
  expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '413', '415', '429', '503', 'default']);
  expect(JSON.stringify(requestBody)).toContain('event_timestamp');
});

test('a game in a browser may post from any page, with its key in a header', async () => {
  const origin = 'https://game.example';
  const asked = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  const preflight = await fetch(ingestion.url + EVENTS, { method: 'OPTIONS', headers: { origin, ...asked } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  const answer = await ingestion.post(EVENTS, event(), { origin });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
});

/** A raw connection, for what no proper client does. */
function open(): { send(text: string): void; readonly received: () => string; readonly closed: Promise<void> } {
  const socket = connect(Number(new URL(ingestion.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  // A reset is one way to be hung up on.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { send: (text) => void socket.write(text), received: () => received, closed };
}

const head = (length: number) =>
  [
    `POST ${EVENTS} HTTP/1.1`,
    'host: x',
    `authorization: Bearer ${ingestion.key}`,
    'content-type: application/json',
    `content-length: ${length}`,
    '',
    '',
  ].join('\r\n');

describe('a client that takes what it can', () => {
  test('is hung up on when its body does not arrive in time', async () => {
    const slow = open();
    slow.send(`${head(1000)}[`);
    const drip = setInterval(() => slow.send(' '), 100);
    await slow.closed;
    clearInterval(drip);
    expect(slow.received()).toMatch(/^HTTP\/1\.1 408/);
  });

  test('gets 503 with Retry-After while more bytes are in hand than there is memory for', async () => {
    const held: ReturnType<typeof open>[] = [];
    let answer = await ingestion.post(EVENTS, event());
    while (answer.status !== 503) {
      // Those that came before are hung up on after a while, so new ones take their place.
      for (let more = 0; more < 4; more += 1) {
        const one = open();
        one.send(head(1024 * 1024));
        held.push(one);
      }
      answer = await ingestion.post(EVENTS, event());
    }
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await readJson(answer)).toMatchObject({ code: 'OVERLOADED' });
    await Promise.all(held.map(({ closed }) => closed));
    await until(async () => (await ingestion.post(EVENTS, event())).status === 200);
  });

  test('gets 429 with Retry-After above the rate of the instance, and is taken again after that', async () => {
    const answers = await Promise.all(Array.from({ length: 1000 }, () => ingestion.post(EVENTS, '[]')));
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.headers.get('retry-after')).toBe('1');
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    await until(async () => (await ingestion.post(EVENTS, '[]')).status === 200);
    expect(await ingestion.metrics()).toMatch(/ingestion_rate_limited_total\{limit="instance",.*\} \d+/);
  });

  test('gets 429 when the quota of the game is used up, which another game does not feel', async () => {
    await ingestion.games.ensureGame({ id: 'other', name: 'Other', timeZone: 'UTC' });
    const { key } = await ingestion.games.createKey('other', 'production');
    const batch = () => Array.from({ length: 500 }, () => event());
    let answer = await ingestion.post(EVENTS, batch());
    while (answer.status === 200) answer = await ingestion.post(EVENTS, batch());
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await readJson(answer)).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const others = await ingestion.post(EVENTS, event({ game_id: 'other' }), { authorization: `Bearer ${key}` });
    expect(others.status).toBe(200);
  });
});
