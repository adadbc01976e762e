import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IncomingEvent } from '#catalog/events/index.ts';
import { createProducer } from '#kit/kafka/index.ts';
import { TestIngestion } from '#tests/support/ingestion.ts';
import { TestKafka, until } from '#tests/support/kafka.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';

const EVENTS = '/api/v1/events';
const RAW = 'player.events.raw';
const DEAD = 'dlq.events';

let kafka: TestKafka;
let ingestion: TestIngestion;

beforeAll(async () => {
  kafka = await TestKafka.start({ own: true });
  await erase('erased-before-start');
  ingestion = await TestIngestion.start({ kafkaPort: Number(kafka.brokers[0]?.split(':')[1]) });
});
afterAll(async () => {
  await ingestion?.stop();
  await kafka?.stop();
});

async function erase(player_id: string): Promise<void> {
  const topic = 'user.erasure.requested';
  await kafka.admin.ensureTopics([{ topic, partitions: 3, replicas: 1, config: { 'cleanup.policy': 'compact' } }]);
  const producer = createProducer(await quietTelemetry(), { connection: kafka.connection });
  const requested_at = new Date().toISOString();
  const request = { erasure_id: crypto.randomUUID(), player_id, games: [], requested_at, deadline_at: requested_at };
  await producer.send([{ topic, key: player_id, value: JSON.stringify(request) }]);
  await producer.stop();
}

