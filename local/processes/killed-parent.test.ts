import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { identify, isAlive, type ProcessIdentity, Supervisor } from './index.ts';

interface Family {
  readonly parent: ChildProcess;
  readonly children: readonly ProcessIdentity[];
  readonly watcher: number;
}

let folder: string;
const left: ProcessIdentity[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-killed-'));
});

afterEach(async () => {
  for (const identity of left.splice(0)) if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
  await rm(folder, { recursive: true });
});

async function startFamily(): Promise<Family> {
  const script = join(import.meta.dirname, 'fixtures', 'parent.ts');
  const parent = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(parent.stdout), 'line');
  const { pids, watcher } = JSON.parse(line) as { pids: number[]; watcher: number };
  const children = pids.flatMap((pid) => identify(pid) ?? []);
  const self = identify(parent.pid ?? 0);
  left.push(...children, ...(self ? [self] : []));
  expect(children).toHaveLength(4);
  return { parent, children, watcher };
}

async function kill(parent: ChildProcess): Promise<void> {
  parent.kill('SIGKILL');
  await once(parent, 'exit');
}

async function untilGone(identities: readonly ProcessIdentity[]): Promise<void> {
  while (identities.some(isAlive)) await sleep(20);
}

describe('when the parent is killed', () => {
  test('every child ends by itself, the service after draining, the stubborn one and what it started by force', async () => {
    const { parent, children } = await startFamily();
    await kill(parent);
    await untilGone(children);
    const service = children[1];
    expect(await readFile(join(folder, 'journal'), 'utf8')).toBe(`drained ${service?.pid}\n`);
  });

  test('the next start works at once and finds nothing in its way', async () => {
    const { parent, children } = await startFamily();
    await kill(parent);
    const next = await Supervisor.open(folder);
    expect(children.filter(isAlive)).toEqual([]);
    await next.stop();
  });

  test('and the watcher with it, the next start ends what could not watch for itself', async () => {
    const { parent, children, watcher } = await startFamily();
    process.kill(watcher, 'SIGKILL');
    await kill(parent);
    const [engine, service] = children;
    await untilGone(service ? [service] : []);
    expect(engine && isAlive(engine)).toBe(true);
    const next = await Supervisor.open(folder);
    expect(next.orphans).toMatchObject([{ name: 'stubborn' }, { name: 'engine', pid: engine?.pid }]);
    expect(children.filter(isAlive)).toEqual([]);
    await next.stop();
  });
});

test('a parent that stops in order leaves no watcher behind', async () => {
  const supervisor = await Supervisor.open(folder);
  const watcher = identify(supervisor.watcherPid ?? 0);
  await supervisor.stop();
  await untilGone(watcher ? [watcher] : []);
  expect(watcher).toBeDefined();
});
