import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSecretReference, SecretValue, secretOf } from './secrets.ts';

function fakeStore(initial: string) {
  const store = { text: initial, reads: 0, fails: false, now: 0 };
  const fetch = async () => {
    store.reads += 1;
    if (store.fails)
      throw Object.assign(new Error('User arn:aws:… is not authorized'), { name: 'AccessDeniedException' });
    return store.text;
  };
  const options = { fetch, now: () => store.now, ttlMillis: 1000 };
  return { store, options };
}

const aws = { kind: 'aws', secretId: 'prod/events' } as const;

describe('a secret reference', () => {
  test.each([
    ['aws-secret:prod/events', { kind: 'aws', secretId: 'prod/events' }],
    ['aws-secret:prod/events#password', { kind: 'aws', secretId: 'prod/events', jsonKey: 'password' }],
    ['aws-secret:', undefined],
    ['hunter2', undefined],
  ])('%s is read as %j', (text, expected) => {
    expect(parseSecretReference(text)).toEqual(expected);
  });
});

describe('a secret', () => {
  test('is asked for once within its time to live, also by many at once', async () => {
    const { store, options } = fakeStore('one');
    const secret = new SecretValue(aws, options);
    await Promise.all([secret.reveal(), secret.reveal(), secret.reveal()]);
    await secret.reveal();
    expect(store.reads).toBe(1);
  });

  test('is rotated without a restart: the new value is given after the time to live', async () => {
    const { store, options } = fakeStore('one');
    const secret = new SecretValue(aws, options);
    await secret.reveal();
    store.text = 'two';
    store.now = 1000;
    expect(await secret.reveal()).toBe('two');
  });

  test('is read at once again after it was refused', async () => {
    const { store, options } = fakeStore('one');
    const secret = new SecretValue(aws, options);
    await secret.reveal();
    store.text = 'two';
    secret.forget();
    expect(await secret.reveal()).toBe('two');
  });

  test('keeps its last value while the store is away', async () => {
    const { store, options } = fakeStore('one');
    const secret = new SecretValue(aws, options);
    await secret.reveal();
    store.fails = true;
    store.now = 5000;
    expect(await secret.reveal()).toBe('one');
  });

  test('that was never read gives one clear error when access is denied', async () => {
    const { store, options } = fakeStore('one');
    store.fails = true;
    await expect(new SecretValue(aws, options).reveal()).rejects.toMatchObject({
      code: 'SECRET_UNAVAILABLE',
      detail: 'The secret prod/events cannot be read (AccessDeniedException).',
    });
  });

  test('may be one key of a JSON secret', async () => {
    const { options } = fakeStore('{"username":"events","password":"hunter2"}');
    expect(await new SecretValue({ ...aws, jsonKey: 'password' }, options).reveal()).toBe('hunter2');
  });

  test.each(['hunter2', '{"username":"hunter2"}', '{"password":""}'])(
    'of a wrong shape (%s) is refused without being quoted',
    async (text) => {
      const { options } = fakeStore(text);
      const refusal = await new SecretValue({ ...aws, jsonKey: 'password' }, options)
        .reveal()
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'SECRET_UNAVAILABLE' });
      expect(String(refusal)).not.toContain('hunter2');
    },
  );

  test('in a file is read again after it was replaced', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kit-secrets-'));
    const path = join(folder, 'password');
    writeFileSync(path, 'one');
    const secret = new SecretValue({ kind: 'file', path });
    const before = await secret.reveal();
    writeFileSync(path, 'two');
    secret.forget();
    expect([before, await secret.reveal()]).toEqual(['one', 'two']);
    rmSync(folder, { recursive: true });
  });

  test('of a known value is that value', async () => {
    expect(await secretOf('x').reveal()).toBe('x');
  });
});
