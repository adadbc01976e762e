import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '#local/ports/index.ts';
import { BrokerProcess } from '#tests/support/broker-process.ts';
import { TestIngestion } from '#tests/support/ingestion.ts';
import { until } from '#tests/support/until.ts';

const EVENTS = '/api/v1/events';
const RAW = 'player.events.raw';
const BATCH = 20;
const bufferEvents = 400;

let folder: string;
let broker: BrokerProcess;
let ingestion: TestIngestion;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-test-faults-'));
  broker = new BrokerProcess(await freePort(), folder);
  await broker.accepting();
  const settings = { BUFFER_EVENTS: String(bufferEvents), GAME_QUOTA_EVENTS_PER_SECOND: '1000000' };
  ingestion = await TestIngestion.start({ kafkaPort: broker.port, settings });
});
afterAll(async () => {
  await ingestion?.stop();
  await broker?.kill();
  await rm(folder, { recursive: true, force: true });
});

const batchOf = (size: number) =>
  Array.from({ length: size }, (_, number) => ({
    event_id: crypto.randomUUID(),
    event_type: 'level_completed',
    event_version: 1,
    game_id: 'demo',
    player_id: `player-${number % 7}`,
    event_timestamp: new Date().toISOString(),
    properties: { level: 3, duration_seconds: 61 },
  }));

/** Several clients that post batch after batch, every event once, and remember what was acknowledged. */
class Clients {
  readonly acknowledged: string[] = [];
  readonly statuses = new Map<number | 'none', number>();
  readonly #running: Promise<void>;
  #stop = false;

  constructor(count: number) {
    this.#running = Promise.all(Array.from({ length: count }, () => this.#run())).then(() => undefined);
  }

  seen = (status: number | 'none') => this.statuses.get(status) ?? 0;

  async end(): Promise<void> {
    this.#stop = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop) await this.#post(batchOf(BATCH)).catch(() => this.#count('none'));
  }

  async #post(batch: ReturnType<typeof batchOf>): Promise<void> {
    const answer = await ingestion.post(EVENTS, batch);
    this.#count(answer.status);
    const { results = [] } = JSON.parse(await answer.text()) as { results?: { event_id: string; status: string }[] };
    for (const { event_id, status } of results) if (status === 'accepted') this.acknowledged.push(event_id);
    if (answer.status !== 200) await new Promise((wake) => setTimeout(wake, 50));
  }

  #count(status: number | 'none'): void {
    this.statuses.set(status, this.seen(status) + 1);
  }
}

async function expectEachStoredOnce(acknowledged: readonly string[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const { value } of await ingestion.records(RAW)) {
    const { event_id } = JSON.parse(String(value));
    counts.set(event_id, (counts.get(event_id) ?? 0) + 1);
  }
  const wrong = acknowledged.filter((id) => counts.get(id) !== 1);
  expect(wrong).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(0);
}

describe('a broker that is killed and comes back while clients post', () => {
  test('costs no acknowledged event and stores each of them once', async () => {
    const clients = new Clients(6);
    for (const downMillis of [300, 1500]) {
      const before = clients.acknowledged.length;
      await until(() => clients.acknowledged.length > before + 10 * BATCH);
      await broker.kill();
      await new Promise((wake) => setTimeout(wake, downMillis));
      await broker.startAgain();
      const after = clients.acknowledged.length;
      await until(() => clients.acknowledged.length > after + 10 * BATCH);
    }
    await clients.end();
    await expectEachStoredOnce(clients.acknowledged);
  });

  test('is answered 503 with Retry-After once the buffer is full; the service is degraded, not unready', async () => {
    await broker.kill();
    const clients = new Clients(30);
    await until(() => clients.seen(503) > 0);
    const answer = await ingestion.post(EVENTS, batchOf(bufferEvents));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await ingestion.health()).toMatchObject({ status: 'degraded' });
    await broker.startAgain();
    await until(() => clients.seen(200) > 0);
    await clients.end();
    await expectEachStoredOnce(clients.acknowledged);
    await until(async () => !/kafka_producer_buffered_messages\{.*\} [1-9]/.test(await ingestion.metrics()));
  });
});

describe('a service that ends while clients post', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('by %s has stored everything that it acknowledged', async (signal) => {
    const clients = new Clients(6);
    await until(() => clients.acknowledged.length > 10 * BATCH);
    const code = await ingestion.process.end(signal);
    if (signal === 'SIGTERM') expect(code).toBe(0);
    await clients.end();
    await ingestion.startAgain();
    await expectEachStoredOnce(clients.acknowledged);
    expect(clients.statuses.get(500)).toBeUndefined();
  });
});

test('a service that starts without a broker refuses events until it knows who was erased', async () => {
  await broker.kill();
  await ingestion.process.end('SIGKILL');
  await ingestion.spawnAgain();
  expect(await ingestion.health()).toMatchObject({ status: 'unready' });
  const answer = await ingestion.post(EVENTS, batchOf(1));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await answer.json()).toMatchObject({ code: 'NOT_READY' });
  await broker.startAgain();
  await ingestion.ready();
  expect((await ingestion.post(EVENTS, batchOf(1))).status).toBe(200);
});
