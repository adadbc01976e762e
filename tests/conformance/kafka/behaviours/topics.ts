import { expect } from '@jest/globals';
import { type Behaviour, numbered, valuesOf } from '../behaviour.ts';

export const topicBehaviours: readonly Behaviour[] = [
  {
    title: 'creates a topic with its settings and lists it',
    run: async (ask) => {
      const topic = await ask.topic(3, { 'retention.ms': '12345678', 'cleanup.policy': 'compact' });
      expect(await ask.session.topics()).toContain(topic);
      const config = await ask.session.topicConfig(topic);
      expect(config).toMatchObject({
        'retention.ms': '12345678',
        'cleanup.policy': 'compact',
        'max.message.bytes': '1048588',
      });
    },
  },
  {
    title: 'refuses an unknown setting and a setting that is no number',
    run: async (ask) => {
      for (const config of [{ 'no.such.setting': '1' }, { 'retention.ms': 'soon' }]) {
        const name = ask.fresh('topic');
        expect(await ask.errorOf(ask.session.createTopic(name, 1, config))).toBe('INVALID_CONFIG');
        expect(await ask.session.topics()).not.toContain(name);
      }
    },
  },
  {
    title: 'refuses a name that is no topic name',
    run: async (ask) => {
      expect(await ask.errorOf(ask.session.createTopic('a name with spaces', 1))).toBe('INVALID_TOPIC_EXCEPTION');
    },
  },
  {
    title: 'adds partitions and never takes one away',
    run: async (ask) => {
      const topic = await ask.topic(2);
      await ask.session.addPartitions(topic, 4);
      const producer = await ask.producer();
      await producer.send(topic, numbered(3, 3));
      expect(await ask.session.offset(topic, 3, 'latest')).toBe(3);
      expect(await ask.errorOf(ask.session.addPartitions(topic, 3))).toBe('INVALID_PARTITIONS');
    },
  },
  {
    title: 'forgets the records of a topic that is deleted and created again',
    run: async (ask) => {
      const topic = await ask.topic();
      await (await ask.producer()).send(topic, numbered(5));
      await ask.session.deleteTopic(topic);
      expect(await ask.session.topics()).not.toContain(topic);
      await ask.createTopic(topic, 1);
      await (await ask.producer()).send(topic, [{ key: null, value: 'new' }]);
      expect(valuesOf(await ask.readAll(topic, 1))).toEqual(['new']);
      expect(await ask.session.offset(topic, 0, 'latest')).toBe(1);
    },
  },
];
