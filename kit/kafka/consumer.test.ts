import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TestKafka } from '#tests/support/kafka.ts';
import { metricValue, quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { traceHeaders } from '../telemetry/tracing.ts';
import {
  type Batch,
  type Consumer,
  type ConsumerOptions,
  createConsumer,
  createProducer,
  type Position,
  type Producer,
} from './index.ts';

let kafka: TestKafka;
let telemetry: Telemetry;
let producer: Producer;
const consumers: Consumer[] = [];

beforeAll(async () => {
  kafka = await TestKafka.start();
  telemetry = await quietTelemetry();
  producer = createProducer(telemetry, { connection: kafka.connection });
});
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
});
afterAll(async () => {
  await producer.stop();
  await kafka.stop();
});

/** Everything that a consumer was given, in order, per partition. */
class Seen {
  readonly batches: Batch[] = [];
  readonly take = async (batch: Batch): Promise<void> => {
    this.batches.push(batch);
  };

  get values(): string[] {
    return this.batches.flatMap(({ messages }) => messages.map(({ value }) => String(value)));
  }
}

function open(topic: string, options: Partial<ConsumerOptions> = {}): Consumer {
  const consumer = createConsumer(telemetry, {
    connection: kafka.connection,
    group: `group.${topic}`,
    delivery: 'shared',
    topics: [topic],
    positions: 'group',
    onBatch: async () => undefined,
    limits: { maxWaitMillis: 50 },
    ...options,
  });
  consumers.push(consumer);
  return consumer;
}

async function produce(topic: string, from: number, to: number): Promise<string[]> {
  const values = Array.from({ length: to - from }, (_, index) => `${from + index}`);
  await producer.send(values.map((value) => ({ topic, key: `k${Number(value) % 7}`, value })));
  return values;
}

const sorted = (values: readonly string[]) => values.toSorted((a, b) => Number(a) - Number(b));

