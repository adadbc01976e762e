import { expect } from '@jest/globals';
import { type Behaviour, has, numbered, record, valuesOf } from '../behaviour.ts';

export const offsetBehaviours: readonly Behaviour[] = [
  {
    title: 'knows the first and the next offset of a partition',
    run: async (ask) => {
      const topic = await ask.topic();
      expect(await ask.session.offset(topic, 0, 'latest')).toBe(0);
      await (await ask.producer()).send(topic, numbered(7));
      expect(await ask.session.offset(topic, 0, 'earliest')).toBe(0);
      expect(await ask.session.offset(topic, 0, 'latest')).toBe(7);
    },
  },
  {
    title: 'finds the first record that is not older than a time, inside a compressed batch too',
    run: async (ask) => {
      const topic = await ask.topic();
      const startMillis = Date.now() - 100_000;
      const producer = await ask.producer();
      for (const first of [0, 10]) {
        const records = Array.from({ length: 10 }, (_, index) =>
          record('x', { timestampMillis: startMillis + (first + index) * 1000 }),
        );
        await producer.send(topic, records, { codec: 'gzip' });
      }
      expect(await ask.session.offset(topic, 0, startMillis)).toBe(0);
      expect(await ask.session.offset(topic, 0, startMillis + 6500)).toBe(7);
      expect(await ask.session.offset(topic, 0, startMillis + 13_000)).toBe(13);
    },
  },
  {
    title: 'lets a group go on where it committed, and repeats what it did not commit',
    run: async (ask) => {
      const topic = await ask.topic();
      const groupId = ask.fresh('group');
      await (await ask.producer()).send(topic, numbered(10));
      const first = await ask.consumer({ topics: [topic], groupId });
      const [, , third] = await first.until(has(10));
      if (third === undefined) throw new Error('the third record is missing');
      await first.commit(third);
      await first.close();
      expect(await ask.session.committed(groupId, topic, 0)).toBe(3);
      const second = await ask.consumer({ topics: [topic], groupId });
      expect(valuesOf(await second.until(has(7)))).toEqual(['3', '4', '5', '6', '7', '8', '9']);
    },
  },
  {
    title: 'answers with no offset for a group that committed none',
    run: async (ask) => {
      const topic = await ask.topic();
      expect(await ask.session.committed(ask.fresh('group'), topic, 0)).toBe(-1);
    },
  },
  {
    title: 'gives up the records before an offset for good',
    run: async (ask) => {
      const topic = await ask.topic();
      await (await ask.producer()).send(topic, numbered(10));
      await ask.session.deleteRecords(topic, 0, 6);
      expect(await ask.session.offset(topic, 0, 'earliest')).toBe(6);
      expect((await ask.readAll(topic, 4)).every(({ offset }) => offset >= 6)).toBe(true);
    },
  },
];
