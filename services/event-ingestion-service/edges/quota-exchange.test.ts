import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRedis, type RedisClient } from '#kit/redis/index.ts';
import { type RedisEngine, startRedis } from '#local/engines/redis/index.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import { QuotaLedger } from '../domain/quota.ts';
import { exchangeQuotas } from './quota-exchange.ts';

/** One window that outlasts the test, so that its end plays no part. */
const windowMillis = 1_000_000_000;
const limit = 1000;

let folder: string;
let engine: RedisEngine;
let redis: RedisClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-test-quota-'));
  engine = await startRedis({ dataDir: folder, port: 0 });
  const node = { name: 'quota', nodes: [`127.0.0.1:${engine.port}`], cluster: false, tls: false };
  redis = await createRedis(await quietTelemetry(), { ...node, keyPrefix: 'tests:' });
});
afterAll(async () => {
  await redis?.stop();
  await engine?.stop();
  await rm(folder, { recursive: true, force: true });
});

const ledger = () => new QuotaLedger((limit * 1000) / windowMillis, windowMillis);

test('instances share one quota through the cache', async () => {
  const [one, two] = [ledger(), ledger()];
  const exchanges = [one, two].map((quota) => exchangeQuotas(redis, quota, windowMillis));
  expect(one.take('demo', 900, Date.now())).toBe(0);
  let taken = 0;
  await until(() => {
    const refused = two.take('demo', 1, Date.now()) > 0;
    if (!refused) taken += 1;
    return refused;
  });
  // Alone it could have taken 1000; what passes before the two have heard of each other is little more than 100.
  expect(taken).toBeLessThan(500);
  for (const exchange of exchanges) await exchange.stop();
});

test('an instance that cannot reach the cache counts alone', async () => {
  const node = { name: 'away', nodes: ['127.0.0.1:1'], cluster: false, tls: false };
  const away = await createRedis(await quietTelemetry(), { ...node, keyPrefix: 'tests:' });
  const quota = ledger();
  const exchange = exchangeQuotas(away, quota, windowMillis);
  expect(quota.take('alone', limit, Date.now())).toBe(0);
  await new Promise((wake) => setTimeout(wake, 700));
  expect(quota.take('alone', 1, Date.now())).toBeGreaterThan(0);
  await exchange.stop();
  away.disconnect();
});
