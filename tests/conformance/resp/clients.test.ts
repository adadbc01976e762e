import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { ask } from './behaviour.ts';
import { announceMissing, ours, real, type ServerUnderTest } from './servers.ts';

announceMissing('what clients do together');

describe.each(real ? [ours, real] : [ours])('$name', (choice) => {
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await choice.start();
  });
  afterAll(() => server.stop());

  describe.each([2, 3] as const)('over RESP%d', (protocol) => {
    const clients: Redis[] = [];
    let redis: Redis;

    function connect(): Redis {
      const client = new Redis(server.url, { protocol });
      clients.push(client);
      return client;
    }

    beforeEach(async () => {
      redis = connect();
      await redis.flushdb();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.quit()));
    });

    test('a message reaches every subscriber of its channel and nobody else', async () => {
      const [a, b] = [connect(), connect()];
      await Promise.all([a.subscribe('goals', 'fouls'), b.subscribe('fouls')]);
      const heard = [once(a, 'message'), once(b, 'message')];
      expect(await redis.publish('goals', 'one')).toBe(1);
      expect(await redis.publish('fouls', 'two')).toBe(2);
      expect(await redis.publish('corners', 'three')).toBe(0);
      expect(await Promise.all(heard)).toEqual([
        ['goals', 'one'],
        ['fouls', 'two'],
      ]);
    });

    test('a pattern subscribes to many channels, and one who listens twice hears twice', async () => {
      const listener = connect();
      await listener.psubscribe('game:*:score');
      await listener.subscribe('game:1:score');
      const heard = [once(listener, 'pmessage'), once(listener, 'message')];
      expect(await redis.publish('game:1:score', '7')).toBe(2);
      expect(await Promise.all(heard)).toEqual([
        ['game:*:score', 'game:1:score', '7'],
        ['game:1:score', '7'],
      ]);
      expect(await listener.punsubscribe('game:*:score')).toBe(1);
      expect(await listener.unsubscribe('game:1:score')).toBe(0);
      expect(await redis.publish('game:1:score', '8')).toBe(0);
    });

    test('a transaction runs as one, errors of single commands included', async () => {
      const results = await redis.multi().set('k', 'text').incr('k').get('k').exec();
      expect(results?.map(([problem, value]) => problem?.message ?? value)).toEqual([
        'OK',
        'ERR value is not an integer or out of range',
        'text',
      ]);
    });

    test('a transaction with a command that was refused is discarded', async () => {
      expect(await ask(redis, 'MULTI')).toBe('OK');
      expect(await ask(redis, 'SET k 1')).toBe('QUEUED');
      expect(await ask(redis, 'NOSUCH')).toMatchObject({ error: expect.stringMatching(/^ERR unknown command/) });
      expect(await ask(redis, 'EXEC')).toMatchObject({ error: expect.stringMatching(/^EXECABORT/) });
      expect(await redis.get('k')).toBeNull();
      expect(await ask(redis, 'EXEC')).toEqual({ error: 'ERR EXEC without MULTI' });
      expect(await ask(redis, 'DISCARD')).toEqual({ error: 'ERR DISCARD without MULTI' });
    });

    test.each([
      ['is changed', 'SET k 2'],
      ['is deleted', 'DEL k'],
      ['gets another end', 'EXPIRE k 100'],
      ['is changed within', 'APPEND k x'],
    ])('a transaction is not run when a watched key %s meanwhile', async (_, change) => {
      await redis.set('k', '1');
      await redis.watch('k');
      await ask(connect(), change);
      expect(await redis.multi().set('k', 'mine').exec()).toBeNull();
      expect(await redis.get('k')).not.toBe('mine');
      expect(await redis.multi().set('k', 'mine').exec()).toEqual([[null, 'OK']]);
    });

    test('a transaction is run when nothing, or only another key, changed, or after UNWATCH', async () => {
      await redis.watch('k');
      await connect().set('other', '1');
      expect(await redis.multi().set('k', '1').exec()).toEqual([[null, 'OK']]);
      await redis.watch('k');
      await connect().set('k', '2');
      await redis.unwatch();
      expect(await redis.multi().set('k', '3').exec()).toEqual([[null, 'OK']]);
    });

    test('XREAD BLOCK waits for the entry that another client adds, and later commands wait behind it', async () => {
      const reader = connect();
      await reader.ping();
      const waiting = reader.xread('BLOCK', 10_000, 'STREAMS', 'x', '$');
      const behind = reader.get('k');
      await redis.set('k', 'set before');
      await redis.xadd('x', '1-1', 'n', '1');
      expect(JSON.stringify(await waiting)).toContain('["1-1",["n","1"]]');
      expect(await behind).toBe('set before');
    });

    test('a long pipeline is answered in order', async () => {
      const pipeline = redis.pipeline();
      for (let n = 0; n < 5_000; n += 1) pipeline.rpush('l', n);
      const results = (await pipeline.exec()) ?? [];
      expect(results.map(([, value]) => value)).toEqual(Array.from({ length: 5_000 }, (_, n) => n + 1));
    });

    test('a value of megabytes comes back as it was', async () => {
      const value = Buffer.alloc(3 * 1024 * 1024, 'a\r\n\u0000ÿ');
      await redis.set('large', value);
      expect((await redis.getBuffer('large'))?.equals(value)).toBe(true);
    });

    test('a scan returns every key that is there all the time, while others come and go', async () => {
      const staying = Array.from({ length: 500 }, (_, n) => `stay:${n}`);
      await redis.mset(Object.fromEntries(staying.map((key) => [key, 'x'])));
      const seen = new Set<string>();
      let cursor = '0';
      let turn = 0;
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', 'stay:*', 'COUNT', 20);
        for (const key of keys) seen.add(key);
        cursor = next;
        await redis.set(`come:${turn}`, 'x');
        await redis.del(`come:${turn - 3}`);
        turn += 1;
      } while (cursor !== '0');
      expect([...seen].sort()).toEqual(staying.sort());
    });

    test('a sketch of many members is right to two per cent', async () => {
      for (let part = 0; part < 20; part += 1) {
        await redis.pfadd('p', ...Array.from({ length: 1_000 }, (_, n) => `player-${part * 1_000 + n}`));
      }
      const estimate = await redis.pfcount('p');
      expect(Math.abs(estimate / 20_000 - 1)).toBeLessThan(0.03);
    });
  });
});
