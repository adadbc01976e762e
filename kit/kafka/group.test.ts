import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TestKafka } from '#tests/support/kafka.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import type { Telemetry } from '../telemetry/index.ts';
import {
  type Batch,
  type Consumer,
  type ConsumerOptions,
  createConsumer,
  createProducer,
  partitionName,
} from './index.ts';

let kafka: TestKafka;
let telemetry: Telemetry;
const consumers: Consumer[] = [];

beforeAll(async () => {
  kafka = await TestKafka.start();
  telemetry = await quietTelemetry();
});
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
});
afterAll(() => kafka.stop());

/** The store of a service: values and positions, changed together and only by the position's owner. */
class Store {
  readonly values: string[] = [];
  readonly #positions = new Map<string, bigint>();
  readonly #topic: string;

  constructor(topic: string) {
    this.#topic = topic;
  }

  readonly positions: Exclude<ConsumerOptions['positions'], string> = async (partitions) =>
    partitions.map((place) => ({ ...place, offset: this.#positions.get(partitionName(place)) ?? 0n }));

  readonly write = async (batch: Batch): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    const name = partitionName(batch);
    if ((this.#positions.get(name) ?? 0n) !== batch.baseOffset) throw new Error(`${name} was written by another owner`);
    this.#positions.set(name, batch.nextOffset);
    this.values.push(...batch.messages.map(({ value }) => String(value)));
  };

  options(connection: ConsumerOptions['connection']): ConsumerOptions {
    return {
      connection,
      group: `group.${this.#topic}`,
      delivery: 'shared',
      topics: [this.#topic],
      positions: this.positions,
      onBatch: this.write,
      limits: { maxWaitMillis: 50, maxBytesPerPartition: 2000 },
      sessionTimeoutMillis: 6000,
    };
  }
}

function join(options: ConsumerOptions): Consumer {
  const consumer = createConsumer(telemetry, options);
  consumers.push(consumer);
  return consumer;
}

async function produceSlowly(topic: string, count: number): Promise<void> {
  const producer = createProducer(telemetry, { connection: kafka.connection });
  for (let index = 0; index < count; index += 10) {
    const messages = Array.from({ length: 10 }, (_, more) => ({
      topic,
      key: `k${(index + more) % 29}`,
      value: `${index + more}`,
    }));
    await producer.send(messages);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await producer.stop();
}

const everyValue = (count: number) => Array.from({ length: count }, (_, index) => `${index}`).sort();

describe('a group', () => {
  test('shares its partitions, each to one member, and takes them over from one that leaves', async () => {
    const topic = await kafka.topic(6);
    const options = new Store(topic).options(kafka.connection);
    const [one, two] = [join(options), join(options)];
    await until(() => one.assigned.length === 3 && two.assigned.length === 3);
    expect(new Set([...one.assigned, ...two.assigned].map(partitionName)).size).toBe(6);
    await two.stop();
    await until(() => one.assigned.length === 6);
  });

  test('loses and repeats nothing while members come and go', async () => {
    const topic = await kafka.topic(6);
    const store = new Store(topic);
    const options = store.options(kafka.connection);
    const producing = produceSlowly(topic, 2000);
    const first = join(options);
    await until(() => store.values.length > 100);
    const second = join(options);
    await until(() => second.assigned.length > 0);
    join(options);
    await until(() => store.values.length > 1000);
    await first.stop();
    await producing;
    await until(() => store.values.length >= 2000);
    expect(store.values.toSorted()).toEqual(everyValue(2000));
  });

  test('tells a member what it gets and what it loses', async () => {
    const topic = await kafka.topic(4);
    const owned = new Set<string>();
    const options: ConsumerOptions = {
      ...new Store(topic).options(kafka.connection),
      onAssigned: async (partitions) => partitions.forEach((place) => void owned.add(partitionName(place))),
      onRevoked: async (partitions) => partitions.forEach((place) => void owned.delete(partitionName(place))),
    };
    const one = join(options);
    await until(() => owned.size === 4);
    join({ ...options, onAssigned: async () => undefined, onRevoked: async () => undefined });
    await until(() => owned.size === 2);
    expect([...owned].sort()).toEqual(one.assigned.map(partitionName).sort());
  });
});

describe('a broker that goes away', () => {
  test('is waited for: reading goes on where it was, in a group and without one', async () => {
    const own = await TestKafka.start({ own: true });
    const topic = await own.topic(2);
    const producer = createProducer(telemetry, { connection: own.connection, deliveryTimeoutMillis: 25_000 });
    const store = new Store(topic);
    const everything: string[] = [];
    const onBatch = async ({ messages }: Batch) => void everything.push(...messages.map(({ value }) => String(value)));
    const member = join(store.options(own.connection));
    join({ ...store.options(own.connection), delivery: 'broadcast', positions: 'none', onBatch });
    await producer.send([{ topic, value: 'before' }]);
    await until(() => store.values.length === 1 && everything.length === 1);
    await own.goAway();
    await until(() =>
      member.check().then(
        () => false,
        () => true,
      ),
    );
    await own.comeBack();
    await producer.send([{ topic, value: 'after' }]);
    await until(() => store.values.length === 2 && everything.length === 2);
    expect([store.values, everything]).toEqual([
      ['before', 'after'],
      ['before', 'after'],
    ]);
    await Promise.all([producer.stop(), ...consumers.splice(0).map((consumer) => consumer.stop())]);
    await own.stop();
  });

  test('does not stop the start, and the check says so until it is there', async () => {
    const own = await TestKafka.start({ own: true });
    const topic = await own.topic(1);
    await own.goAway();
    const member = join(new Store(topic).options(own.connection));
    await expect(member.check()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await own.comeBack();
    await until(() =>
      member.check().then(
        () => true,
        () => false,
      ),
    );
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
    await own.stop();
  });
});

describe('a topic that does not exist', () => {
  test('is waited for', async () => {
    const topic = `late.${crypto.randomUUID()}`;
    const member = join(new Store(topic).options(kafka.connection));
    await expect(member.check()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await kafka.admin.ensureTopics([{ topic, partitions: 2, replicas: 1 }]);
    await until(() => member.assigned.length === 2);
  });
});

describe('the admin', () => {
  test('tells the lag of positions kept elsewhere and of a group, counting what has no position whole', async () => {
    const topic = await kafka.topic(2);
    const producer = createProducer(telemetry, { connection: kafka.connection });
    const messages = [0, 1, 0, 1, 0].map((_, index) => ({ topic, value: `${index}` }));
    await producer.send(messages);
    await producer.stop();
    const kept = [{ topic, partition: 0, offset: 1n }];
    const lag = await kafka.admin.lag([topic], { positions: kept });
    const ends = await kafka.admin.endOffsets([topic]);
    expect(lag.map((one) => one.lag)).toEqual(
      ends.map(({ partition, offset }) => offset - (partition === 0 ? 1n : 0n)),
    );
    expect(await kafka.admin.groupPositions('nobody', [topic])).toEqual([]);
    const options: ConsumerOptions = {
      ...new Store(topic).options(kafka.connection),
      positions: 'group',
      onBatch: async () => undefined,
    };
    const group = join(options);
    await until(async () => (await kafka.admin.lag([topic], { group: options.group })).every((one) => one.lag === 0n));
    expect(group.caughtUp).toBe(true);
  });
});