describe('a consumer', () => {
  test('is given every message, in order within a partition, with key, headers and time', async () => {
    const topic = await kafka.topic();
    const values = await produce(topic, 0, 300);
    await producer.send([{ topic, key: 'k', value: null, headers: { reason: 'erased' } }]);
    const seen = new Seen();
    open(topic, { onBatch: seen.take });
    await until(() => seen.values.length === 301);
    expect(sorted(seen.values.filter((value) => value !== 'null'))).toEqual(values);
    for (const { partition } of seen.batches) {
      const offsets = seen.batches
        .filter((one) => one.partition === partition)
        .flatMap(({ messages }) => messages.map(({ offset }) => offset));
      expect(offsets).toEqual(offsets.map((_, index) => BigInt(index)));
    }
    const tombstone = seen.batches.flatMap(({ messages }) => messages).find(({ value }) => value === null);
    expect(tombstone).toMatchObject({ key: Buffer.from('k'), headers: { reason: 'erased' } });
    expect(Math.abs(Date.now() - (tombstone?.timestampMillis ?? 0))).toBeLessThan(60_000);
  });

  test('goes on where its group was, after it stopped', async () => {
    const topic = await kafka.topic();
    const [one, two] = [new Seen(), new Seen()];
    const before = await produce(topic, 0, 50);
    const first = open(topic, { onBatch: one.take });
    await until(() => one.values.length === 50);
    await first.stop();
    const after = await produce(topic, 50, 80);
    open(topic, { onBatch: two.take });
    await until(() => two.values.length === 30);
    expect([sorted(one.values), sorted(two.values)]).toEqual([before, after]);
  });

  test('without a position begins where it is told: at the end, or at the beginning', async () => {
    const topic = await kafka.topic(1);
    await produce(topic, 0, 10);
    const [late, early] = [new Seen(), new Seen()];
    const live = open(topic, { delivery: 'broadcast', positions: 'none', beginning: 'latest', onBatch: late.take });
    open(topic, { delivery: 'broadcast', positions: 'none', onBatch: early.take });
    await until(() => live.assigned.length === 1 && early.values.length === 10);
    const values = await produce(topic, 10, 12);
    await until(() => late.values.length === 2);
    expect(late.values).toEqual(values);
  });

  test('begins at the positions that its service keeps, and knows what to keep next', async () => {
    const topic = await kafka.topic(1);
    await produce(topic, 0, 10);
    const seen = new Seen();
    open(topic, { positions: async () => [{ topic, partition: 0, offset: 7n }], onBatch: seen.take });
    await until(() => seen.values.length === 3);
    expect(seen.values).toEqual(['7', '8', '9']);
    expect(seen.batches).toMatchObject([{ baseOffset: 7n, nextOffset: 10n, highWatermark: 10n }]);
  });

  test('repeats a batch that failed from the stored position until it succeeds', async () => {
    const topic = await kafka.topic(1);
    const values = await produce(topic, 0, 20);
    let position = 0n;
    let failures = 3;
    const stored: string[] = [];
    const positions = async (): Promise<Position[]> => [{ topic, partition: 0, offset: position }];
    const onBatch = async ({ messages, nextOffset }: Batch) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the store is away');
      stored.push(...messages.map(({ value }) => String(value)));
      position = nextOffset;
    };
    open(topic, { positions, onBatch });
    await until(() => stored.length === 20);
    expect(stored).toEqual(values);
    expect(
      await metricValue(telemetry, 'kafka_consumer_failures_total', { group: `group.${topic}`, kind: 'batch' }),
    ).toBe(3);
  });

  test('fetches no more than one batch ahead of a slow handler', async () => {
    const topic = await kafka.topic(1);
    const value = 'x'.repeat(10_000);
    for (let round = 0; round < 20; round += 1) await producer.send([{ topic, key: 'k', value }]);
    const release = Promise.withResolvers<void>();
    const seen = new Seen();
    const onBatch = async (batch: Batch) => {
      await seen.take(batch);
      await release.promise;
    };
    const consumer = open(topic, { onBatch, limits: { maxWaitMillis: 50, maxBytesPerPartition: 15_000 } });
    await until(() => seen.batches.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(seen.batches.length).toBe(1);
    expect(consumer.lag).toBe(20);
    release.resolve();
    await until(() => seen.values.length === 20 && consumer.lag === 0);
    expect(consumer.caughtUp).toBe(true);
  });

  test('is given nothing while it is paused, and all of it afterwards', async () => {
    const topic = await kafka.topic(1);
    const seen = new Seen();
    const consumer = open(topic, { onBatch: seen.take });
    await until(() => consumer.assigned.length === 1);
    consumer.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await produce(topic, 0, 5);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(seen.values).toEqual([]);
    consumer.resume();
    await until(() => seen.values.length === 5);
  });

  test('continues the trace of the message', async () => {
    const topic = await kafka.topic(1);
    let traceId = '';
    await telemetry.tracing.span('sender', async (span) => {
      traceId = span.spanContext().traceId;
      await producer.send([{ topic, value: 'x' }]);
    });
    const seen: string[] = [];
    open(topic, { onBatch: async () => void seen.push(traceHeaders().traceparent ?? '') });
    await until(() => seen.length === 1);
    expect(seen[0]).toContain(traceId);
  });

  test('finishes the batch in hand before it has stopped', async () => {
    const topic = await kafka.topic(1);
    await produce(topic, 0, 5);
    const events: string[] = [];
    const begun = Promise.withResolvers<void>();
    const consumer = open(topic, {
      onBatch: async () => {
        begun.resolve();
        await new Promise((resolve) => setTimeout(resolve, 100));
        events.push('done');
      },
      onRevoked: async () => void events.push('revoked'),
    });
    await begun.promise;
    await consumer.stop();
    expect(events).toEqual(['done', 'revoked']);
  });

  test('shows its lag per partition while it runs', async () => {
    const topic = await kafka.topic(1);
    const consumer = open(topic);
    await produce(topic, 0, 5);
    await until(() => consumer.caughtUp && consumer.assigned.length === 1);
    await until(
      async () => (await metricValue(telemetry, 'kafka_consumer_lag_records', { topic, partition: '0' })) === 0,
    );
    await expect(consumer.check()).resolves.toMatchObject({ partitions: 1 });
  });
});

describe('a position that the topic no longer has', () => {
  test.each([
    ['beyond its end', 1000n],
    ['before its beginning', -1n],
  ])('%s is told and replaced by the oldest record', async (_, offset) => {
    const topic = await kafka.topic(1);
    const values = await produce(topic, 0, 5);
    const seen = new Seen();
    open(topic, { positions: async () => [{ topic, partition: 0, offset }], onBatch: seen.take });
    await until(() => seen.values.length === 5);
    expect(seen.values).toEqual(values);
  });
});
