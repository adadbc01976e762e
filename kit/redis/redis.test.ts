import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { findSystemRedis } from '#local/engines/redis/index.ts';
import { TestRedis } from '#tests/support/redis.ts';
import { metricValue, quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import { secretOf } from '../secrets.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { Cache, createRedis, type RedisClient, type RedisConnectionOptions } from './index.ts';

let telemetry: Telemetry;
const clients: RedisClient[] = [];

beforeAll(async () => {
  telemetry = await quietTelemetry();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
});

async function open(node: string, overrides: Partial<RedisConnectionOptions> = {}): Promise<RedisClient> {
  const options = { name: 'cache', nodes: [node], cluster: false, tls: false, keyPrefix: 'test:', ...overrides };
  const client = await createRedis(telemetry, options);
  clients.push(client);
  return client;
}

const nowhere = '127.0.0.1:1';

/** The servers that this machine has; without a system's Redis our own alone is tested, and its name says so. */
const programs = findSystemRedis() ? (['system', 'embedded'] as const) : (['embedded'] as const);

describe.each(programs)('a cache on the %s server', (program) => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await TestRedis.start(program);
  });
  afterAll(() => redis.stop());

  const freshCache = async () => {
    const client = await open(redis.node, { keyPrefix: `${crypto.randomUUID()}:` });
    return { client, cache: new Cache(telemetry, client, 'answers') };
  };

  test('keeps a value for its time, then loads it again', async () => {
    const { cache } = await freshCache();
    let loads = 0;
    const load = async () => ({ loads: ++loads });
    expect(await cache.cached('key', 150, load)).toEqual({ loads: 1 });
    expect(await cache.cached('key', 150, load)).toEqual({ loads: 1 });
    await until(async () => (await cache.cached('key', 150, load)).loads === 2);
  });

  test('loads a value once for all who ask at the same time', async () => {
    const { cache } = await freshCache();
    let loads = 0;
    const load = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return ++loads;
    };
    expect(await Promise.all(Array.from({ length: 20 }, () => cache.cached('key', 1000, load)))).toEqual(
      Array(20).fill(1),
    );
  });

  test('loads again what was invalidated', async () => {
    const { cache } = await freshCache();
    await cache.cached('key', 10_000, async () => 'old');
    await cache.invalidate('key', 'another');
    expect(await cache.cached('key', 10_000, async () => 'new')).toBe('new');
  });

  test('keeps nothing of a load that failed', async () => {
    const { cache } = await freshCache();
    const failing = cache.cached('key', 10_000, async () => Promise.reject(new RangeError('no')));
    await expect(failing).rejects.toThrow(RangeError);
    expect(await cache.cached('key', 10_000, async () => 'value')).toBe('value');
  });

  test('puts its prefix before every key', async () => {
    const one = await open(redis.node, { keyPrefix: 'one:' });
    const bare = await open(redis.node, { keyPrefix: '' });
    await one.set('key', 'value');
    expect([await bare.get('one:key'), await bare.get('key')]).toEqual(['value', null]);
  });

  test('answers its check while the server is there', async () => {
    await expect((await open(redis.node)).check()).resolves.toBeUndefined();
  });

  test('is found again after the server was away, and meanwhile values are loaded', async () => {
    const name = `riding-out-${program}`;
    const own = await TestRedis.start(program);
    const client = await open(own.node);
    const cache = new Cache(telemetry, client, name);
    await cache.cached('key', 60_000, async () => 1);
    await own.engine.stop();
    await until(() =>
      client.check().then(
        () => false,
        () => true,
      ),
    );
    expect(await cache.cached('other', 60_000, async () => 2)).toBe(2);
    expect(await metricValue(telemetry, 'cache_requests_total', { cache: name, outcome: 'bypass' })).toBe(1);
    await own.comeBack();
    await until(() =>
      client.check().then(
        () => true,
        () => false,
      ),
    );
    await client.stop();
    await own.stop();
  });
});

describe('without a server', () => {
  test.each([false, true])('a client that was stopped no longer tries to connect (cluster: %s)', async (cluster) => {
    let attempts = 0;
    const server = createServer((socket) => {
      attempts += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = await open(`127.0.0.1:${(server.address() as AddressInfo).port}`, { cluster });
    await until(() => attempts >= 2);
    await client.stop();
    const before = attempts;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(attempts).toBe(before);
    server.close();
  });

  test('a client starts nevertheless, commands are refused at once, and nothing ends the process', async () => {
    const client = await open(nowhere);
    const startedAt = performance.now();
    await expect(client.get('key')).rejects.toThrow();
    await expect(client.check()).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(await metricValue(telemetry, 'redis_client_connected')).toBe(0);
  });

  test('a cluster client behaves the same', async () => {
    const client = await open(nowhere, { cluster: true, tls: true, user: 'app', password: secretOf('x') });
    await expect(client.get('key')).rejects.toThrow();
  });

  test('a cached value is loaded, and the load’s own error comes through', async () => {
    const cache = new Cache(telemetry, await open(nowhere), 'alone');
    expect(await cache.cached('key', 1000, async () => 'value')).toBe('value');
    await expect(cache.cached('key', 1000, async () => Promise.reject(new RangeError('no')))).rejects.toThrow(
      RangeError,
    );
  });
});
