import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import { build } from 'esbuild';
import { assert, double, integer, property } from 'fast-check';
import { events, REVENUE_EVENT_TYPES } from '#catalog/events/index.ts';
import { Backoff } from './backoff.ts';
import { attachToPage } from './browser.ts';
import { retryAfterMillis } from './delivery.ts';
import { EVENT_VERSIONS, NEVER_SAMPLED, newEventId, versionOf } from './event.ts';
import { isSampled } from './sampling.ts';

const GZIPPED_BYTES = 5_000;

async function bundled(platform: 'browser' | 'node', entry: string): Promise<string> {
  const entryPoints = [resolve(import.meta.dirname, entry)];
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    minify: true,
    format: 'esm',
    platform,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

describe('the package', () => {
  test('has no dependency, and is small enough for a first page', async () => {
    const script = await bundled('browser', 'index.ts');
    expect(script).not.toMatch(/\bfrom\s*"|import\(|require\(/);
    expect(gzipSync(script).length).toBeLessThan(GZIPPED_BYTES);
  });

  test('needs of Node nothing but files, and that in an entry of its own', async () => {
    const script = await bundled('node', 'node.ts');
    expect([...script.matchAll(/from"([^"]+)"/g)].map(([, name]) => name).sort()).toEqual([
      'node:fs/promises',
      'node:path',
    ]);
  });
});

describe('event types', () => {
  test('have the versions of the catalog', () => {
    expect(EVENT_VERSIONS).toEqual(Object.fromEntries(events.map(({ type, version }) => [type, version])));
    expect([versionOf('a_type_of_the_game'), versionOf('toString')]).toEqual([1, 1]);
  });

  test('have ids of version 4, also where there is no randomUUID', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(newEventId()).toMatch(uuid);
    const { randomUUID } = crypto;
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    expect(newEventId()).toMatch(uuid);
    Object.defineProperty(crypto, 'randomUUID', { value: randomUUID, configurable: true });
  });
});

describe('sampling', () => {
  test('keeps the share of players that it is told to, and always the same ones', () => {
    const players = Array.from({ length: 20_000 }, (_, number) => `player-${number}`);
    const kept = players.filter((player) => isSampled(player, 'match_end', { match_end: 0.25 }));
    expect(kept.length / players.length).toBeCloseTo(0.25, 1);
    expect(kept.every((player) => isSampled(player, 'match_end', { match_end: 0.3 }))).toBe(true);
  });

  test('never touches money', () => {
    expect([...NEVER_SAMPLED].sort()).toEqual([...REVENUE_EVENT_TYPES].sort());
    expect(isSampled('player-1', 'iap_transaction', { iap_transaction: 0 })).toBe(true);
    expect(isSampled('player-1', 'match_end', { match_end: 0 })).toBe(false);
  });
});

describe('backoff', () => {
  test('stays within its bounds, whatever the dice say, and never comes sooner than asked', () => {
    const law = property(
      double({ min: 0, max: 1, noNaN: true }),
      integer({ min: 0, max: 50 }),
      integer({ min: 0, max: 9_000 }),
      (dice, failures, asked) => {
        const backoff = new Backoff({ baseMillis: 500, maxMillis: 60_000, random: () => dice });
        for (let failure = 0; failure < failures; failure += 1) backoff.next();
        const pause = backoff.next(asked);
        expect(pause).toBeGreaterThanOrEqual(asked);
        expect(pause).toBeLessThanOrEqual(Math.max(asked, Math.min(60_000, 500 * 2 ** failures)));
      },
    );
    assert(law);
  });

  test('starts over after a success', () => {
    const backoff = new Backoff({ baseMillis: 100, maxMillis: 60_000, random: () => 1 });
    const pauses = [backoff.next(), backoff.next(), backoff.next()];
    backoff.reset();
    expect([...pauses, backoff.next()]).toEqual([100, 200, 400, 100]);
  });

  test.each([
    [null, 0],
    ['7', 7_000],
    ['Mon, 30 Nov 2026 00:00:09 GMT', 9_000],
    ['soon', 0],
  ])('reads Retry-After «%s»', (header, millis) => {
    expect(retryAfterMillis(header, Date.parse('2026-11-30T00:00:00Z'))).toBe(millis);
  });
});

describe('a page', () => {
  test('sends when it is hidden and when the network is back, until it is left alone', () => {
    const listeners = new Map<string, () => void>();
    const target = {
      addEventListener: (type: string, listener: () => void) => void listeners.set(type, listener),
      removeEventListener: (type: string) => void listeners.delete(type),
    };
    const client = { flush: jest.fn(async () => true), flushBeforeEnd: jest.fn(async () => undefined) };
    const document = { ...target, visibilityState: 'hidden' as const };
    const detach = attachToPage(client, { ...target, document });
    listeners.get('visibilitychange')?.();
    listeners.get('online')?.();
    detach();
    expect([client.flush.mock.calls.length, client.flushBeforeEnd.mock.calls.length, listeners.size]).toEqual([
      1, 1, 0,
    ]);
  });
});
