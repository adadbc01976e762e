import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { identify, isAlive, type ProcessIdentity } from '../../processes/index.ts';
import { startPostgres } from './index.ts';
import { endLeftover, readPostmasterFile } from './postmaster.ts';

const fixture = join(import.meta.dirname, 'fixtures', 'parent.ts');
const nobody = 65_534;
let dataDir: string;
const left: ProcessIdentity[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gm-leftover-'));
});
afterEach(() => {
  for (const identity of left.splice(0)) if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
});
afterAll(() => rm(dataDir, { recursive: true }));

interface Announcement {
  readonly port: number;
  readonly pid: number;
  readonly watcher: number;
}

async function announcement(parent: ChildProcess): Promise<Announcement> {
  if (!parent.stdout) throw new Error('the parent has no output');
  const [line] = await once(createInterface(parent.stdout), 'line');
  return JSON.parse(line);
}

async function startAndKillParent(watcherToo: boolean): Promise<ProcessIdentity> {
  const parent = spawn(process.execPath, [fixture, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid, watcher } = await announcement(parent);
  const server = identify(pid);
  if (!server) throw new Error('PostgreSQL does not run');
  left.push(server);
  if (watcherToo) process.kill(watcher, 'SIGKILL');
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  return server;
}

async function startsNow(): Promise<void> {
  const engine = await startPostgres({ dataDir, port: 0, superuserPassword: 'secret' });
  await engine.stop();
}

describe('when its parent is killed', () => {
  test('PostgreSQL shuts down in order by itself', async () => {
    const server = await startAndKillParent(false);
    while (isAlive(server)) await sleep(20);
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
    expect(log.trim().split('\n').at(-1)).toContain('database system is shut down');
  });

  test('the next start works at once', async () => {
    const server = await startAndKillParent(false);
    await startsNow();
    expect(isAlive(server)).toBe(false);
  });

  test('and the watcher with it, the next start stops the orphan and works', async () => {
    const server = await startAndKillParent(true);
    await startsNow();
    expect(isAlive(server)).toBe(false);
  });

  test('and its records are lost as well, the orphan is found by its own file and stopped', async () => {
    const server = await startAndKillParent(true);
    await rm(join(dataDir, 'run'), { recursive: true });
    await startsNow();
    expect(isAlive(server)).toBe(false);
  });
});

describe('a postmaster.pid that nobody cleaned up', () => {
  const file = () => join(dataDir, 'cluster', 'postmaster.pid');

  test('is no obstacle when its pid belongs to another program by now, which is left alone', async () => {
    await writeFile(file(), [process.pid, join(dataDir, 'cluster'), 1, 5432, '', '127.0.0.1', '', 'ready'].join('\n'));
    expect(await endLeftover(join(dataDir, 'cluster'))).toBeUndefined();
    expect(readPostmasterFile(join(dataDir, 'cluster'))).toBeUndefined();
    await startsNow();
  });

  test('is no obstacle when it is torn', async () => {
    await writeFile(file(), 'not a number');
    await startsNow();
  });
});

const asRoot = process.getuid?.() === 0;
(asRoot ? test : test.skip)('an ordinary user starts it as well', async () => {
  const own = await mkdtemp(join(tmpdir(), 'gm-ordinary-'));
  chownSync(own, nobody, nobody);
  const parent = spawn(process.execPath, [fixture, own, 'stop'], {
    uid: nobody,
    gid: nobody,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(await announcement(parent)).toMatchObject({ pid: expect.any(Number) });
  expect(await once(parent, 'exit')).toEqual([0, null]);
  await rm(own, { recursive: true });
});
