import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestKafka } from '#tests/support/kafka.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { BatchProducer } from './batch-producer.ts';
import { clientOptions } from './connection.ts';
import { encodeHeaders, RecordBatch } from './record-batch.ts';

let kafka: TestKafka;
let producer: BatchProducer;

beforeAll(async () => {
  kafka = await TestKafka.start();
  producer = new BatchProducer(clientOptions(await quietTelemetry(), kafka.connection));
});
afterAll(async () => {
  await producer.close();
  await kafka.stop();
});

const batchOf = (partition: number, count: number) => {
  const headers = encodeHeaders({});
  const records = Array.from({ length: count }, (_, number) => ({
    key: undefined,
    value: `v${number}`,
    valueBytes: 1 + String(number).length,
    headers,
  }));
  return new RecordBatch(partition, records, Date.now());
};

const endOf = async (topic: string) =>
  (await kafka.admin.endOffsets([topic])).map(({ partition, offset }) => [partition, Number(offset)]).sort();

describe('batches of an idempotent producer', () => {
  test('are numbered by records, so that any number of them follow one another', async () => {
    const topic = await kafka.topic(2);
    for (const count of [3, 500, 1, 40]) await producer.sendBatches(topic, [batchOf(0, count), batchOf(1, 2 * count)]);
    expect(await endOf(topic)).toEqual([
      [0, 544],
      [1, 1088],
    ]);
  });

  test('tell where their first records are', async () => {
    const topic = await kafka.topic(2);
    await producer.sendBatches(topic, [batchOf(1, 5)]);
    expect(await producer.sendBatches(topic, [batchOf(0, 1), batchOf(1, 1)])).toEqual(
      new Map([
        [0, 0n],
        [1, 5n],
      ]),
    );
  });

  test('that are sent a second time are stored once: the broker knows their number', async () => {
    const topic = await kafka.topic(1);
    const batch = batchOf(0, 7);
    await producer.sendBatches(topic, [batch]);
    await producer.sendBatches(topic, [batch]);
    await producer.sendBatches(topic, [batchOf(0, 2)]);
    expect(await endOf(topic)).toEqual([[0, 9]]);
  });

  test('of one after another producer id begin at zero again', async () => {
    const topic = await kafka.topic(1);
    await producer.sendBatches(topic, [batchOf(0, 2)]);
    const other = new BatchProducer(clientOptions(await quietTelemetry(), kafka.connection));
    await other.sendBatches(topic, [batchOf(0, 3)]);
    await producer.sendBatches(topic, [batchOf(0, 4)]);
    await other.close();
    expect(await endOf(topic)).toEqual([[0, 9]]);
  });
});
