import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDirectoryStore, type ObjectStore } from './index.ts';

let root: string;
let store: ObjectStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kit-objects-'));
  store = createDirectoryStore(pathToFileURL(root).href);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function keysOf(prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

describe('an object', () => {
  test('is read back as it was put, from bytes, text or a stream', async () => {
    const law = fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      await store.put('a/b', Buffer.from(bytes));
      await store.put('a/c', Readable.from([Buffer.from(bytes)]));
      expect(await store.read('a/b')).toEqual(Buffer.from(bytes));
      expect(await buffer(await store.get('a/c'))).toEqual(Buffer.from(bytes));
    });
    await fc.assert(law, { numRuns: 20 });
    await store.put('text', 'grüße');
    expect(String(await store.read('text'))).toBe('grüße');
  });

  test('is replaced by a second put, and tells its size', async () => {
    await store.put('a', 'longer than the next');
    expect(await store.put('a', 'next')).toMatchObject({ key: 'a', bytes: 4 });
    expect(String(await store.read('a'))).toBe('next');
  });

  test('whose stream breaks is not there, and leaves nothing', async () => {
    await store.put('kept', 'before');
    const broken = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from('half');
          throw new Error('broken');
        })(),
      );
    await expect(store.put('new', broken())).rejects.toThrow('broken');
    await expect(store.put('kept', broken())).rejects.toThrow('broken');
    expect(await keysOf()).toEqual(['kept']);
    expect(String(await store.read('kept'))).toBe('before');
    expect(readdirSync(join(root, '~unfinished'))).toEqual([]);
  });

  test('that was deleted is gone, and deleting it again is no error', async () => {
    await store.put('a/b', 'x');
    await store.delete('a/b');
    await store.delete('a/b');
    await expect(store.read('a/b')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  });

  test.each(['absent', 'a', 'a/b/c'])('that does not exist (%s) is named', async (key) => {
    await store.put('a/b', 'x');
    const refusal = { code: 'OBJECT_NOT_FOUND', detail: `There is no object "${key}".` };
    await expect(store.read(key)).rejects.toMatchObject(refusal);
    await expect(store.get(key)).rejects.toMatchObject(refusal);
  });
});

describe('a listing', () => {
  test('has every key below a prefix, in order, and is empty for an empty store', async () => {
    expect(await keysOf()).toEqual([]);
    for (const key of ['b/2', 'a/1', 'b/1', 'b-x']) await store.put(key, key);
    expect(await keysOf()).toEqual(['a/1', 'b-x', 'b/1', 'b/2']);
    expect(await keysOf('b/')).toEqual(['b/1', 'b/2']);
  });
});

describe('a key', () => {
  test.each([
    '',
    '/a',
    'a/',
    'a//b',
    '../a',
    'a/../b',
    'a/./b',
    'a\\b',
    'a\0b',
    '~unfinished/x',
    'ä',
    'x'.repeat(2000),
  ])('%j is refused', async (key) => {
    await expect(store.put(key, 'x')).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
    await expect(store.read(key)).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
    await expect(store.delete(key)).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
  });

  test('may be partitioned as archives are', async () => {
    await store.put('archive/game=demo/date=2026-11-20/part-0001.parquet', 'x');
    expect(await keysOf('archive/game=demo/')).toHaveLength(1);
  });
});
