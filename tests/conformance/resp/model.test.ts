import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { type Request, words } from './behaviour.ts';
import { announceMissing, ours, real, type ServerUnderTest } from './servers.ts';

announceMissing('the comparison of random commands');

const runs = 150;
const commandsPerRun = 30;

const key = fc.constantFrom('a', 'b', 'c');
const member = fc.constantFrom('m1', 'm2', 'm3', 'M', 'ä', '');
const smallInteger = fc.integer({ min: -6, max: 6 });
const score = fc.oneof(smallInteger, fc.constantFrom('1.5', '-0.25', 'inf', '-inf', '1e2'), fc.constantFrom('x', ''));
const bound = fc.oneof(
  smallInteger,
  smallInteger.map((n) => `(${n}`),
  fc.constantFrom('-inf', '+inf', '(1.5', 'oops'),
);
const text = fc.constantFrom('0', '7', '-3', '10.5', '9223372036854775807', 'word', '', ' 1');
const word = <Name extends string>(name: Name) => fc.constant(name);

function some(...options: readonly string[]): fc.Arbitrary<string[]> {
  return fc.subarray([...options]);
}

/** A request of fixed words and optional ones after them. */
function request(
  head: readonly fc.Arbitrary<string | number>[],
  tail: fc.Arbitrary<(string | number)[]> = fc.constant([]),
): fc.Arbitrary<Request> {
  return fc.tuple(fc.tuple(...head), tail).map(([first, last]) => [...first, ...last]);
}

const limit = fc.option(fc.tuple(word('LIMIT'), smallInteger, smallInteger), { nil: [] }).map((words) => [...words]);

const stringRequests = fc.oneof(
  request([word('GET'), key]),
  request([word('SET'), key, text], some('NX', 'XX', 'GET', 'KEEPTTL')),
  request([word('SETNX'), key, text]),
  request([word('APPEND'), key, text]),
  request([word('STRLEN'), key]),
  request([word('GETSET'), key, text]),
  request([word('GETDEL'), key]),
  request([fc.constantFrom('INCR', 'DECR'), key]),
  request([fc.constantFrom('INCRBY', 'DECRBY'), key, text]),
  // A key of its own: Redis adds in the long doubles of its platform, which shows from the 18th digit on.
  request([word('SET'), word('f'), fc.constantFrom('0', '10.5', '-3', 'word')]),
  request([word('INCRBYFLOAT'), word('f'), fc.constantFrom('0.1', '-2.75', '3', '1e3', 'x')]),
  request([word('MGET'), key, key]),
  request([word('EXPIRE'), key, fc.constantFrom('1000', '2000', '-1', '0')], some('NX', 'XX', 'GT', 'LT')),
  request([fc.constantFrom('PERSIST', 'DEL', 'EXISTS', 'TYPE', 'TTL'), key]),
);

const sortedSetRequests = fc.oneof(
  request(
    [word('ZADD'), key],
    fc
      .tuple(some('NX', 'XX', 'GT', 'LT', 'CH', 'INCR'), score, member, score, member)
      .map(([flags, ...pairs]) => [...flags, ...pairs]),
  ),
  request(
    [word('ZADD'), key],
    fc.tuple(some('GT', 'LT', 'CH', 'INCR'), score, member).map(([flags, ...pair]) => [...flags, ...pair]),
  ),
  request([word('ZINCRBY'), key, score, member]),
  request([word('ZREM'), key, member, member]),
  request([fc.constantFrom('ZSCORE', 'ZRANK', 'ZREVRANK'), key, member]),
  request([word('ZMSCORE'), key, member, member]),
  request([fc.constantFrom('ZCARD', 'DEL', 'TYPE'), key]),
  request([word('ZCOUNT'), key, bound, bound]),
  request([word('ZRANGE'), key, smallInteger, smallInteger], some('REV', 'WITHSCORES')),
  request(
    [word('ZRANGE'), key, bound, bound, word('BYSCORE')],
    fc.tuple(some('REV', 'WITHSCORES'), limit).map((parts) => parts.flat()),
  ),
  request(
    [fc.constantFrom('ZRANGEBYSCORE', 'ZREVRANGEBYSCORE'), key, bound, bound],
    fc.tuple(some('WITHSCORES'), limit).map((parts) => parts.flat()),
  ),
  request([word('ZREVRANGE'), key, smallInteger, smallInteger], some('WITHSCORES')),
  request([word('ZREMRANGEBYRANK'), key, smallInteger, smallInteger]),
  request([word('ZREMRANGEBYSCORE'), key, bound, bound]),
  request([fc.constantFrom('ZPOPMIN', 'ZPOPMAX'), key], fc.constantFrom([], ['0'], ['1'], ['2'])),
  request([word('SET'), key, text]),
);

const collectionRequests = fc.oneof(
  request([word('HSET'), key, member, text, member, text]),
  request([fc.constantFrom('HGET', 'HEXISTS', 'HDEL', 'SISMEMBER', 'SREM'), key, member]),
  request([word('HINCRBY'), key, member, text]),
  request([fc.constantFrom('HGETALL', 'HLEN', 'HKEYS', 'HVALS', 'SCARD', 'LLEN', 'DEL', 'TYPE'), key]),
  request([word('SADD'), key, member, member]),
  request([fc.constantFrom('LPUSH', 'RPUSH'), key, member, member]),
  request([fc.constantFrom('LPOP', 'RPOP'), key], fc.constantFrom([], ['0'], ['1'], ['3'], ['-1'])),
  request([fc.constantFrom('LRANGE', 'LTRIM'), key, smallInteger, smallInteger]),
);

(real ? describe : describe.skip)('on any sequence of commands our server answers as the real one does:', () => {
  let servers: ServerUnderTest[] = [];
  let clients: Redis[] = [];

  beforeAll(async () => {
    servers = await Promise.all([ours, ...(real ? [real] : [])].map((choice) => choice.start()));
    clients = servers.map(({ url }) => new Redis(url));
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.quit()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function answers(client: Redis, requests: readonly Request[]): Promise<unknown> {
    const pipeline = client.pipeline().flushdb();
    for (const each of requests) {
      const [name, ...args] = words(each);
      pipeline.call(String(name), ...args);
    }
    const results = (await pipeline.exec()) ?? [];
    return results.slice(1).map(([problem, value], index) => {
      const asked = words(requests[index] ?? '');
      return [
        asked.join(' '),
        problem?.message ?? (asked[0] === 'INCRBYFLOAT' ? Number(value).toPrecision(15) : value),
      ];
    });
  }

  test.each([
    ['strings', stringRequests],
    ['sorted sets', sortedSetRequests],
    ['hashes, sets and lists', collectionRequests],
  ])('%s', async (_, requests) => {
    const sequences = fc.array(requests, { minLength: 1, maxLength: commandsPerRun, size: 'max' });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const [mine, theirs] = await Promise.all(clients.map((client) => answers(client, sequence)));
        expect(mine).toEqual(theirs);
      }),
      { numRuns: runs },
    );
  });
});
