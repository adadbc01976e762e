import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom, integer } from 'fast-check';
import { type Behaviour, PlatformStandIn } from '#tests/support/platform-stand-in.ts';
import { until } from '#tests/support/until.ts';
import { GameMetrics, type GameMetricsOptions, type Problem, webStorage } from './index.ts';
import { fileStorage } from './node.ts';

let platform: PlatformStandIn;
let problems: Problem[];
let clients: GameMetrics[];

beforeEach(async () => {
  platform = await new PlatformStandIn().start();
  problems = [];
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.setConsent('denied');
  await platform.stop();
});

function make(options: Partial<GameMetricsOptions> = {}): GameMetrics {
  const client = new GameMetrics({
    endpoint: platform.url,
    apiKey: 'a-key',
    gameId: 'demo',
    playerId: 'player-1',
    consent: 'granted',
    retryBaseMillis: 1,
    retryMaxMillis: 4,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  clients.push(client);
  return client;
}

const track = (client: GameMetrics, count: number): void => {
  for (let level = 1; level <= count; level += 1) client.track('level_started', { level });
};

/** A `Map` with the methods of `localStorage`. */
function pageStorage(quota = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    setItem: (key: string, value: string) => {
      if (value.length > quota) throw new Error('QuotaExceededError');
      kept.set(key, value);
    },
  };
}

describe('batching', () => {
  test('sends a full batch at once and the rest after the flush interval', async () => {
    const client = make({ batchEvents: 10, flushIntervalMillis: 50 });
    track(client, 25);
    await until(() => client.queued === 0);
    expect(platform.requests.map(({ size }) => size)).toEqual([10, 10, 5]);
    expect(platform.ids.size).toBe(25);
  });

  test('sends the key as a header and events in the order of their making', async () => {
    const client = make();
    track(client, 3);
    expect(await client.flush()).toBe(true);
    expect(platform.requests[0]?.key).toBe('a-key');
    expect(platform.taken.map(({ properties }) => properties.level)).toEqual([1, 2, 3]);
  });

  test('halves its batches when the platform finds them too large, and drops an event that is too large alone', async () => {
    platform.maxBytes = 2_000;
    const client = make({ batchEvents: 64 });
    track(client, 32);
    client.track('own_event', { text: 'x'.repeat(3_000) });
    expect(await client.flush()).toBe(true);
    expect(platform.ids.size).toBe(32);
    expect(problems).toEqual([expect.objectContaining({ code: 'EVENT_UNSENDABLE', lostEvents: 1 })]);
  });
});

describe('a network that fails', () => {
  const moods: readonly Behaviour[] = [
    'take',
    'lost_answer',
    'refuse_connection',
    { status: 503 },
    { status: 502 },
    { status: 429, headers: { 'retry-after': '0' } },
  ];

  test('loses no event and makes none: every one arrives, whatever happens to the requests', async () => {
    const law = asyncProperty(
      array(constantFrom(...moods), { maxLength: 12 }),
      integer({ min: 1, max: 40 }),
      async (sequence, count) => {
        const before = platform.ids.size;
        platform.moods = [...sequence];
        const client = make({ batchEvents: 7 });
        track(client, count);
        await client.flush();
        await until(() => client.queued === 0);
        expect(platform.ids.size - before).toBe(count);
      },
    );
    await assert(law, { numRuns: 40 });
    expect(problems).toEqual([]);
  });

  test('is left alone for as long as the platform asks', async () => {
    platform.moods = [{ status: 503, headers: { 'retry-after': '0.2' } }];
    const client = make();
    track(client, 1);
    expect(await client.flush()).toBe(false);
    await until(() => platform.taken.length === 1);
    const [first, second] = platform.requests;
    expect((second?.atMillis ?? 0) - (first?.atMillis ?? 0)).toBeGreaterThanOrEqual(195);
  });

  test('fills a bounded queue: the oldest makes room, and the game hears of it', async () => {
    platform.moods = Array.from({ length: 1_000 }, () => 'refuse_connection' as const);
    const client = make({
      maxQueuedEvents: 10,
      batchEvents: 5,
      retryBaseMillis: 60_000,
      retryMaxMillis: 60_000,
      random: () => 1,
    });
    track(client, 25);
    expect(client.queued).toBe(10);
    expect(problems.reduce((sum, { lostEvents }) => sum + lostEvents, 0)).toBe(15);
  });
});

describe('what the platform refuses', () => {
  test('an event: it is reported with the reason, and the others arrive', async () => {
    const refusing: typeof fetch = (input, init) => {
      platform.refused.add(JSON.parse(String(init?.body))[0].event_id);
      return fetch(input, init);
    };
    const client = make({ fetch: refusing });
    track(client, 3);
    expect(await client.flush()).toBe(true);
    expect(platform.taken.length).toBe(2);
    expect(problems).toMatchObject([{ code: 'EVENT_REJECTED', lostEvents: 1 }]);
    expect(problems[0]?.detail).toContain('must be a number');
  });

  test('a key: events are kept until it is right', async () => {
    platform.moods = [{ status: 401 }];
    const client = make();
    track(client, 2);
    expect(await client.flush()).toBe(false);
    expect([client.queued, problems[0]?.code, problems[0]?.lostEvents]).toEqual([2, 'UNAUTHORIZED', 0]);
    expect(problems[0]?.detail).not.toContain('a-key');
    expect(await client.flush()).toBe(true);
  });

  test('a request: it is not repeated', async () => {
    platform.moods = [{ status: 400 }];
    const client = make();
    track(client, 2);
    expect(await client.flush()).toBe(true);
    expect([platform.requests.length, problems[0]?.code, problems[0]?.lostEvents]).toEqual([1, 'REQUEST_REFUSED', 2]);
  });
});

describe('consent', () => {
  test('pending: nothing is sent or stored, and what waited is sent once the player agrees', async () => {
    const storage = pageStorage();
    const client = make({ consent: 'pending', storage: webStorage(storage) });
    track(client, 3);
    await client.flush();
    expect([platform.requests.length, storage.kept.size, client.queued]).toEqual([0, 0, 3]);
    client.setConsent('granted');
    await until(() => platform.taken.length === 3);
  });

  test('denied: what waits is forgotten, what was stored too, and later events are not kept', async () => {
    const storage = pageStorage();
    platform.moods = ['refuse_connection'];
    const client = make({ storage: webStorage(storage) });
    track(client, 3);
    await client.flush();
    expect(storage.kept.size).toBe(1);
    client.setConsent('denied');
    track(client, 3);
    await client.shutdown();
    expect([client.queued, storage.kept.size, platform.taken.length]).toEqual([0, 0, 0]);
  });

  test('pending after a run that was allowed: what it stored stays', async () => {
    const storage = pageStorage();
    platform.moods = ['refuse_connection'];
    const first = make({ storage: webStorage(storage) });
    track(first, 2);
    await first.shutdown();
    const second = make({ consent: 'pending', storage: webStorage(storage) });
    await second.shutdown();
    expect(storage.kept.size).toBe(1);
  });
});

describe('storage', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gm-sdk-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('carries events over the end of a process, and forgets those that arrived', async () => {
    const file = join(folder, 'events.json');
    platform.moods = ['lost_answer', 'refuse_connection'];
    const first = make({ storage: fileStorage(file) });
    track(first, 4);
    await first.shutdown();
    expect(JSON.parse(readFileSync(file, 'utf8')).length).toBe(4);
    expect(statSync(file).mode & 0o077).toBe(0);

    const second = make({ storage: fileStorage(file) });
    await until(() => platform.requests.length > 1 && second.queued === 0);
    await second.shutdown();
    expect(platform.ids.size).toBe(4);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  test('that is full or broken leaves events in memory, and says so', async () => {
    const client = make({ storage: webStorage(pageStorage(10)) });
    platform.moods = ['refuse_connection'];
    track(client, 1);
    await client.flush();
    expect(problems[0]).toMatchObject({ code: 'STORAGE_FAILED', lostEvents: 0 });
    await until(() => platform.taken.length === 1);
  });

  test.each(['{', '[1, {"event_id": 1}]', 'null'])('that holds %s counts as empty', async (text) => {
    const storage = pageStorage();
    storage.setItem('gamemetrics.events', text);
    const client = make({ storage: webStorage(storage) });
    track(client, 1);
    expect(await client.flush()).toBe(true);
    expect(platform.taken.length).toBe(1);
  });
});

describe('events', () => {
  test('that are no JSON never throw into the game', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    make().track('own_event', circle);
    expect(problems[0]?.code).toBe('EVENT_UNSENDABLE');
  });

  test('of another player carry their id from then on', async () => {
    const client = make({ sessionId: 's1' });
    client.track('own_event', {});
    client.identify({ playerId: 'player-2', sessionId: 's2' });
    client.track('own_event', {});
    await client.flush();
    expect(platform.taken).toEqual([
      expect.objectContaining({ player_id: 'player-1', session_id: 's1' }),
      expect.objectContaining({ player_id: 'player-2', session_id: 's2' }),
    ]);
  });
});

describe('options', () => {
  test.each([
    [{ endpoint: 'api.example.com' }, 'endpoint is "api.example.com": it must be a URL of https'],
    [{ batchEvents: 501 }, 'batchEvents is 501: it must be a whole number from 1 to 500.'],
    [{ sampling: { match_end: 2 } }, 'sampling.match_end is 2: it must be from 0 to 1.'],
    [{ apiKey: '' }, 'apiKey is "": it must not be empty.'],
  ])('%j is refused with the value, the rule and the fix', (options, sentence) => {
    expect(() => make(options)).toThrow(sentence);
  });
});
