import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { ask, type Behaviour, ByProtocol, ExpectedError, words } from './behaviour.ts';
import { hashes, lists, sets, sketches, streams } from './behaviours/collections.ts';
import { keys } from './behaviours/keys.ts';
import { geo, sortedSets } from './behaviours/sorted-sets.ts';
import { strings } from './behaviours/strings.ts';
import { announceMissing, ours, real, type ServerUnderTest } from './servers.ts';

const contract: Readonly<Record<string, readonly Behaviour[]>> = {
  'keys and connections': keys,
  strings,
  hashes,
  sets,
  lists,
  'sorted sets': sortedSets,
  places: geo,
  sketches,
  streams,
};

announceMissing('the contract of the cache');

describe.each(real ? [ours, real] : [ours])('$name', (choice) => {
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await choice.start();
  });
  afterAll(() => server.stop());

  describe.each([2, 3] as const)('over RESP%d', (protocol) => {
    let redis: Redis;
    beforeAll(() => {
      redis = new Redis(server.url, { protocol });
    });
    afterAll(() => redis.quit());
    beforeEach(() => redis.flushdb());

    describe.each(Object.entries(contract))('%s', (_, behaviours) => {
      test.each(behaviours)('$title', async ({ steps }) => {
        for (const [request, expected] of steps) {
          const answer = { [words(request).join(' ')]: await ask(redis, request) };
          expect(answer).toEqual({ [words(request).join(' ')]: expectation(expected, protocol) });
        }
      });
    });
  });
});

function expectation(expected: unknown, protocol: 2 | 3): unknown {
  if (expected instanceof ByProtocol) return protocol === 2 ? expected.resp2 : expected.resp3;
  if (!(expected instanceof ExpectedError)) return expected;
  const start = expected.prefix.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { error: expect.stringMatching(new RegExp(`^${start}`)) };
}
