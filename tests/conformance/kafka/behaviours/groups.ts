import { expect } from '@jest/globals';
import { type Ask, type Behaviour, has, numbered } from '../behaviour.ts';
import type { IncomingRecord, TestConsumer } from '../client.ts';
import { startMember } from '../member.ts';
import { ask as askUntil } from '../readiness.ts';

const partitionCount = 4;

/** Resolves when the members have all partitions between them, each of them some, none twice. */
const shared = async (members: readonly Pick<TestConsumer, 'assigned'>[]): Promise<void> => {
  await askUntil(
    () => members.map(({ assigned }) => assigned),
    (assignments) => {
      const all = assignments.flat();
      const isEach = assignments.every((assigned) => assigned.length > 0);
      return isEach && all.length === partitionCount && new Set(all).size === partitionCount;
    },
  );
};

/** Where each value is counted once, whoever received it. */
const distinct = (members: readonly { readonly received: readonly IncomingRecord[] }[]): Set<string> =>
  new Set(members.flatMap(({ received }) => received.map(({ partition, value }) => `${partition} ${value}`)));

const everyPartition = (count: number) =>
  Array.from({ length: partitionCount }, (_, partition) => numbered(count, partition)).flat();

const pairOf = async (ask: Ask, topic: string): Promise<[TestConsumer, TestConsumer]> => {
  const options = { topics: [topic], groupId: ask.fresh('group') };
  const pair = await Promise.all([ask.consumer(options), ask.consumer(options)]);
  await shared(pair);
  return pair;
};

export const groupBehaviours: readonly Behaviour[] = [
  {
    title: 'shares the partitions between two members, and every record reaches them',
    run: async (ask) => {
      const topic = await ask.topic(partitionCount);
      const [first, second] = await pairOf(ask, topic);
      await (await ask.producer()).send(topic, everyPartition(5));
      await askUntil(
        () => distinct([first, second]).size,
        (count) => count === partitionCount * 5,
      );
      // Not that none reaches both: a rebalance in between repeats what nobody has committed.
      expect(first.received.length).toBeGreaterThan(0);
      expect(second.received.length).toBeGreaterThan(0);
    },
  },
  {
    title: 'gives a member that stays the partitions of one that leaves',
    run: async (ask) => {
      const topic = await ask.topic(partitionCount);
      const [first, second] = await pairOf(ask, topic);
      await second.close();
      await shared([first]);
      await (await ask.producer()).send(topic, everyPartition(2));
      await first.until(has(partitionCount * 2));
    },
  },
  {
    title: 'gives a member that stays the partitions of one that was killed, when its session is over',
    run: async (ask) => {
      const topic = await ask.topic(partitionCount);
      const groupId = ask.fresh('group');
      const stays = await ask.consumer({ topics: [topic], groupId, sessionTimeoutMillis: 2000 });
      const dies = await startMember(ask.client.name, { port: ask.target.port, groupId, topic });
      await shared([stays, dies]);
      await dies.kill();
      await shared([stays]);
      await (await ask.producer()).send(topic, everyPartition(2));
      await stays.until(has(partitionCount * 2));
    },
  },
  {
    title: 'tells the state of a group, lists it, and deletes it only when nobody is in it',
    run: async (ask) => {
      const topic = await ask.topic();
      const groupId = ask.fresh('group');
      await (await ask.producer()).send(topic, numbered(1));
      const member = await ask.consumer({ topics: [topic], groupId });
      const [only] = await member.until(has(1));
      if (only !== undefined) await member.commit(only);
      expect(await ask.session.groupState(groupId)).toMatch(/^stable$/i);
      expect(await ask.session.groups()).toContain(groupId);
      expect(await ask.errorOf(ask.session.deleteGroup(groupId))).toBe('NON_EMPTY_GROUP');
      await member.close();
      expect(await ask.session.groupState(groupId)).toMatch(/^empty$/i);
      await ask.session.deleteGroup(groupId);
      expect(await ask.session.groups()).not.toContain(groupId);
      expect(await ask.session.committed(groupId, topic, 0)).toBe(-1);
    },
  },
  {
    title: 'gives a static member that comes back its partitions without a rebalance of the others',
    isFor: (client) => client.hasStaticMembers,
    run: async (ask) => {
      const topic = await ask.topic(partitionCount);
      const groupId = ask.fresh('group');
      const stays = await ask.consumer({ topics: [topic], groupId, instanceId: 'stays', sessionTimeoutMillis: 20_000 });
      const first = await startMember(ask.client.name, { port: ask.target.port, groupId, topic, instanceId: 'moves' });
      await shared([stays, first]);
      const before = { stays: [...stays.assigned], moves: [...first.assigned] };
      await first.kill();
      const second = await startMember(ask.client.name, { port: ask.target.port, groupId, topic, instanceId: 'moves' });
      await askUntil(
        () => second.assigned,
        (assigned) => assigned.length > 0,
      );
      expect({ stays: [...stays.assigned], moves: [...second.assigned] }).toEqual(before);
      await second.kill();
    },
  },
];
