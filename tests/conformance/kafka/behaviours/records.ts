import { expect } from '@jest/globals';
import { type Behaviour, has, numbered, record, valuesOf } from '../behaviour.ts';
import { allCodecs, type Codec } from '../client.ts';

/** Text that compresses, and is long enough for every codec to have to. */
const longText = 'a sentence that repeats itself, '.repeat(64);

const codecBehaviour = (codec: Codec): Behaviour => ({
  title: `gives back records that were compressed with ${codec} as they were`,
  isFor: (client) => client.codecs.includes(codec),
  run: async (ask) => {
    const topic = await ask.topic();
    const producer = await ask.producer();
    const values = Array.from({ length: 20 }, (_, index) => `${index} ${longText}`);
    await producer.send(
      topic,
      values.map((value) => record(value)),
      { codec },
    );
    expect(valuesOf(await ask.readAll(topic, values.length))).toEqual(values);
  },
});

export const recordBehaviours: readonly Behaviour[] = [
  ...allCodecs.map(codecBehaviour),
  {
    title: 'keeps the order of a partition over many requests',
    run: async (ask) => {
      const topic = await ask.topic();
      const producer = await ask.producer();
      for (let batch = 0; batch < 20; batch++) {
        await producer.send(topic, [record(`${batch}a`), record(`${batch}b`)]);
      }
      const received = await ask.readAll(topic, 40);
      expect(received.map(({ offset }) => offset)).toEqual(Array.from({ length: 40 }, (_, offset) => offset));
      expect(valuesOf(received)).toEqual(Array.from({ length: 20 }, (_, batch) => [`${batch}a`, `${batch}b`]).flat());
    },
  },
  {
    title: 'gives N concurrent sends of an idempotent producer N different offsets, and keeps all N records',
    run: async (ask) => {
      const topic = await ask.topic();
      const producer = await ask.producer({ isIdempotent: true });
      const sent = await Promise.all(numbered(50).map((one) => producer.send(topic, [one])));
      const offsets = sent.flatMap((placed) => placed.map(({ baseOffset }) => baseOffset));
      expect(new Set(offsets).size).toBe(50);
      expect(new Set(valuesOf(await ask.readAll(topic, 50))).size).toBe(50);
    },
  },
  {
    title: 'keeps keys, headers, timestamps, empty values and tombstones',
    run: async (ask) => {
      const topic = await ask.topic();
      const producer = await ask.producer();
      const timestampMillis = Date.now() - 60_000;
      const headers = { traceparent: '00-11-22-01', empty: '' };
      await producer.send(topic, [
        { key: 'player-1', value: 'full', headers, timestampMillis },
        { key: 'player-2', value: null, timestampMillis },
        { key: null, value: '', timestampMillis },
      ]);
      const received = await ask.readAll(topic, 3);
      expect(received.map(({ key, value }) => [key, value])).toEqual([
        ['player-1', 'full'],
        ['player-2', null],
        [null, ''],
      ]);
      expect(received[0]?.headers).toEqual(headers);
      expect(received.every((one) => one.timestampMillis === timestampMillis)).toBe(true);
    },
  },
  {
    title: 'stores what one request brings for several partitions, each in its own order',
    run: async (ask) => {
      const topic = await ask.topic(4);
      const producer = await ask.producer();
      await producer.send(
        topic,
        [0, 1, 2, 3].flatMap((partition) => numbered(5, partition)),
      );
      const received = await ask.readAll(topic, 20);
      for (const partition of [0, 1, 2, 3]) {
        const own = received.filter((one) => one.partition === partition);
        expect(valuesOf(own)).toEqual(['0', '1', '2', '3', '4']);
      }
    },
  },
  ...([0, 1, -1] as const).map(
    (acks): Behaviour => ({
      title: `stores records that were sent with acks=${acks}`,
      run: async (ask) => {
        const topic = await ask.topic();
        const producer = await ask.producer();
        await producer.send(topic, numbered(3), { acks });
        expect(valuesOf(await ask.readAll(topic, 3))).toEqual(['0', '1', '2']);
      },
    }),
  ),
  {
    title: 'refuses records for a topic that nobody created, and does not create it',
    run: async (ask) => {
      const topic = ask.fresh('unknown');
      const producer = await ask.producer();
      expect(await ask.errorOf(producer.send(topic, [record('lost')]))).toBe('UNKNOWN_TOPIC_OR_PARTITION');
      expect(await ask.session.topics()).not.toContain(topic);
    },
  },
  {
    title: 'refuses a batch that is larger than max.message.bytes, and stores the next smaller one',
    run: async (ask) => {
      const topic = await ask.topic(1, { 'max.message.bytes': '2000' });
      const producer = await ask.producer();
      expect(await ask.errorOf(producer.send(topic, [record('x'.repeat(4000))]))).toBe('MESSAGE_TOO_LARGE');
      await producer.send(topic, [record('small')]);
      expect(valuesOf(await ask.readAll(topic, 1))).toEqual(['small']);
    },
  },
  {
    title: 'refuses a record without a key for a compacted topic',
    run: async (ask) => {
      const topic = await ask.topic(1, { 'cleanup.policy': 'compact' });
      const producer = await ask.producer();
      expect(await ask.errorOf(producer.send(topic, [record('no key')]))).toBe('INVALID_RECORD');
      await producer.send(topic, [record('with a key', { key: 'k' })]);
      expect(valuesOf(await ask.readAll(topic, 1))).toEqual(['with a key']);
    },
  },
  {
    title: 'answers a waiting consumer as soon as a record is there, not when its time is over',
    run: async (ask) => {
      const topic = await ask.topic();
      const maxWaitMillis = 20_000;
      const consumer = await ask.consumer({ topics: [topic], maxWaitMillis, sessionTimeoutMillis: 30_000 });
      const producer = await ask.producer();
      await producer.send(topic, [record('first')]);
      await consumer.until(has(1));
      const startMillis = Date.now();
      await producer.send(topic, [record('second')]);
      await consumer.until(has(2));
      expect(Date.now() - startMillis).toBeLessThan(maxWaitMillis / 2);
    },
  },
];
