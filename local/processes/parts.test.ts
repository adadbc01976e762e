import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { restartAlways, restartDelayMillis } from './back-off.ts';
import { identify, parseStat, startMark } from './identity.ts';
import { readLog, rotateLog } from './log-file.ts';
import { readRecords, writeRecord } from './pidfile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-parts-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the delay before a restart', () => {
  test('is nothing the first time, then doubles from one second up to thirty', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((restarts) => restartDelayMillis(restartAlways, restarts));
    expect(delays).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('never shrinks and never exceeds the maximum', () => {
    fc.assert(
      fc.property(fc.nat(2_000), (restarts) => {
        const delay = restartDelayMillis(restartAlways, restarts);
        expect(delay).toBeLessThanOrEqual(restartDelayMillis(restartAlways, restarts + 1));
        expect(delay).toBeLessThanOrEqual(restartAlways.maximumDelayMillis);
      }),
    );
  });
});

describe('a log', () => {
  test('that has grown too large is kept as the one before and starts empty', async () => {
    const file = join(folder, 'service.log');
    await writeFile(file, 'x'.repeat(100));
    expect(await rotateLog(file, 100)).toBe(false);
    await appendFile(file, 'y');
    expect(await rotateLog(file, 100)).toBe(true);
    await appendFile(file, 'next\n');
    expect(await readFile(`${file}.1`, 'utf8')).toHaveLength(101);
    expect(await readFile(file, 'utf8')).toBe('next\n');
  });

  test('is read from where a run began, from its start when it was rotated meanwhile', async () => {
    const file = join(folder, 'service.log');
    await writeFile(file, 'before after');
    expect(await readLog(file, 7)).toBe('after');
    expect(await readLog(file, 12)).toBe('');
    expect(await readLog(file, 500)).toBe('before after');
    expect(await readLog(join(folder, 'absent.log'))).toBe('');
  });
});

describe('the start of a process', () => {
  test('is read past a program name with spaces and parentheses', () => {
    const fields = Array.from({ length: 50 }, (_, index) => String(index + 4));
    expect(parseStat(`42 (a) R (b c) S ${fields.join(' ')}`)).toBe('22');
  });

  test('is not known for a process that has ended and was not reaped', () => {
    expect(parseStat('42 (sleep) Z 1 42 42 0 -1 4228364 0 0 0 0 0 0 0 0 20 0 1 0 99 0')).toBeUndefined();
  });

  test('stays the same for this process and is unknown for no process', () => {
    expect(startMark(process.pid)).toBe(identify(process.pid)?.startMark);
    expect(startMark(2 ** 22 + 1)).toBeUndefined();
  });
});

test('a torn or foreign file among the records is passed over', async () => {
  const self = identify(process.pid);
  if (!self) throw new Error('this process is not running');
  writeRecord(folder, { name: 'engine', ...self, signals: ['SIGTERM'], waitMillis: 100, stage: 0 });
  await writeFile(join(folder, 'torn.json'), '{"name": "x", "pi');
  await writeFile(join(folder, 'foreign.json'), '{"name": "init", "pid": 1}');
  expect(readRecords(folder).map(({ name }) => name)).toEqual(['engine']);
});
