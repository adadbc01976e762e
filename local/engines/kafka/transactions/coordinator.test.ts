import { afterEach, describe, expect, test } from '@jest/globals';
import { countingBatch } from '#tests/support/kafka-batch.ts';
import { scratch, store } from '#tests/support/kafka-log.ts';
import { Core } from '../core.ts';
import { defaultSettings } from '../settings.ts';
import { TransactionStore } from './transaction-store.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

const transactionalId = 'txn';
const topic = 'topic';
const offsetEntry = {
  topic,
  partition: 0,
  value: { offset: 5, leaderEpoch: 0, metadata: '', committedAtMillis: 0 },
};

/** Everything but the socket, on a directory that may have been used before; `at` is its clock. */
const open = (dataDir: string, clock: { at: number }): Core => {
  const core = new Core({ ...defaultSettings, dataDir, port: 0, now: () => clock.at, onFault: () => undefined });
  core.open();
  return core;
};

/** A broker in which a transaction with two records and one offset is open. */
const openTransaction = () => {
  const { directory, dispose } = scratch();
  closers.push(dispose);
  const clock = { at: Date.now() };
  const core = open(directory, clock);
  core.topics.create({ name: topic, partitions: 1, config: {} });
  const claim = { transactionalId, ...core.transactions.init(transactionalId, 60_000, undefined) };
  core.transactions.addPartitions(claim, [`${topic}/0`]);
  core.transactions.addGroup(claim, 'group');
  core.transactions.addOffsets(claim, 'group', [offsetEntry]);
  const log = core.topics.partition(topic, 0);
  store(log, countingBatch(2, { ...claim, baseSequence: 0, isTransactional: true }));
  return { core, claim, log, clock, directory };
};

describe('a transaction', () => {
  test.each([
    ['PrepareCommit', 5, []],
    ['PrepareAbort', undefined, [{ producerId: 0, firstOffset: 0, lastOffset: 2 }]],
  ] as const)('that a crash interrupted in %s is finished at the next start, once', (state, offset, aborted) => {
    const { core, clock, directory } = openTransaction();
    core.close();
    const records = new TransactionStore({ ...core.settings });
    records.open();
    const record = records.get(transactionalId);
    if (record !== undefined) records.set(transactionalId, { ...record, state });
    records.close();
    for (let start = 0; start < 2; start++) {
      const again = open(directory, clock);
      const log = again.topics.partition(topic, 0);
      expect([log.nextOffset, log.lastStableOffset]).toEqual([3, 3]);
      expect(log.abortedBetween(0, 3)).toEqual(aborted);
      expect(again.groups.offsets.get('group', topic, 0)?.offset).toBe(offset);
      again.close();
    }
  });

  test('that is open over a restart can still be committed', () => {
    const { core, claim, clock, directory } = openTransaction();
    core.close();
    const again = open(directory, clock);
    expect(again.topics.partition(topic, 0).lastStableOffset).toBe(0);
    again.transactions.end(claim, true);
    expect(again.topics.partition(topic, 0).lastStableOffset).toBe(3);
    expect(again.groups.offsets.get('group', topic, 0)?.offset).toBe(5);
    again.close();
  });

  test('that is overdue is aborted and its producer fenced; one that is not yet overdue is left alone', () => {
    const { core, claim, log, clock } = openTransaction();
    clock.at += 60_000;
    core.transactions.sweep();
    expect(log.lastStableOffset).toBe(0);
    clock.at += 1;
    core.transactions.sweep();
    expect(log.lastStableOffset).toBe(3);
    expect(() => core.transactions.end(claim, true)).toThrow(/epoch 0 is fenced/);
    core.close();
  });

  test('may be ended twice in the same way, and not in the other', () => {
    const { core, claim, log } = openTransaction();
    core.transactions.end(claim, true);
    core.transactions.end(claim, true);
    expect(log.nextOffset).toBe(3);
    expect(() => core.transactions.end(claim, false)).toThrow(/CompleteCommit, it cannot be ended/);
    core.close();
  });

  test('of a producer that asks again with the epoch that it raised gets the same answer (KIP-360)', () => {
    const { core, claim } = openTransaction();
    core.transactions.end(claim, true);
    const raised = core.transactions.init(transactionalId, 60_000, claim);
    expect(raised).toEqual({ producerId: claim.producerId, producerEpoch: claim.producerEpoch + 1 });
    expect(core.transactions.init(transactionalId, 60_000, claim)).toEqual(raised);
    core.transactions.init(transactionalId, 60_000, undefined);
    expect(() => core.transactions.init(transactionalId, 60_000, raised)).toThrow(/is fenced by/);
    core.close();
  });

  test('gives a producer a new id when its epochs are used up', () => {
    const { core, claim } = openTransaction();
    core.transactions.end(claim, true);
    let identity = core.transactions.init(transactionalId, 60_000, undefined);
    while (identity.producerId === claim.producerId && identity.producerEpoch < 32_766) {
      identity = core.transactions.init(transactionalId, 60_000, undefined);
    }
    const next = core.transactions.init(transactionalId, 60_000, undefined);
    expect(next.producerId).not.toBe(claim.producerId);
    expect(next.producerEpoch).toBe(0);
    core.close();
  });
});
