import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TestKafka } from '#tests/support/kafka.ts';
import { metricValue, quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { createProducer, type OutgoingMessage, type Producer, type ProducerOptions } from './index.ts';

let kafka: TestKafka;
let telemetry: Telemetry;
const producers: Producer[] = [];

beforeAll(async () => {
  kafka = await TestKafka.start();
  telemetry = await quietTelemetry();
});
afterEach(async () => {
  await Promise.all(producers.splice(0).map((producer) => producer.stop()));
});
afterAll(() => kafka.stop());

function open(options: Partial<ProducerOptions> = {}): Producer {
  const producer = createProducer(telemetry, { connection: kafka.connection, ...options });
  producers.push(producer);
  return producer;
}

const stored = async (topic: string): Promise<bigint> =>
  (await kafka.admin.endOffsets([topic])).reduce((sum, { offset }) => sum + offset, 0n);

const numbered = (topic: string, count: number): OutgoingMessage[] =>
  Array.from({ length: count }, (_, index) => ({ topic, key: `player-${index % 17}`, value: `${index}` }));

describe('a producer', () => {
  test('that is asked N times at once stores N messages at N places', async () => {
    const topic = await kafka.topic(4);
    const producer = open();
    const sends = numbered(topic, 500).map((message) => producer.send([message]));
    const places = (await Promise.all(sends)).flat();
    expect(new Set(places.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(500);
    expect(await stored(topic)).toBe(500n);
  });

  test('gives the place of each message in the order of the call, over topics and partitions', async () => {
    const [one, two] = [await kafka.topic(3), await kafka.topic(1)];
    const places = await open().send([...numbered(one, 20), { topic: two, value: 'a' }, { topic: two, value: 'b' }]);
    expect(places.map(({ topic }) => topic)).toEqual([...Array(20).fill(one), two, two]);
    expect(places.slice(-2).map(({ offset }) => offset)).toEqual([0n, 1n]);
  });

  test('keeps the records of a key in one partition, the one that the Java client would choose', async () => {
    const topic = await kafka.topic(12);
    // Source: Kafka's own UtilsTest.testMurmur2.
    const hashes = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536, abc: 479470107 };
    const places = await open().send(Object.keys(hashes).map((key) => ({ topic, key, value: 'x' })));
    const expected = Object.values(hashes).map((hash) => (hash & 0x7fffffff) % 12);
    expect(places.map(({ partition }) => partition)).toEqual(expected);
  });

  test('spreads records without a key over the partitions', async () => {
    const topic = await kafka.topic(3);
    const places = await open().send(Array.from({ length: 30 }, () => ({ topic, value: 'x' })));
    expect(new Set(places.map(({ partition }) => partition)).size).toBe(3);
  });

  test('refuses a message that is too large, and sends nothing of that call', async () => {
    const topic = await kafka.topic(1);
    const call = open({ maxMessageBytes: 1000 }).send([
      { topic, value: 'small' },
      { topic, value: 'x'.repeat(2000) },
    ]);
    await expect(call).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE', httpStatus: 413 });
    expect(await stored(topic)).toBe(0n);
  });

  test('takes calls that are larger than one request', async () => {
    const topic = await kafka.topic(2);
    const value = 'x'.repeat(100_000);
    await open().send(Array.from({ length: 30 }, () => ({ topic, key: 'same', value })));
    expect(await stored(topic)).toBe(30n);
  });

  test('says which topic does not exist', async () => {
    const call = open({ deliveryTimeoutMillis: 60_000 }).send([{ topic: 'no.such.topic', value: 'x' }]);
    await expect(call).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      message: expect.stringContaining('no.such.topic'),
    });
  });

  test('has everything stored that it accepted before it stopped, and takes nothing after', async () => {
    const topic = await kafka.topic(2);
    const producer = createProducer(telemetry, { connection: kafka.connection });
    const sends = Array.from({ length: 50 }, () => producer.send(numbered(topic, 10)));
    await producer.stop();
    await Promise.all(sends);
    expect(await stored(topic)).toBe(500n);
    await expect(producer.send(numbered(topic, 1))).rejects.toMatchObject({ code: 'STOPPING' });
  });

  test('counts what is durable', async () => {
    const topic = await kafka.topic(1);
    await open().send(numbered(topic, 3));
    expect(await metricValue(telemetry, 'kafka_producer_messages_total', { topic, outcome: 'durable' })).toBe(3);
    expect(await metricValue(telemetry, 'kafka_producer_buffered_messages')).toBe(0);
  });
});

describe('without a broker', () => {
  const away = { connection: { brokers: ['127.0.0.1:1'] } };

  test('a call is refused within its time, with what a caller can do', async () => {
    const call = open({ ...away, deliveryTimeoutMillis: 200 }).send([{ topic: 'any', value: 'x' }]);
    await expect(call).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', httpStatus: 503, retryAfterSeconds: 5 });
  });

  test('what waits is bounded by number and by bytes, and the rest is refused at once', async () => {
    const producer = open({ ...away, deliveryTimeoutMillis: 500, maxBufferedMessages: 10, maxBufferedBytes: 2000 });
    const waiting = producer.send(numbered('any', 10)).catch((error: unknown) => error);
    await expect(producer.send(numbered('any', 1))).rejects.toMatchObject({ code: 'BUFFER_FULL', httpStatus: 503 });
    await expect(producer.send([{ topic: 'any', value: 'x'.repeat(3000) }])).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    expect(producer.bufferedMessages).toBe(10);
    expect(await waiting).toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await until(() => producer.bufferedMessages === 0);
  });

  test('its check says so', async () => {
    await expect(open(away).check()).rejects.toThrow();
  });
});

describe('when the broker comes back', () => {
  test('what waited is stored once, in order, and its callers are told', async () => {
    const own = await TestKafka.start({ own: true });
    const topic = await own.topic(1);
    const producer = createProducer(telemetry, { connection: own.connection, deliveryTimeoutMillis: 25_000 });
    await producer.send(numbered(topic, 5));
    await own.goAway();
    const waiting = [producer.send(numbered(topic, 5)), producer.send(numbered(topic, 5))];
    await own.comeBack();
    const places = (await Promise.all(waiting)).flat();
    expect(places.map(({ offset }) => offset)).toEqual([5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n, 14n]);
    await producer.stop();
    await own.stop();
  });
});
