import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { RespServer } from './server.ts';

let server: RespServer;
let port: number;
const clients: Redis[] = [];
const sockets: Socket[] = [];

async function start(
  maximumBytes = 50_000_000,
  memoryPolicy: 'allkeys-lru' | 'noeviction' = 'allkeys-lru',
): Promise<void> {
  server = new RespServer({ port: 0, maximumBytes, memoryPolicy });
  port = await server.listen();
}

function client(): Redis {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => null });
  redis.on('error', () => undefined);
  clients.push(redis);
  return redis;
}

async function socket(): Promise<Socket> {
  const opened = connect(port, '127.0.0.1');
  opened.on('error', () => undefined);
  sockets.push(opened);
  await once(opened, 'connect');
  return opened;
}

async function conversation(text: string): Promise<string> {
  const opened = await socket();
  let answer = '';
  opened.on('data', (data: Buffer) => {
    answer += data.toString('latin1');
  });
  opened.write(text, 'latin1');
  await once(opened, 'close');
  return answer;
}

beforeEach(() => start());
afterEach(async () => {
  for (const redis of clients.splice(0)) redis.disconnect();
  for (const opened of sockets.splice(0)) opened.destroy();
  await server.close();
});

describe('on the wire', () => {
  test('answers have the form of the protocol that the client chose', async () => {
    const ask = 'HSET h f v\r\nZADD z 1.5 m\r\nSADD s x\r\n';
    const read = 'HGETALL h\r\nZSCORE z m\r\nSMEMBERS s\r\nGET none\r\nEXEC\r\nLPOP none 2\r\n';
    const exec = '-ERR EXEC without MULTI\r\n';
    expect(await conversation(`${ask}${read}QUIT\r\n`)).toBe(
      `:1\r\n:1\r\n:1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n$3\r\n1.5\r\n*1\r\n$1\r\nx\r\n$-1\r\n${exec}*-1\r\n+OK\r\n`,
    );
    const resp3 = await conversation(`HELLO 3 AUTH default x SETNAME n\r\n${read}QUIT\r\n`);
    expect(resp3).toMatch(/^%9\r\n\$6\r\nserver\r\n\$5\r\nredis\r\n/);
    expect(resp3.endsWith(`%1\r\n$1\r\nf\r\n$1\r\nv\r\n,1.5\r\n~1\r\n$1\r\nx\r\n_\r\n${exec}_\r\n+OK\r\n`)).toBe(true);
  });

  test('messages are pushes in RESP3, and a subscribed RESP2 client may only subscribe, ping and leave', async () => {
    expect(await conversation('HELLO 3\r\nSUBSCRIBE c\r\nGET k\r\nPUBLISH c m\r\nQUIT\r\n')).toContain(
      '>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n_\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n:1\r\n',
    );
    const resp2 = await conversation('SUBSCRIBE c\r\nGET k\r\nPING\r\nUNSUBSCRIBE\r\nGET k\r\nQUIT\r\n');
    expect(resp2).toContain("-ERR Can't execute 'get': only (P|S)SUBSCRIBE");
    expect(
      resp2.endsWith('*2\r\n$4\r\npong\r\n$0\r\n\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n$-1\r\n+OK\r\n'),
    ).toBe(true);
  });

  test('nonsense is answered once and ends this connection, not the others', async () => {
    const other = client();
    expect(await conversation('*1\r\n?3\r\nGET\r\nPING\r\n')).toBe("-ERR Protocol error: expected '$', got '?'\r\n");
    expect(await conversation('POST / HTTP/1.1\r\nHost: x\r\n\r\nSET k v\r\n')).toMatch(
      /^-ERR Protocol error[^\n]*\n$/,
    );
    expect(await other.get('k')).toBeNull();
  });

  test('a line break within an error cannot forge an answer', async () => {
    expect(await conversation('*1\r\n$9\r\nX\r\n+OK\r\nY\r\nQUIT\r\n')).toMatch(
      /^-ERR unknown command[^\r\n]*\r\n\+OK\r\n$/,
    );
  });
});

describe('what a development server does not have', () => {
  test.each(['EVAL', 'EVALSHA', 'SCRIPT'])('%s is refused with the way to get it', async (name) => {
    await expect(client().call(name, 'return 1', '0')).rejects.toThrow(
      `ERR ${name} is not available: this development server has no Lua. With redis-server or valkey-server on PATH, that is started instead`,
    );
  });

  test('CLUSTER, BYLEX and CONFIG SET are refused, too', async () => {
    await expect(client().call('CLUSTER', 'INFO')).rejects.toThrow('is a single node');
    await expect(client().call('ZRANGE', 'z', '-', '+', 'BYLEX')).rejects.toThrow('BYLEX is not available');
    await expect(client().call('CONFIG', 'SET', 'maxmemory', '1')).rejects.toThrow('CONFIG GET only');
  });
});

describe('bounds', () => {
  test('without eviction a full memory refuses what needs more and goes on serving', async () => {
    await server.close();
    await start(20_000, 'noeviction');
    const redis = client();
    let refusal: unknown;
    for (let n = 0; n < 1_000 && !refusal; n += 1) {
      await redis.set(`k${n}`, 'x'.repeat(500)).catch((problem) => {
        refusal = problem;
      });
    }
    expect(String(refusal)).toContain("OOM command not allowed when used memory > 'maxmemory'.");
    expect(await redis.get('k0')).toHaveLength(500);
    expect(await redis.del('k0', 'k1', 'k2')).toBe(3);
    expect(await redis.set('k', 'v')).toBe('OK');
  });

  test('a subscriber that does not read is disconnected before it takes the memory', async () => {
    const deaf = await socket();
    deaf.pause();
    deaf.write('SUBSCRIBE c\r\n');
    const redis = client();
    const message = 'x'.repeat(1024 * 1024);
    while ((await redis.publish('c', message)) === 0) await sleep(5);
    let published = 1;
    while ((await redis.publish('c', message)) === 1) published += 1;
    expect(published).toBeGreaterThan(20);
    expect(published).toBeLessThan(64);
  });

  test('a client that asks without reading is answered only as far as it reads, and then completely', async () => {
    await client().set('k', 'x'.repeat(1024 * 1024));
    const reader = await socket();
    reader.pause();
    const requests = 100;
    reader.write('GET k\r\n'.repeat(requests));
    await sleep(100);
    expect(server.state.commandsProcessed).toBeLessThan(requests / 2);
    let received = 0;
    reader.on('data', (data: Buffer) => {
      received += data.length;
    });
    reader.resume();
    while (received < requests * 1024 * 1024) await once(reader, 'data');
    expect(server.state.commandsProcessed).toBeGreaterThanOrEqual(requests);
  });

  test('a client that leaves takes its subscriptions, watches and waits along', async () => {
    const leaving = await socket();
    leaving.write('WATCH k\r\nXREAD BLOCK 0 STREAMS x $\r\n');
    const listening = await socket();
    listening.write('SUBSCRIBE c\r\n');
    const redis = client();
    while ((await redis.publish('c', 'm')) === 0) await sleep(5);
    leaving.destroy();
    listening.destroy();
    while (server.state.sessions.size > 1) await sleep(5);
    expect(await redis.publish('c', 'm')).toBe(0);
    expect(await redis.xadd('x', '*', 'f', 'v')).toBeTruthy();
  });
});
