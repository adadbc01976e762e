import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Wire } from '#tests/conformance/kafka/wire.ts';
import { fetchFrom, makeTopic, send } from '#tests/conformance/kafka/wire-calls.ts';
import { countingBatch } from '#tests/support/kafka-batch.ts';
import { fetchAll, openLog, scratch } from '#tests/support/kafka-log.ts';
import { errorCodes } from './errors.ts';

const main = resolve(import.meta.dirname, 'main.ts');
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

const directoryOf = (): string => {
  const { directory, dispose } = scratch();
  closers.push(dispose);
  return directory;
};

/** The process under a shell command that may set limits first. */
const run = (env: Record<string, string>, limits = 'true') => {
  const child = spawn('sh', ['-c', `${limits}; exec "$0" "$1"`, process.execPath, main], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  closers.push(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return {
    output,
    ready: async (): Promise<{ port: number; clusterId: string; ready: boolean }> => {
      await once(child.stdout, 'data');
      return JSON.parse(output.stdout);
    },
    end: async (signal?: NodeJS.Signals): Promise<number | null> => {
      const exited = once(child, 'exit');
      if (signal !== undefined) child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
};

const connectTo = async (port: number): Promise<Wire> => {
  const wire = await Wire.connect(port);
  closers.push(() => wire.close());
  return wire;
};

const ask = { fresh: (prefix: string) => `${prefix}-1` };

describe('the broker process', () => {
  test('says with one JSON line that it is ready, and ends with 0 on SIGTERM', async () => {
    const broker = run({ KAFKA_DATA_DIR: directoryOf(), KAFKA_PORT: '0' });
    const ready = await broker.ready();
    expect(ready).toMatchObject({ ready: true, clusterId: 'gamemetrics-development-broker', host: '127.0.0.1' });
    expect(ready.port).toBeGreaterThan(0);
    expect(await broker.end('SIGTERM')).toBe(0);
    expect(broker.output.stderr).toBe('');
  });

  test.each([
    [{ KAFKA_HOST: '0.0.0.0' }, /does not listen on 0\.0\.0\.0: it has no authentication/],
    [{ KAFKA_PORT: 'x' }, /KAFKA_PORT: \\"x\\" is no whole number/],
    [{ KAFKA_TOPICS: '[{"name":"a b","partitions":1}]' }, /is no topic name/],
  ])('ends with 1 and one sentence for %j', async (env, sentence) => {
    const broker = run({ KAFKA_DATA_DIR: directoryOf(), KAFKA_PORT: '0', ...env });
    expect(await broker.end()).toBe(1);
    expect(broker.output.stderr).toMatch(sentence);
    expect(broker.output.stderr.trim().split('\n')).toHaveLength(1);
    expect(broker.output.stderr).not.toMatch(/ at .*\.ts/);
  });

  test('ends with 1 and names the port when it is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    closers.push(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const broker = run({ KAFKA_DATA_DIR: directoryOf(), KAFKA_PORT: port });
    expect(await broker.end()).toBe(1);
    expect(broker.output.stderr).toMatch(new RegExp(`EADDRINUSE.*${port}`));
  });

  test('on a full disk refuses with KAFKA_STORAGE_ERROR, says so, loses nothing, and goes on when there is room', async () => {
    const dataDir = directoryOf();
    const env = { KAFKA_DATA_DIR: dataDir, KAFKA_PORT: '0' };
    // A limit on the size of files is a full disk that needs no root: the kernel takes a part and refuses the rest.
    const full = run(env, 'ulimit -f 64');
    const wire = await connectTo((await full.ready()).port);
    const { name, topicId } = await makeTopic(ask, wire);
    const codes: number[] = [];
    for (let count = 0; count < 40; count++) {
      codes.push((await send(wire, name, { records: countingBatch(100) })).errorCode);
    }
    const stored = codes.filter((code) => code === errorCodes.NONE).length;
    expect(stored).toBeGreaterThan(0);
    expect(codes.slice(stored).every((code) => code === errorCodes.KAFKA_STORAGE_ERROR)).toBe(true);
    expect(codes.length).toBeGreaterThan(stored);
    expect((await fetchFrom(wire, topicId)).highWatermark).toBe(stored * 100);
    await full.end('SIGKILL');
    expect(full.output.stderr).toMatch(/"code":"storage".*cannot be written.*nothing was stored/);
    const [topic = ''] = readdirSync(join(dataDir, 'topics'));
    const { log, damages } = openLog(join(dataDir, 'topics', topic, '0'));
    expect(fetchAll(log)).toHaveLength(stored);
    expect(damages).toEqual([]);
    log.close();
    const roomy = run(env);
    const again = await connectTo((await roomy.ready()).port);
    expect(await send(again, name, { records: countingBatch(1) })).toEqual({ errorCode: 0, baseOffset: stored * 100 });
  });
});