const event = (change: Partial<IncomingEvent> = {}): IncomingEvent => ({
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

async function stored(eventId: string) {
  const records = await ingestion.records(RAW);
  return records.filter(({ value }) => value?.includes(eventId));
}

describe('an accepted event', () => {
  test('is in Kafka when the answer comes, keyed by its player, with its trace', async () => {
    const sent = event();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await ingestion.post(EVENTS, sent, { traceparent });
    expect(answer.status).toBe(200);
    expect(await readJson(answer)).toEqual({
      accepted: 1,
      duplicates: 0,
      rejected: 0,
      results: [{ event_id: sent.event_id, status: 'accepted' }],
    });
    const [record, ...others] = await stored(sent.event_id);
    expect(others).toHaveLength(0);
    expect(record?.key?.toString()).toBe('ann');
    expect(JSON.parse(String(record?.value))).toMatchObject({ ...sent, data_class: 'production', marks: [] });
    expect(record?.headers.traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  test('that is sent again is a duplicate and is not stored again', async () => {
    const sent = event();
    await ingestion.post(EVENTS, sent);
    expect(await readJson(await ingestion.post(EVENTS, sent))).toMatchObject({ duplicates: 1, accepted: 0 });
    expect(await stored(sent.event_id)).toHaveLength(1);
  });

  test('may come gzipped, as browsers send beacons, or beside events that are refused', async () => {
    const sent = [event(), event({ event_type: 'No' }), event()];
    const zipped = gzipSync(JSON.stringify(sent));
    expect(await readJson(await ingestion.post(EVENTS, zipped, { 'content-encoding': 'gzip' }))).toMatchObject({
      accepted: 2,
      results: [
        { status: 'accepted' },
        { status: 'rejected', reason: { path: '/event_type', value: 'No' } },
        { status: 'accepted' },
      ],
    });
    const beacon = JSON.stringify(event());
    expect((await ingestion.post(EVENTS, beacon, { 'content-type': 'text/plain' })).status).toBe(200);
  });

  test('that is old is marked late, or backfill when the sender says so', async () => {
    const old = () => event({ event_timestamp: '2026-01-01T00:00:00Z' });
    const [late, header, query] = [old(), old(), old()];
    await ingestion.post(EVENTS, late);
    await ingestion.post(EVENTS, header, { 'x-backfill': 'true' });
    await ingestion.post(`${EVENTS}?backfill=true`, query);
    const marks = new Map<string, unknown>();
    for (const { value } of await ingestion.records(RAW)) {
      const record = JSON.parse(String(value));
      marks.set(record.event_id, record.marks);
    }
    expect([late, header, query].map(({ event_id }) => marks.get(event_id))).toEqual([
      ['late'],
      ['backfill'],
      ['backfill'],
    ]);
  });

  test('of a sandbox key stays apart', async () => {
    const { key } = await ingestion.games.createKey('demo', 'sandbox');
    const sent = event();
    await ingestion.post(EVENTS, sent, { authorization: `Bearer ${key}` });
    expect(await readJson(await ingestion.post(EVENTS, sent))).toMatchObject({ accepted: 1 });
    const classes = (await stored(sent.event_id)).map(({ value }) => JSON.parse(String(value)).data_class);
    expect(classes.sort()).toEqual(['production', 'sandbox']);
  });

  test('is counted by game and outcome', async () => {
    await ingestion.post(EVENTS, event({ event_type: 'dragon_tamed' }));
    const metrics = await ingestion.metrics();
    expect(metrics).toMatch(/ingestion_events_total\{game_id="demo",outcome="accepted",.*\} \d+/);
    expect(metrics).toMatch(/ingestion_marked_events_total\{game_id="demo",mark="custom",.*\} 1/);
    expect(metrics).toMatch(/ingestion_suppressed_players\{.*\} [1-9]/);
  });
});

describe('a refused event', () => {
  test('is kept as a dead letter with the reason and its very bytes', async () => {
    const bad = `{"event_id":"dead-${crypto.randomUUID()}" ,"event_type":"é"}`;
    await ingestion.post(EVENTS, bad);
    const letters = (await ingestion.records(DEAD)).map(({ value }) => JSON.parse(String(value)));
    const letter = letters.find(({ original }) => Buffer.from(original, 'base64').toString() === bad);
    expect(letter).toMatchObject({
      reason: 'envelope_invalid',
      game_id: 'demo',
      format: 'gamemetrics',
      truncated: false,
    });
  });

  test('of a player that was erased is kept nowhere, whether before the start or just now, late or dated ahead', async () => {
    const sendAs = async (player_id: string, event_timestamp = new Date().toISOString()) =>
      readJson(await ingestion.post(EVENTS, event({ player_id, event_timestamp })));
    expect(await sendAs('erased-before-start')).toMatchObject({ results: [{ reason: { code: 'player_erased' } }] });
    const player = `erased-${crypto.randomUUID()}`;
    expect(await sendAs(player)).toMatchObject({ accepted: 1 });
    await erase(player);
    await until(async () => (await sendAs(player)).rejected === 1);
    expect(await sendAs(player, '2020-01-01T00:00:00Z')).toMatchObject({ rejected: 1 });
    expect(await sendAs(player, new Date(Date.now() + 3_600_000).toISOString())).toMatchObject({ rejected: 1 });
    const dead = await ingestion.records(DEAD);
    expect(dead.some(({ value }) => Buffer.from(JSON.parse(String(value)).original, 'base64').includes(player))).toBe(
      false,
    );
  });

  test('is one of another game, whatever else the batch holds', async () => {
    await ingestion.games.ensureGame({ id: 'other', name: 'Other', timeZone: 'UTC' });
    const sent = [event({ game_id: 'other' }), event()];
    expect(await readJson(await ingestion.post(EVENTS, sent))).toMatchObject({
      results: [{ status: 'rejected', reason: { code: 'game_forbidden' } }, { status: 'accepted' }],
    });
    expect(await stored(sent[0]?.event_id ?? '')).toHaveLength(0);
  });
});

describe('a credential', () => {
  const statusWith = async (headers: Record<string, string>, path = EVENTS, body: unknown = event()) =>
    (await ingestion.post(path, body, headers)).status;

  test('may be the key as it is, a bearer, a header of its own, or a Basic user name', async () => {
    const { key } = ingestion;
    expect(await statusWith({ authorization: key })).toBe(200);
    expect(await statusWith({ authorization: `Bearer ${key}` })).toBe(200);
    expect(await statusWith({ authorization: '', 'x-api-key': key })).toBe(200);
    expect(await statusWith({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })).toBe(200);
  });

  test.each([
    ['none', {}],
    ['an unknown one', { authorization: `Bearer gmk_production_${'x'.repeat(32)}` }],
    ['a misshapen one', { authorization: 'Bearer gmk_production_short' }],
    ['no token at all', { authorization: 'Bearer not.a.token' }],
    ['two words', { authorization: 'Bearer one two' }],
  ])('that is %s is answered 401, before the body is read', async (_, headers) => {
    const answer = await ingestion.post(EVENTS, 'not even JSON', { authorization: '', ...headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('that was revoked is answered 401', async () => {
    const { key, id } = await ingestion.games.createKey('demo', 'production');
    await ingestion.games.revokeKey(id);
    expect(await statusWith({ authorization: `Bearer ${key}` })).toBe(401);
  });

  test("that is a player's token writes that player's events only", async () => {
    const token = await ingestion.mint.mint({
      subject: 'ann',
      roles: ['player'],
      games: ['demo'],
      lifetimeSeconds: 60,
    });
    const sent = [event(), event({ player_id: 'bob' })];
    expect(await readJson(await ingestion.post(EVENTS, sent, { authorization: `Bearer ${token}` }))).toMatchObject({
      results: [{ status: 'accepted' }, { status: 'rejected', reason: { code: 'player_forbidden' } }],
    });
  });

  test('that is a token must have a role that writes, and one game or a named one', async () => {
    const tokenOf = async (roles: string[], games: string[]) =>
      `Bearer ${await ingestion.mint.mint({ subject: 'op', roles, games, lifetimeSeconds: 60 })}`;
    expect(await statusWith({ authorization: await tokenOf(['analyst'], ['demo']) })).toBe(403);
    expect(await statusWith({ authorization: await tokenOf(['operator'], ['demo']) })).toBe(200);
    const both = await tokenOf(['operator'], ['demo', 'other']);
    expect(await statusWith({ authorization: both })).toBe(400);
    expect(await statusWith({ authorization: both, 'x-game-id': 'demo' })).toBe(200);
    expect(await statusWith({ authorization: both, 'x-game-id': 'third' })).toBe(403);
    expect(await statusWith({ authorization: await tokenOf(['operator'], ['nowhere']) })).toBe(404);
  });
});

describe('clients that exist', () => {
  test('send the AWS Game Analytics Pipeline format to /applications/{id}/events', async () => {
    const event_id = crypto.randomUUID();
    const about = { event_type: 'client', event_name: 'login', event_version: '1.0.0', app_version: '1.1.0' };
    const sent = {
      event_id,
      ...about,
      event_timestamp: Date.now() / 1000,
      event_data: { player_id: 'ann', platform: 'pc' },
    };
    const answer = await ingestion.post(
      '/applications/demo/events',
      { events: [sent, { event_id: 'x' }] },
      { authorization: ingestion.key },
    );
    expect(await readJson(answer)).toMatchObject({
      Total: 2,
      FailedRecordCount: 1,
      Events: [
        { Result: 'Ok', EventId: event_id },
        { Result: 'Error', ErrorCode: 'envelope_invalid' },
      ],
    });
    const [record] = await stored(event_id);
    expect(JSON.parse(String(record?.value))).toMatchObject({
      event_type: 'login',
      event_version: 1,
      app_version: '1.1.0',
      marks: ['custom'],
    });
  });

  test("cannot write to another application than their key's", async () => {
    expect((await ingestion.post('/applications/other/events', { events: [] })).status).toBe(403);
  });

  test("send Segment's batch to /v1/batch", async () => {
    const authorization = `Basic ${Buffer.from(`${ingestion.key}:`).toString('base64')}`;
    const message = { type: 'track', event: 'Level Completed', userId: 'ann', messageId: `m-${crypto.randomUUID()}` };
    const batch = [{ ...message, timestamp: new Date().toISOString(), properties: { level: 9, duration_seconds: 4 } }];
    const answer = await ingestion.post('/v1/batch', { batch, sentAt: new Date().toISOString() }, { authorization });
    expect(await readJson(answer)).toEqual({ success: true });
    expect(await readJson(await ingestion.post('/v1/batch', { batch }, { authorization }))).toEqual({ success: true });
    const records = (await ingestion.records(RAW)).map(({ value }) => JSON.parse(String(value)));
    expect(records.filter(({ properties }) => properties.level === 9)).toHaveLength(1);
  });
});
