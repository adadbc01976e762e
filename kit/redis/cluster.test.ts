import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findSystemRedis } from '#local/engines/redis/index.ts';
import { TestRedisCluster } from '#tests/support/redis-cluster.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { Cache, createRedis, type RedisClient } from './index.ts';

/** A cluster needs the Redis of the machine; the runner's summary shows what was left out. */
const describeWithRedis = findSystemRedis() ? describe : describe.skip;

describeWithRedis('a cache on a cluster (redis-server or valkey-server on PATH)', () => {
  let cluster: TestRedisCluster;
  let client: RedisClient;
  let cache: Cache;

  beforeAll(async () => {
    cluster = await TestRedisCluster.start();
    const telemetry = await quietTelemetry();
    const nodes = cluster.nodes.slice(0, 1);
    client = await createRedis(telemetry, { name: 'cache', nodes, cluster: true, tls: false, keyPrefix: 'test:' });
    cache = new Cache(telemetry, client, 'answers');
  });
  afterAll(async () => {
    await client?.stop();
    await cluster?.stop();
  });

  test('finds every node from one, and keeps keys of all slots', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
    const loaded = await Promise.all(keys.map((key) => cache.cached(key, 60_000, async () => key)));
    const kept = await Promise.all(keys.map((key) => cache.cached(key, 60_000, async () => 'loaded again')));
    expect([loaded, kept]).toEqual([keys, keys]);
  });

  test('invalidates keys of different slots together', async () => {
    await Promise.all(['a', 'b', 'c'].map((key) => cache.cached(key, 60_000, async () => 'old')));
    await cache.invalidate('a', 'b', 'c');
    const fresh = await Promise.all(['a', 'b', 'c'].map((key) => cache.cached(key, 60_000, async () => 'new')));
    expect(fresh).toEqual(['new', 'new', 'new']);
  });

  test('answers its check', async () => {
    await expect(client.check()).resolves.toBeUndefined();
  });
});
