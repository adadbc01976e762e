import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isPortFree } from '#local/ports/index.ts';
import { gm } from '#tests/support/command-line.ts';
import { freePorts } from '#tests/support/running-platform.ts';
import { until } from '#tests/support/until.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SLOW = 120_000;
const dataFolder = mkdtempSync(join(tmpdir(), 'gamemetrics-life-'));

interface Up {
  readonly process: ChildProcess;
  readonly output: () => string;
}

/** `gm up` as a person starts it, on ports that are free. */
function up(ports: ReadonlyMap<string, number>): Up {
  const choices = [...ports].flatMap(([name, port]) => ['--port', `${name}=${port}`]);
  const child = spawn(process.execPath, ['bin/cli.ts', 'up', '--no-traffic', '--data', dataFolder, ...choices], {
    cwd: ROOT,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  return { process: child, output: () => output };
}

const isReady = async ({ output, process: child }: Up): Promise<boolean> => {
  if (child.exitCode !== null) throw new Error(`up ended with ${child.exitCode}: ${output()}`);
  return output().includes('GameMetrics is ready after');
};

async function portsAreFree(ports: ReadonlyMap<string, number>): Promise<boolean> {
  const free = await Promise.all([...ports.values()].map(isPortFree));
  return free.every(Boolean);
}

afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

describe('npm start', () => {
  test(
    'starts, answers, is stopped by Ctrl-C with nothing left behind, and finds its data at the next start, also after a SIGKILL',
    async () => {
      const ports = await freePorts();

      const first = up(ports);
      await until(() => isReady(first));
      const status = await gm(['status', '--data', dataFolder, '--json']);
      expect(JSON.parse(status.stdout)).toMatchObject({ healthy: true });
      const key = await gm(['token', '--api-key', '--game', 'kept', '--data', dataFolder]);
      first.process.kill('SIGINT');
      expect(await once(first.process, 'exit')).toEqual([0, null]);
      expect(await portsAreFree(ports)).toBe(true);

      const second = up(ports);
      await until(() => isReady(second));
      expect((await gm(['token', '--api-key', '--game', 'kept', '--data', dataFolder])).stdout).toBe(key.stdout);
      second.process.kill('SIGKILL');
      await once(second.process, 'exit');

      const third = up(ports);
      await until(() => isReady(third));
      const stopped = await gm(['down', '--data', dataFolder]);
      expect(stopped.code).toBe(0);
      expect(await portsAreFree(ports)).toBe(true);
    },
    SLOW,
  );

  test(
    'names a taken port with its holder and offers another one',
    async () => {
      const ports = await freePorts();
      const holder = createServer();
      await new Promise<void>((done) => holder.listen(ports.get('admin-dashboard'), '127.0.0.1', done));
      const { process: child, output } = up(ports);
      const [code] = await once(child, 'exit');
      holder.close();
      expect(code).toBe(1);
      expect(output()).toMatch(
        new RegExp(
          `Port ${ports.get('admin-dashboard')}, wanted by admin-dashboard, is held by .*pid ${process.pid}.*--port admin-dashboard=\\d+`,
          's',
        ),
      );
      expect(output()).not.toMatch(/^\s+at /m);
    },
    SLOW,
  );
});
