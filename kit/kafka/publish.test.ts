import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { TestKafka } from '#tests/support/kafka.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { createConsumer, createProducer, type IncomingMessage, type Producer } from './index.ts';
import { OpenBatch, type PublishedRecord } from './open-batch.ts';
import { encodeHeaders } from './record-batch.ts';

const PARTITIONS = 3;
let kafka: TestKafka;
let telemetry: Telemetry;
let producer: Producer;

beforeAll(async () => {
  kafka = await TestKafka.start({ own: true });
  telemetry = await quietTelemetry();
  producer = createProducer(telemetry, { connection: kafka.connection, deliveryTimeoutMillis: 4_000 });
});
afterAll(async () => {
  await producer.stop();
  await kafka.stop();
});

async function recordsOf(topic: string): Promise<readonly IncomingMessage[]> {
  const found: IncomingMessage[] = [];
  const consumer = createConsumer(telemetry, {
    ...{ connection: kafka.connection, group: 'publish', topics: [topic] },
    ...{ delivery: 'broadcast', positions: 'none', limits: { maxWaitMillis: 20 } },
    onBatch: async ({ messages }) => void found.push(...messages),
  });
  await until(() => consumer.caughtUp);
  await consumer.stop();
  return found;
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((one) => one.isWellFormed());
const record: fc.Arbitrary<PublishedRecord> = fc.oneof(
  fc.record({ key: fc.option(text, { nil: undefined }), value: text }),
  fc.record({ key: text, value: text, tail: text }),
  fc
    .record({ key: text, bytes: fc.uint8Array({ maxLength: 60 }), tail: text, cut: fc.nat(60) })
    .map(({ key, bytes, tail, cut }) => ({
      key,
      tail,
      value: Buffer.from(bytes),
      valueEnd: Math.min(cut, bytes.length),
    })),
);

function bytesOf({ value, valueEnd, tail = '' }: PublishedRecord): Buffer {
  const head = typeof value === 'string' ? Buffer.from(value) : value.subarray(0, valueEnd ?? value.length);
  return Buffer.concat([head, Buffer.from(tail)]);
}

describe('an open batch', () => {
  test('gives back what was put in, in order within a partition, in batches below its limit', () => {
    const limit = 600;
    const law = fc.property(fc.array(record, { maxLength: 60 }), (records) => {
      const open = new OpenBatch(limit);
      for (const one of records) open.add(one, encodeHeaders({ a: 'b' }), PARTITIONS);
      const found = open.take().flatMap((request) => {
        expect(new Set(request.map(({ partition }) => partition)).size).toBe(request.length);
        return request.flatMap((batch) => {
          const bytes = batch.encode({ producerId: 1n, producerEpoch: 0, first: 0 });
          return readRecordsBatch(Reader.from(bytes)).records.map(({ key, value }) => ({
            key: key && String(key),
            value,
          }));
        });
      });
      const keys = new Set(records.map(({ key }) => key));
      for (const key of keys) {
        const own = (list: readonly { key: string | null; value: Buffer | null }[]) =>
          list.filter((one) => one.key === (key ?? null)).map(({ value }) => value?.toString('hex'));
        const sent = records.map((one) => ({ key: one.key ?? null, value: bytesOf(one) }));
        if (key === undefined) expect(own(found).sort()).toEqual(own(sent).sort());
        else expect(own(found)).toEqual(own(sent));
      }
      expect(open.take()).toEqual([]);
    });
    fc.assert(law, { numRuns: 200 });
  });
});

describe('publishing', () => {
  test('stores every record once, the records of a key where `send` puts them, however many callers there are', async () => {
    const topic = await kafka.topic(PARTITIONS);
    const keys = Array.from({ length: 20 }, (_, number) => `player-${number}`);
    const places = await producer.send(keys.map((key) => ({ topic, key, value: 'sent' })));
    const calls = Array.from({ length: 50 }, (_, call) =>
      producer.publish(
        topic,
        keys.map((key) => ({ key, value: `${call}` })),
      ),
    );
    await Promise.all([...calls, producer.send([{ topic, key: 'player-0', value: 'sent' }])]);
    const found = await recordsOf(topic);
    expect(found).toHaveLength(20 + 50 * 20 + 1);
    for (const [index, key] of keys.entries()) {
      const own = found.filter((one) => String(one.key) === key);
      expect(new Set(own.map(({ partition }) => partition))).toEqual(new Set([places[index]?.partition]));
      const values = own.map(({ value }) => String(value)).filter((value) => value !== 'sent');
      expect(values).toEqual(Array.from({ length: 50 }, (_, call) => String(call)));
    }
    expect(producer.bufferedMessages).toBe(0);
  });

  test('takes more than one request holds, and refuses a record that none can hold', async () => {
    const topic = await kafka.topic(1);
    await producer.publish(
      topic,
      Array.from({ length: 6 }, () => ({ value: 'x'.repeat(400_000) })),
    );
    expect(await recordsOf(topic)).toHaveLength(6);
    await expect(producer.publish(topic, [{ value: 'x'.repeat(1_100_000) }])).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    });
  });

  test('fails in its time while the broker is away, and goes on when it is back', async () => {
    const topic = await kafka.topic(PARTITIONS);
    await producer.publish(topic, [{ key: 'a', value: '1' }]);
    await kafka.goAway();
    await expect(producer.publish(topic, [{ key: 'a', value: '2' }])).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
    });
    await kafka.comeBack();
    await until(() =>
      producer.publish(topic, [{ key: 'a', value: '3' }]).then(
        () => true,
        () => false,
      ),
    );
    await until(() => producer.bufferedMessages === 0);
    expect((await recordsOf(topic)).at(-1)?.value?.toString()).toBe('3');
  });
});
