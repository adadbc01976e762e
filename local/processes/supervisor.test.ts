import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../ports/index.ts';
import {
  identify,
  isAlive,
  nodeCommand,
  type ProcessExit,
  type ProcessSpec,
  readRecords,
  Supervisor,
} from './index.ts';

const service = join(import.meta.dirname, 'fixtures', 'service.ts');
let folder: string;
let supervisor: Supervisor;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-processes-'));
  supervisor = await Supervisor.open(folder);
});

afterEach(async () => {
  await supervisor.stop();
  await rm(folder, { recursive: true });
});

function spec(name: string, overrides: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    name,
    ...nodeCommand(service, [join(folder, 'journal'), '20']),
    logFile: join(folder, `${name}.log`),
    ready: { kind: 'json-line', accept: (line) => line.ready === true, timeoutMillis: 10_000 },
    stage: 0,
    ...overrides,
  };
}

function script(source: string): Pick<ProcessSpec, 'command' | 'args'> {
  return { command: process.execPath, args: ['-e', source] };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

describe('a process', () => {
  test('is ready when its line of JSON appears, and is recorded while it runs', async () => {
    const managed = await supervisor.start(spec('service', { port: 4711 }));
    expect(managed.state).toBe('ready');
    const [record] = readRecords(join(folder, 'run'));
    expect(record).toMatchObject({ name: 'service', pid: managed.pid, port: 4711 });
    await supervisor.stop();
    expect(managed.state).toBe('stopped');
    expect(readRecords(join(folder, 'run'))).toEqual([]);
    expect(await readFile(join(folder, 'journal'), 'utf8')).toContain('drained');
  });

  test('is ready when its health address answers 2xx', async () => {
    const port = await freePort();
    const source = `let n = 0; require('node:http').createServer((_, r) => { r.statusCode = ++n < 3 ? 503 : 200; r.end() }).listen(${port})`;
    const url = `http://127.0.0.1:${port}/health/ready`;
    const managed = await supervisor.start(
      spec('web', { ...script(source), ready: { kind: 'http', url, timeoutMillis: 10_000 } }),
    );
    expect(managed.state).toBe('ready');
  });

  test('gets the declared environment and nothing stray', async () => {
    process.env.STRAY_VARIABLE = 'x';
    const source = 'console.log(JSON.stringify({ ...process.env, ready: true })); setInterval(() => {}, 1000)';
    const managed = await supervisor.start(spec('env', { ...script(source), env: { DECLARED: 'yes' } }));
    delete process.env.STRAY_VARIABLE;
    const seen = JSON.parse(await managed.output());
    expect(seen).toMatchObject({ DECLARED: 'yes' });
    expect(seen).not.toHaveProperty('STRAY_VARIABLE');
  });

  test('that ends before it is ready is reported with what it said', async () => {
    const failing = spec('picky', script("console.error('PORT must be a number'); process.exit(3)"));
    await expect(supervisor.start(failing)).rejects.toMatchObject({
      code: 'PROCESS_ENDED',
      message: `picky ended with code 3 before it was ready: PORT must be a number See ${join(folder, 'picky.log')}.`,
    });
    expect(supervisor.processes).toEqual([]);
  });

  test('that is not ready in time is ended and reported', async () => {
    const ready = { kind: 'probe', probe: async () => false, timeoutMillis: 100 } as const;
    const slow = spec('slow', { ready });
    await expect(supervisor.start(slow)).rejects.toMatchObject({ code: 'PROCESS_NOT_READY' });
    expect(readRecords(join(folder, 'run'))).toEqual([]);
  });

  test('whose program does not exist is reported by its path', async () => {
    await expect(supervisor.start(spec('absent', { command: '/nowhere/program', args: [] }))).rejects.toThrow(
      'absent cannot be started: /nowhere/program does not exist.',
    );
  });

  test('that ignores SIGTERM is killed after its bound', async () => {
    const source = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('{\"ready\":true}')";
    const exits: ProcessExit[] = [];
    const stop = { signals: ['SIGTERM'], waitMillis: 200 } as const;
    const stubborn = await supervisor.start(
      spec('deaf', { ...script(source), stop, onExit: (exit) => exits.push(exit) }),
    );
    await stubborn.stop();
    expect(exits).toMatchObject([{ signal: 'SIGKILL', expected: true }]);
  });
});

describe('a process that ends by itself', () => {
  const restart = { firstDelayMillis: 10, maximumDelayMillis: 40, resetAfterMillis: 60_000 };

  test('is started again at once, then with growing delays, and the count is visible', async () => {
    const exits: ProcessExit[] = [];
    const managed = await supervisor.start(spec('crashing', { restart, onExit: (exit) => exits.push(exit) }));
    for (let round = 1; round <= 3; round += 1) {
      process.kill(managed.pid ?? 0, 'SIGKILL');
      await until(() => managed.restarts === round && managed.state === 'ready');
    }
    expect(exits.map(({ restartInMillis }) => restartInMillis)).toEqual([0, 10, 20]);
    expect(readRecords(join(folder, 'run'))).toMatchObject([{ pid: managed.pid }]);
  });

  test('stays down without a restart policy', async () => {
    const managed = await supervisor.start(spec('once'));
    process.kill(managed.pid ?? 0, 'SIGKILL');
    await until(() => managed.state === 'failed');
    expect(managed.restarts).toBe(0);
  });

  test('is not started again once it was asked to stop', async () => {
    const slow = { ...restart, firstDelayMillis: 60_000, maximumDelayMillis: 60_000 };
    const managed = await supervisor.start(spec('stopped', { restart: slow }));
    process.kill(managed.pid ?? 0, 'SIGKILL');
    await until(() => managed.restarts === 1 && managed.state === 'ready');
    process.kill(managed.pid ?? 0, 'SIGKILL');
    await until(() => managed.state === 'waiting');
    await managed.stop();
    expect(managed.state).toBe('stopped');
  });
});

describe('the supervisor', () => {
  test('stops the highest stage first, one stage after the other', async () => {
    const ended: string[] = [];
    for (const [name, stage] of [
      ['engine', 0],
      ['service-a', 1],
      ['simulator', 2],
    ] as const) {
      await supervisor.start(spec(name, { stage, onExit: (exit) => ended.push(exit.name) }));
    }
    await supervisor.stop();
    expect(ended).toEqual(['simulator', 'service-a', 'engine']);
  });

  test('refuses a data folder that a living process supervises, naming it', async () => {
    await expect(Supervisor.open(folder)).rejects.toThrow(
      `The data folder ${folder} is in use by process ${process.pid}. Stop it first`,
    );
  });

  test('takes over a data folder whose owner is gone or whose pid belongs to somebody else now', async () => {
    const self = identify(process.pid);
    await writeFile(join(folder, 'run', 'owner'), JSON.stringify({ ...self, startMark: 'another life' }));
    const successor = await Supervisor.open(folder);
    await successor.stop();
  });

  test('never ends a process whose pid was given to somebody else since it was recorded', async () => {
    const managed = await supervisor.start(spec('bystander'));
    const [record] = readRecords(join(folder, 'run'));
    const other = await mkdtemp(join(tmpdir(), 'gm-processes-'));
    const first = await Supervisor.open(other);
    await first.stop();
    await writeFile(join(other, 'run', 'x.json'), JSON.stringify({ ...record, startMark: '1' }));
    const second = await Supervisor.open(other);
    await second.stop();
    expect(second.orphans).toEqual([]);
    const identity = identify(managed.pid ?? 0);
    expect(identity && isAlive(identity)).toBe(true);
    await rm(other, { recursive: true });
  });

  test('says which folder cannot be written', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(Supervisor.open(file)).rejects.toMatchObject({ code: 'FOLDER_UNWRITABLE' });
  });
});

test('a health address that never answers does not hold up a start beyond its bound', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const ready = { kind: 'http', url: `http://127.0.0.1:${port}/`, timeoutMillis: 300 } as const;
  await expect(supervisor.start(spec('silent', { ready }))).rejects.toMatchObject({ code: 'PROCESS_NOT_READY' });
  server.closeAllConnections();
  server.close();
});
