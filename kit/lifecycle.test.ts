import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ServiceProcess } from '#tests/support/service-process.ts';
import { exitCodes } from './lifecycle.ts';

const probe = join(import.meta.dirname, '../tests/support/processes/lifecycle-probe.ts');
const started: ServiceProcess[] = [];

function start(variables: Readonly<Record<string, string>> = {}): ServiceProcess {
  const process = new ServiceProcess(probe, { MANAGEMENT_PORT: '0', LISTEN_HOST: '127.0.0.1', ...variables });
  started.push(process);
  return process;
}

afterEach(async () => {
  for (const process of started.splice(0)) {
    if (process.child.exitCode === null) await process.end('SIGKILL');
  }
});

const messages = (process: ServiceProcess) => process.lines.map((line) => line.message);

describe('a service', () => {
  test('says once that it is ready, with its parts in order', async () => {
    const process = start();
    expect(await process.saw('ready')).toMatchObject({ service: 'probe', parts: ['management', 'first', 'second'] });
    await process.end('SIGTERM');
    expect(messages(process).filter((message) => message === 'ready')).toHaveLength(1);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s stops its parts in reverse order and exits with 0',
    async (signal) => {
      const process = start();
      await process.saw('ready');
      expect(await process.end(signal)).toBe(exitCodes.clean);
      expect(messages(process)).toEqual(['ready', 'stopping', 'stopped second', 'stopped first', 'stopped']);
    },
  );

  test('stops when its parent is gone', async () => {
    const process = start();
    await process.saw('ready');
    process.child.disconnect();
    expect(await process.end()).toBe(exitCodes.clean);
    expect(await process.saw('stopping')).toMatchObject({ reason: 'parent gone' });
  });

  test('is bounded in stopping, and says by its exit code that it was cut short', async () => {
    const process = start({ STOP_MILLIS: '60000', SHUTDOWN_TIMEOUT: '200ms' });
    await process.saw('ready');
    expect(await process.end('SIGTERM')).toBe(exitCodes.slowStop);
  });

  test('stops at once when it is asked twice', async () => {
    const process = start({ STOP_MILLIS: '60000' });
    await process.saw('ready');
    process.child.kill('SIGINT');
    await process.saw('stopping');
    expect(await process.end('SIGINT')).toBe(exitCodes.slowStop);
  });
});

describe('a service that cannot go on', () => {
  test('for a mistake in its configuration exits with 2, names all of it and shows no stack', async () => {
    const process = start({ MANAGEMENT_PORT: 'x', STOP_MILLIS: 'soon' });
    expect(await process.end()).toBe(exitCodes.configuration);
    const [line] = process.lines;
    expect(line?.problems).toMatchObject([{ path: 'MANAGEMENT_PORT' }, { path: 'STOP_MILLIS' }]);
    expect(JSON.stringify(line) + process.stderr).not.toContain('.ts:');
  });

  test('for something on the machine exits with 1, stops what it had started and shows no stack', async () => {
    const process = start({ MODE: 'fails to start' });
    expect(await process.end()).toBe(exitCodes.environment);
    expect(messages(process)).toContain('stopped first');
    expect(process.lines[0]).toMatchObject({ code: 'PORT_TAKEN', message: 'Port 1 is taken by another program.' });
    expect(JSON.stringify(process.lines) + process.stderr).not.toContain('.ts:');
  });

  test.each(['has a bug at the start', 'has a bug later'])(
    'because it %s exits with 70 and logs the stack',
    async (mode) => {
      const process = start({ MODE: mode });
      expect(await process.end()).toBe(exitCodes.bug);
      expect(process.lines.at(-1)).toMatchObject({
        level: 'fatal',
        error: { type: 'TypeError', stack: expect.stringContaining('.ts:') },
      });
    },
  );

  test.each(['well', 'fails to start', 'has a bug later'])('writes nothing but JSON logs (%s)', async (mode) => {
    const process = start({ MODE: mode });
    if (mode === 'well') await process.saw('ready');
    await process.end(mode === 'well' ? 'SIGTERM' : undefined);
    expect(process.stderr).toBe('');
  });
});
