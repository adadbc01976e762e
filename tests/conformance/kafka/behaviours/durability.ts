import { expect } from '@jest/globals';
import { type Behaviour, has, numbered, record, valuesOf } from '../behaviour.ts';

export const durabilityBehaviours: readonly Behaviour[] = [
  {
    title: 'has records, settings and committed offsets after it was stopped and started',
    run: async (ask) => {
      const topic = await ask.topic(2, { 'retention.ms': '12345678' });
      const groupId = ask.fresh('group');
      const producer = await ask.producer({ isIdempotent: true });
      await producer.send(topic, numbered(6, 1), { codec: 'gzip' });
      const consumer = await ask.consumer({ topics: [topic], groupId });
      const received = await consumer.until(has(6));
      const fourth = received[3];
      if (fourth !== undefined) await consumer.commit(fourth);
      await consumer.close();
      await ask.restart('SIGTERM');
      const again = await ask.consumer({ topics: [topic], groupId });
      expect(valuesOf(await again.until(has(2)))).toEqual(['4', '5']);
      expect(await ask.session.topicConfig(topic)).toMatchObject({ 'retention.ms': '12345678' });
    },
  },
  {
    title: 'has every acknowledged record and every decided transaction after SIGKILL, and goes on from there',
    run: async (ask) => {
      const topic = await ask.topic();
      const producer = await ask.producer({ transactionalId: ask.fresh('txn') });
      const committed = await producer.begin();
      await committed.send(topic, [record('committed')]);
      await committed.commit();
      const aborted = await producer.begin();
      await aborted.send(topic, [record('aborted')]);
      await aborted.abort();
      const plain = await ask.producer();
      const acknowledged = await Promise.all(numbered(100).map((one) => plain.send(topic, [one])));
      expect(acknowledged).toHaveLength(100);
      await ask.restart('SIGKILL');
      await (await ask.producer()).send(topic, [record('later')]);
      const values = valuesOf(await ask.readAll(topic, 102, true));
      expect(new Set(values).size).toBe(102);
      expect(values[0]).toBe('committed');
      expect(values).not.toContain('aborted');
      expect(values.at(-1)).toBe('later');
    },
  },
];
