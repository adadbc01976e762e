import { expect } from '@jest/globals';
import { type Behaviour, has, numbered, record, valuesOf } from '../behaviour.ts';

export const transactionBehaviours: readonly Behaviour[] = [
  {
    title: 'shows records of a committed transaction, in all its partitions, to readers of committed data',
    run: async (ask) => {
      const [left, right] = [await ask.topic(), await ask.topic()];
      const producer = await ask.producer({ transactionalId: ask.fresh('txn') });
      const transaction = await producer.begin();
      await transaction.send(left, numbered(3));
      await transaction.send(right, numbered(2));
      await transaction.commit();
      expect(valuesOf(await ask.readAll(left, 3, true))).toEqual(['0', '1', '2']);
      expect(valuesOf(await ask.readAll(right, 2, true))).toEqual(['0', '1']);
    },
  },
  {
    title: 'hides records of an aborted transaction from readers of committed data, and from nobody else',
    run: async (ask) => {
      const topic = await ask.topic();
      const producer = await ask.producer({ transactionalId: ask.fresh('txn') });
      const aborted = await producer.begin();
      await aborted.send(topic, [record('aborted')]);
      await aborted.abort();
      const committed = await producer.begin();
      await committed.send(topic, [record('committed')]);
      await committed.commit();
      await (await ask.producer()).send(topic, [record('plain')]);
      expect(valuesOf(await ask.readAll(topic, 2, true))).toEqual(['committed', 'plain']);
      expect(valuesOf(await ask.readAll(topic, 3, false))).toEqual(['aborted', 'committed', 'plain']);
    },
  },
  {
    title: 'holds back what follows an open transaction until it ends',
    run: async (ask) => {
      const topic = await ask.topic();
      const producer = await ask.producer({ transactionalId: ask.fresh('txn') });
      const plain = await ask.producer();
      await plain.send(topic, [record('before')]);
      const transaction = await producer.begin();
      await transaction.send(topic, [record('inside')]);
      await plain.send(topic, [record('after')]);
      const committed = await ask.consumer({ topics: [topic], isCommittedOnly: true });
      const all = await ask.consumer({ topics: [topic] });
      await all.until(has(3));
      await committed.until(has(1));
      expect(valuesOf(committed.received)).toEqual(['before']);
      await transaction.commit();
      expect(valuesOf(await committed.until(has(3)))).toEqual(['before', 'inside', 'after']);
    },
  },
  {
    title: 'commits the offsets of a group with the transaction, or not at all',
    run: async (ask) => {
      const [source, sink] = [await ask.topic(), await ask.topic()];
      const groupId = ask.fresh('group');
      await (await ask.producer()).send(source, numbered(2));
      const consumer = await ask.consumer({ topics: [source], groupId });
      const [first, second] = await consumer.until(has(2));
      if (first === undefined || second === undefined) throw new Error('two records were sent');
      const producer = await ask.producer({ transactionalId: ask.fresh('txn') });
      const committed = await producer.begin();
      await committed.send(sink, [record('one')]);
      await committed.sendOffset(consumer, first);
      await committed.commit();
      const aborted = await producer.begin();
      await aborted.send(sink, [record('two')]);
      await aborted.sendOffset(consumer, second);
      await aborted.abort();
      expect(await ask.session.committed(groupId, source, 0)).toBe(1);
      expect(valuesOf(await ask.readAll(sink, 1, true))).toEqual(['one']);
    },
  },
  {
    title: 'fences a producer when another one takes over its transactional id, and aborts what it left open',
    run: async (ask) => {
      const topic = await ask.topic();
      const transactionalId = ask.fresh('txn');
      const old = await ask.producer({ transactionalId });
      const left = await old.begin();
      await left.send(topic, [record('left open')]);
      const next = await ask.producer({ transactionalId });
      const taken = await next.begin();
      await taken.send(topic, [record('taken over')]);
      await taken.commit();
      expect(await ask.errorOf(left.commit())).toMatch(/^(PRODUCER_FENCED|INVALID_PRODUCER_EPOCH)$/);
      expect(valuesOf(await ask.readAll(topic, 1, true))).toEqual(['taken over']);
    },
  },
  {
    title: 'aborts a transaction that its producer left for longer than its timeout',
    run: async (ask) => {
      const topic = await ask.topic();
      const producer = await ask.producer({ transactionalId: ask.fresh('txn'), transactionTimeoutMillis: 1000 });
      const transaction = await producer.begin();
      await transaction.send(topic, [record('abandoned')]);
      await (await ask.producer()).send(topic, [record('after')]);
      expect(valuesOf(await ask.readAll(topic, 1, true))).toEqual(['after']);
    },
  },
];
