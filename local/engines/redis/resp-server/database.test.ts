import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addDecimals } from './commands/numbers.ts';
import { Database, type MemoryPolicy } from './database.ts';
import { readEnvironment } from './environment.ts';
import { ScanCursors } from './scan.ts';
import { loadSnapshot, saveSnapshot } from './snapshot.ts';

let now = 1_000;

function database(maximumBytes = 1_000_000, memoryPolicy: MemoryPolicy = 'allkeys-lru'): Database {
  return new Database({ maximumBytes, memoryPolicy, now: () => now });
}

function fill(target: Database, count: number): void {
  for (let n = 0; n < count; n += 1) target.set(`k${n}`, 'x'.repeat(100));
}

describe('memory', () => {
  test('is bounded: what was not used for longest goes first', () => {
    const small = database(40_000);
    fill(small, 100);
    for (let n = 100; n < 2_000; n += 1) {
      expect(small.makeRoom()).toBe(true);
      small.set(`k${n}`, 'x'.repeat(100));
      small.string('k0');
    }
    expect(small.usedBytes).toBeLessThan(41_000);
    expect(small.evictedKeys).toBeGreaterThan(1_500);
    expect(small.string('k0')).toBeDefined();
    expect(small.string('k1')).toBeUndefined();
  });

  test('is refused instead when nothing may be forgotten', () => {
    const small = database(1_000, 'noeviction');
    fill(small, 10);
    expect(small.makeRoom()).toBe(false);
    expect(small.size).toBe(10);
    small.clear();
    expect(small.usedBytes).toBe(0);
    expect(small.makeRoom()).toBe(true);
  });

  test('is given back by whatever shrinks or goes', () => {
    const each = database();
    each.set('s', 'text');
    for (const member of ['a', 'b']) each.obtain('set', 'set').add(member);
    each.obtain('hash', 'hash').set('f', 'v');
    each.obtain('list', 'list').pushHead('x');
    each.obtain('zset', 'zset').set('m', 1);
    each.obtain('stream', 'stream').add({ id: { milliseconds: 1, sequence: 0 }, fields: ['f', 'v'] });
    for (const key of ['set', 'hash', 'list', 'zset', 'stream']) each.changed(key);
    const full = each.usedBytes;
    each.collection('set', 'set')?.delete('a');
    each.changed('set');
    expect(each.usedBytes).toBeLessThan(full);
    for (const key of ['s', 'set', 'hash', 'list', 'zset', 'stream']) each.delete(key);
    expect(each.usedBytes).toBe(0);
  });
});

describe('a key whose time is over', () => {
  test('is gone for whoever looks, and counted', () => {
    const keys = database();
    keys.set('k', 'v', now + 10);
    now += 10;
    expect(keys.string('k')).toBeUndefined();
    expect([keys.size, keys.expiredKeys, keys.usedBytes]).toEqual([0, 1, 0]);
  });

  test('is taken away also when nobody looks, in portions', () => {
    const keys = database();
    for (let n = 0; n < 1_000; n += 1) keys.set(`k${n}`, 'v', now + (n % 2 === 0 ? 10 : 10_000));
    keys.set('stays', 'v');
    now += 10;
    let rounds = 0;
    while (keys.expireSome()) rounds += 1;
    for (let round = 0; round < 10; round += 1) keys.expireSome();
    expect(keys.size).toBe(501);
    expect(rounds).toBeGreaterThan(1);
  });
});

