import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort } from '../../ports/index.ts';
import { identify, isAlive } from '../../processes/index.ts';
import { findSystemRedis, type RedisEngine, startRedis } from './index.ts';

let dataDir: string;
let engine: RedisEngine | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gm-redis-'));
});
afterEach(async () => {
  await engine?.stop();
  engine = undefined;
});
afterAll(() => rm(dataDir, { recursive: true }));

async function start(program: 'system' | 'embedded'): Promise<RedisEngine> {
  engine = await startRedis({ dataDir: join(dataDir, program), port: 0, program });
  return engine;
}

async function withClient<Result>(url: string, work: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

const programs = findSystemRedis() ? (['embedded', 'system'] as const) : (['embedded'] as const);

describe.each(programs)('the cache (%s)', (program) => {
  test('serves on loopback and finds its data again after an orderly stop', async () => {
    const first = await start(program);
    await withClient(first.url, (redis) => redis.set('kept', 'yes', 'EX', 1_000));
    await first.stop();
    const second = await start(program);
    expect(await withClient(second.url, (redis) => redis.get('kept'))).toBe('yes');
    expect(await withClient(second.url, (redis) => redis.ttl('kept'))).toBeGreaterThan(900);
  });

  test('is up again by itself after SIGKILL, on the same port, as the same pid no more', async () => {
    const { url, process: server } = await start(program);
    const before = server.pid;
    process.kill(before ?? 0, 'SIGKILL');
    while (server.restarts === 0 || server.state !== 'ready') await sleep(10);
    expect(server.pid).not.toBe(before);
    expect(await withClient(url, (redis) => redis.ping())).toBe('PONG');
  });
});

test('our own server is empty after SIGKILL, never as it was some time ago', async () => {
  const first = await start('embedded');
  await withClient(first.url, (redis) => redis.set('old', '1'));
  await first.stop();
  const { url, process: server } = await start('embedded');
  await withClient(url, (redis) => redis.set('old', '2'));
  process.kill(server.pid ?? 0, 'SIGKILL');
  while (server.restarts === 0 || server.state !== 'ready') await sleep(10);
  expect(await withClient(url, (redis) => redis.get('old'))).toBeNull();
});

test('a port that is taken is named with its holder', async () => {
  const port = await freePort();
  const holder = createServer().listen(port, '127.0.0.1');
  await expect(startRedis({ dataDir, port })).rejects.toThrow(
    new RegExp(`Port ${port}, wanted by redis, is held by .*\\(pid ${process.pid}\\)`),
  );
  holder.close();
});

test('the program of the system is looked for on PATH only', () => {
  expect(findSystemRedis('/nowhere:/nothing')).toBeUndefined();
});

test('when its parent is killed it ends by itself and keeps its data', async () => {
  const own = join(dataDir, 'orphaned');
  const script = join(import.meta.dirname, 'fixtures', 'parent.ts');
  const parent: ChildProcess = spawn(process.execPath, [script, own], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!parent.stdout) throw new Error('the parent has no output');
  const [line] = await once(createInterface(parent.stdout), 'line');
  const { url, pid } = JSON.parse(line) as { url: string; pid: number };
  await withClient(url, (redis) => redis.set('kept', 'yes'));
  const server = identify(pid);
  parent.kill('SIGKILL');
  while (server && isAlive(server)) await sleep(20);
  engine = await startRedis({ dataDir: own, port: 0, program: 'embedded' });
  expect(await withClient(engine.url, (redis) => redis.get('kept'))).toBe('yes');
});
