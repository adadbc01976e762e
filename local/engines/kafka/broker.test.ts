import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Wire } from '#tests/conformance/kafka/wire.ts';
import { fetchFrom, send } from '#tests/conformance/kafka/wire-calls.ts';
import { countingBatch } from '#tests/support/kafka-batch.ts';
import { scratch } from '#tests/support/kafka-log.ts';
import { type Broker, type BrokerOptions, clusterId, type Fault, startBroker } from './broker.ts';
import { metadata } from './protocol/apis/cluster.ts';
import { joinGroup } from './protocol/apis/groups.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const start = async (
  options: Partial<BrokerOptions> = {},
): Promise<{ broker: Broker; faults: Fault[]; dataDir: string }> => {
  const { directory, dispose } = scratch();
  const faults: Fault[] = [];
  closers.push(dispose);
  const broker = await startBroker({ dataDir: directory, port: 0, onFault: (fault) => faults.push(fault), ...options });
  closers.push(() => broker.close());
  return { broker, faults, dataDir: directory };
};

const wireTo = async (broker: Broker): Promise<Wire> => {
  const wire = await Wire.connect(broker.port);
  closers.push(() => wire.close());
  return wire;
};

/** Unlike `once`, does not mind how the connection ends. */
const untilClosed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

const askMetadata = (wire: Wire) =>
  wire.call(metadata, 9, {
    topics: null,
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  });

describe('the broker', () => {
  test('says that it is a development broker, to clients too', async () => {
    const { broker } = await start();
    expect(clusterId).toBe('gamemetrics-development-broker');
    expect(await askMetadata(await wireTo(broker))).toMatchObject({
      clusterId,
      brokers: [{ host: '127.0.0.1', port: broker.port }],
    });
  });

  test.each(['0.0.0.0', '192.168.1.10', '::', 'example.com'])('does not listen on %s', async (host) => {
    await expect(start({ host })).rejects.toThrow(`The development broker does not listen on ${host}`);
  });

  test('makes topics exist as declared, again and again, and takes no partition away', async () => {
    const { broker } = await start();
    const names = async () =>
      (await askMetadata(await wireTo(broker))).topics.map((topic) => [topic.name, topic.partitions.length]);
    broker.createTopics([{ name: 'a', partitions: 1 }]);
    broker.createTopics([
      { name: 'a', partitions: 3, config: { 'retention.ms': '1000' } },
      { name: 'b', partitions: 2 },
    ]);
    broker.createTopics([{ name: 'a', partitions: 3 }]);
    expect(await names()).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    expect(() => broker.createTopics([{ name: 'a', partitions: 2 }])).toThrow(/has 3 partitions; 2 is no more/);
  });

  test('lends its data directory to nobody else, and takes over the lock of a process that is gone', async () => {
    const { broker, dataDir } = await start();
    await expect(startBroker({ dataDir, port: 0 })).rejects.toThrow(`in use by process ${process.pid}`);
    await broker.close();
    // In a container every life of the broker has the same process id.
    for (const pid of [2 ** 22, process.pid]) {
      writeFileSync(join(dataDir, 'broker.lock'), JSON.stringify({ pid, script: process.argv[1] }));
      const next = await startBroker({ dataDir, port: 0 });
      await next.close();
    }
  });

  test('answers those who wait when it is closed', async () => {
    const { broker } = await start();
    broker.createTopics([{ name: 't', partitions: 1 }]);
    const wire = await wireTo(broker);
    const topicId = (await askMetadata(wire)).topics[0]?.topicId ?? '';
    const waiting = fetchFrom(wire, topicId, { maxWaitMillis: 60_000 });
    // A second request behind the first shows that the first has begun to wait.
    await askMetadata(await wireTo(broker));
    await broker.close();
    expect((await waiting).bytes.length).toBe(0);
  });

  test('refuses more connections than allowed, says so, and serves those it has', async () => {
    const { broker, faults } = await start({ maxConnections: 1 });
    const wire = await wireTo(broker);
    await askMetadata(wire);
    const refused = connect(broker.port, '127.0.0.1');
    refused.on('error', () => undefined);
    await untilClosed(refused);
    expect((await askMetadata(wire)).clusterId).toBe(clusterId);
    expect(faults.map(({ code }) => code)).toContain('limit');
  });

  test('closes connections that together send more than it buffers', async () => {
    const { broker, faults } = await start({ maxBufferedBytes: 100_000, maxRequestBytes: 1 << 20 });
    const socket = connect(broker.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = untilClosed(socket);
    const head = Buffer.alloc(4);
    head.writeInt32BE(1 << 20);
    socket.write(Buffer.concat([head, Buffer.alloc(200_000)]));
    await closed;
    expect(faults[0]?.message).toMatch(/100000 are allowed/);
    expect((await askMetadata(await wireTo(broker))).clusterId).toBe(clusterId);
  });

  test('with flush=always still answers, and everything is there afterwards', async () => {
    const { broker, dataDir } = await start({ flush: 'always' });
    broker.createTopics([{ name: 't', partitions: 1 }]);
    const wire = await wireTo(broker);
    const sent = await Promise.all([1, 2, 3].map((count) => send(wire, 't', { records: countingBatch(count) })));
    expect(sent.map(({ baseOffset }) => baseOffset)).toEqual([0, 1, 3]);
    await broker.close();
    const next = await startBroker({ dataDir, port: 0 });
    closers.push(() => next.close());
    expect((await send(await wireTo(next), 't', { records: countingBatch(1) })).baseOffset).toBe(6);
  });

  test('refuses a session timeout that production would refuse', async () => {
    const { broker } = await start();
    const answer = await (await wireTo(broker)).call(joinGroup, 9, {
      groupId: 'g',
      sessionTimeoutMillis: 5999,
      rebalanceTimeoutMillis: 6000,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      reason: null,
    });
    expect(answer.errorCode).toBe(26);
  });
});

/** Frames that begin as requests do, so that they get further than their first field. */
const frame = fc
  .record({
    key: fc.integer({ min: -1, max: 70 }),
    version: fc.integer({ min: -1, max: 17 }),
    body: fc.uint8Array({ maxLength: 120 }),
    isLengthTrue: fc.boolean(),
  })
  .map(({ key, version, body, isLengthTrue }) => {
    const bytes = Buffer.concat([Buffer.alloc(14), Buffer.from(body)]);
    bytes.writeInt32BE(isLengthTrue ? bytes.length - 4 : bytes.length + 10, 0);
    bytes.writeInt16BE(key, 4);
    bytes.writeInt16BE(version, 6);
    bytes.writeInt16BE(-1, 12);
    return bytes;
  });

test('no bytes whatever end the broker or disturb another connection', async () => {
  const { broker, faults } = await start();
  broker.createTopics([{ name: 't', partitions: 1 }]);
  const witness = await wireTo(broker);
  const garbage = fc.oneof(
    frame,
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(garbage, { minLength: 1, maxLength: 5 }), async (pieces) => {
      const socket = connect(broker.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      const closed = untilClosed(socket);
      for (const piece of pieces) socket.write(piece);
      socket.resume();
      socket.end();
      await closed;
      expect((await askMetadata(witness)).clusterId).toBe(clusterId);
    }),
    { numRuns: 300 },
  );
  expect(faults.filter(({ code }) => code === 'bug')).toEqual([]);
});