describe('a scan', () => {
  const page = { count: 3, source: () => Array.from({ length: 10 }, (_, n) => n).values() };

  test('is continued by its cursor, once', () => {
    const cursors = new ScanCursors();
    const first = cursors.page('s', { cursor: '0', ...page });
    expect(first.items).toEqual([0, 1, 2]);
    expect(cursors.page('s', { cursor: first.cursor, ...page }).items).toEqual([3, 4, 5]);
  });

  test('with a cursor that is not known any more returns everything rather than too little', () => {
    const cursors = new ScanCursors();
    const { cursor } = cursors.page('s', { cursor: '0', ...page });
    for (let n = 0; n < 2_000; n += 1) cursors.page(`other ${n}`, { cursor: '0', ...page });
    expect(cursors.page('s', { cursor, ...page })).toEqual({ cursor: '0', items: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
    expect(cursors.page('s', { cursor: '4711', ...page }).items).toHaveLength(10);
  });
});

describe('a snapshot', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gm-snapshot-'));
    file = join(folder, 'snapshot.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  function everyKind(): Database {
    const source = database();
    source.set('string', '\u00ff\u0000"\\\n', now + 5_000);
    source.obtain('hash', 'hash').set('f', 'v');
    source.obtain('set', 'set').add('m');
    source.obtain('list', 'list').pushTail('x');
    source.obtain('zset', 'zset').set('far', Number.POSITIVE_INFINITY);
    source.obtain('zset', 'zset').set('near', 0.1);
    source.obtain('hyperloglog', 'hyperloglog').add('x');
    source.obtain('stream', 'stream').add({ id: { milliseconds: 5, sequence: 2 }, fields: ['f', 'v'] });
    return source;
  }

  test('brings back every kind of value, its end included', async () => {
    expect(await saveSnapshot(everyKind(), file)).toBe(7);
    const target = database();
    expect(await loadSnapshot(target, file)).toEqual({ found: 'keys', keys: 7 });
    expect(target.string('string')).toBe('\u00ff\u0000"\\\n');
    expect(target.entry('string')?.expiresAt).toBe(now + 5_000);
    expect(target.collection('zset', 'zset')?.score('far')).toBe(Number.POSITIVE_INFINITY);
    expect(target.collection('stream', 'stream')?.lastId).toEqual({ milliseconds: 5, sequence: 2 });
    expect(
      [...target.entries()].map(([key, { value }]) => [key, typeof value === 'string' ? value : value.dump()]),
    ).toEqual(
      [...everyKind().entries()].map(([key, { value }]) => [key, typeof value === 'string' ? value : value.dump()]),
    );
  });

  test.each([
    ['is cut off', (text: string) => text.slice(0, -20)],
    ['lacks a line', (text: string) => text.split('\n').toSpliced(2, 1).join('\n')],
    ['has a value of another kind', (text: string) => text.replace('"kind":"hash"', '"kind":"zset"')],
    ['is of another format', (text: string) => text.replace('"version":1', '"version":2')],
    ['is empty', () => ''],
  ])('that %s is not used at all', async (_, damage) => {
    await saveSnapshot(everyKind(), file);
    await writeFile(file, damage(await readFile(file, 'utf8')));
    const target = database();
    expect(await loadSnapshot(target, file)).toEqual({ found: 'damage' });
    expect(target.size).toBe(0);
  });

  test('does not bring back what has ended meanwhile', async () => {
    await saveSnapshot(everyKind(), file);
    now += 5_000;
    const target = database();
    await loadSnapshot(target, file);
    expect(target.string('string')).toBeUndefined();
  });
});

test.each([
  ['0.1', '0.2', '0.3'],
  ['1e3', '-0.5', '999.5'],
  ['3.0', '1.00', '4'],
  ['-1.5', '1.5', '0'],
  ['1e-20', '0', '0'],
  ['.5', '+.5', '1'],
  ['1e20', '0', '100000000000000000000'],
])('%s and %s make %s', (a, b, sum) => {
  expect(addDecimals(a, b)).toBe(sum);
});

describe('the environment', () => {
  test('has defaults for all but the port', () => {
    expect(readEnvironment({ RESP_PORT: '6379', PATH: '/bin' })).toEqual({
      RESP_PORT: 6379,
      RESP_MAXIMUM_BYTES: 67_108_864,
      RESP_MEMORY_POLICY: 'allkeys-lru',
    });
  });

  test('names every variable that is wrong', () => {
    expect(() => readEnvironment({ RESP_MEMORY_POLICY: 'random' })).toThrow('RESP_PORT, RESP_MEMORY_POLICY');
  });
});
