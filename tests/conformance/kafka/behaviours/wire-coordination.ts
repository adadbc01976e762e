import { expect } from '@jest/globals';
import { errorCodes } from '#local/engines/kafka/errors.ts';
import { heartbeat, joinGroup } from '#local/engines/kafka/protocol/apis/groups.ts';
import { offsetFetch } from '#local/engines/kafka/protocol/apis/offsets.ts';
import { addOffsetsToTxn, endTxn, txnOffsetCommit } from '#local/engines/kafka/protocol/apis/transactions.ts';
import { countingBatch } from '#tests/support/kafka-batch.ts';
import type { WireAsk, WireBehaviour } from '../behaviour.ts';
import { ask as askUntil } from '../readiness.ts';
import type { Wire } from '../wire.ts';
import {
  addPartition,
  commitAs,
  fetchFrom,
  joinAlone,
  joinRequest,
  makeTopic,
  readCommitted,
  send,
  takeProducer,
} from '../wire-calls.ts';

/** A transaction with one batch of two records in one partition, still open. */
const openTransaction = async (ask: WireAsk, wire: Wire) => {
  const topic = await makeTopic(ask, wire);
  const transactionalId = ask.fresh('txn');
  const claim = { transactionalId, ...(await takeProducer(wire, transactionalId)) };
  await addPartition(wire, claim, topic.name);
  const records = countingBatch(2, { ...claim, baseSequence: 0, isTransactional: true });
  await send(wire, topic.name, { records, transactionalId });
  return { ...topic, claim };
};

const committedOf = async (wire: Wire, groupId: string, name: string) => {
  const topics = [{ name, partitionIndexes: [0] }];
  const answer = await wire.call(offsetFetch, 7, { groupId, topics, groups: [], requireStable: true });
  const partition = answer.topics[0]?.partitions[0];
  return { errorCode: partition?.errorCode, offset: partition?.committedOffset };
};

/** Markers may come a moment after EndTxn is answered: this waits for the one of the transaction. */
const untilStable = async (wire: Wire, topicId: string): Promise<void> => {
  await askUntil(
    () => fetchFrom(wire, topicId, { isolationLevel: readCommitted, maxWaitMillis: 0 }),
    ({ lastStableOffset, highWatermark }) => lastStableOffset === highWatermark,
  );
};

export const wireCoordinationBehaviours: readonly WireBehaviour[] = [
  {
    title: 'gives a new member an id and takes it in when it comes back with it',
    run: async (ask) => {
      const wire = await ask.wire();
      const groupId = ask.fresh('group');
      const first = await wire.call(joinGroup, 9, joinRequest(groupId, ''));
      expect(first.errorCode).toBe(errorCodes.MEMBER_ID_REQUIRED);
      const joined = await wire.call(joinGroup, 9, joinRequest(groupId, first.memberId));
      expect(joined).toMatchObject({ errorCode: 0, leader: first.memberId, protocolName: 'range' });
      expect(joined.members.map(({ memberId }) => memberId)).toEqual([first.memberId]);
    },
  },
  {
    title: 'refuses heartbeats and commits of a former generation and of strangers',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name } = await makeTopic(ask, wire);
      const member = await joinAlone(wire, ask.fresh('group'));
      const old = { ...member, generationId: member.generationId - 1 };
      const stranger = { ...member, memberId: 'stranger' };
      expect((await wire.call(heartbeat, 4, member)).errorCode).toBe(errorCodes.NONE);
      expect((await wire.call(heartbeat, 4, old)).errorCode).toBe(errorCodes.ILLEGAL_GENERATION);
      expect((await wire.call(heartbeat, 4, stranger)).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
      expect(await commitAs(wire, member, { name, committedOffset: 1 })).toBe(errorCodes.NONE);
      expect(await commitAs(wire, old, { name, committedOffset: 2 })).toBe(errorCodes.ILLEGAL_GENERATION);
      expect(await commitAs(wire, stranger, { name, committedOffset: 2 })).toBe(errorCodes.UNKNOWN_MEMBER_ID);
    },
  },
  {
    title: 'refuses a member whose protocols nobody in the group has',
    run: async (ask) => {
      const wire = await ask.wire();
      const groupId = ask.fresh('group');
      await joinAlone(wire, groupId);
      const other = { ...joinRequest(groupId, ''), protocols: [{ name: 'other', metadata: Buffer.alloc(0) }] };
      const answer = await (await ask.wire()).call(joinGroup, 9, other);
      expect(answer.errorCode).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL);
    },
  },
  {
    title: 'refuses a transactional batch outside of a transaction',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name } = await makeTopic(ask, wire);
      const transactionalId = ask.fresh('txn');
      const identity = await takeProducer(wire, transactionalId);
      const records = countingBatch(1, { ...identity, baseSequence: 0, isTransactional: true });
      expect((await send(wire, name, { records, transactionalId })).errorCode).toBe(errorCodes.INVALID_TXN_STATE);
    },
  },
  {
    title: 'lists the aborted transactions of what a reader of committed data fetches',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, topicId, claim } = await openTransaction(ask, wire);
      const open = await fetchFrom(wire, topicId, { isolationLevel: readCommitted, maxWaitMillis: 0 });
      expect(open).toMatchObject({ lastStableOffset: 0, highWatermark: 2, bytes: Buffer.alloc(0) });
      expect((await wire.call(endTxn, 3, { ...claim, committed: false })).errorCode).toBe(errorCodes.NONE);
      await untilStable(wire, topicId);
      await send(wire, name, { records: countingBatch(1) });
      const ended = await fetchFrom(wire, topicId, { isolationLevel: readCommitted });
      expect(ended.abortedTransactions).toEqual([{ producerId: claim.producerId, firstOffset: 0 }]);
      expect(ended).toMatchObject({ lastStableOffset: 4, highWatermark: 4 });
    },
  },
  {
    title: 'holds a fetch of committed data back until the transaction in its way has ended',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, topicId, claim } = await openTransaction(ask, wire);
      const wish = { isolationLevel: readCommitted, maxWaitMillis: 30_000 };
      const waiting = fetchFrom(await ask.wire(), topicId, wish);
      for (let baseSequence = 2; baseSequence < 12; baseSequence++) {
        const records = countingBatch(1, { ...claim, baseSequence, isTransactional: true });
        await send(wire, name, { records, transactionalId: claim.transactionalId });
      }
      await wire.call(endTxn, 3, { ...claim, committed: true });
      expect((await waiting).bytes.length).toBeGreaterThan(0);
    },
  },
  {
    title: 'refuses what a producer writes after its transactional id was taken over',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, claim } = await openTransaction(ask, wire);
      const next = await takeProducer(wire, claim.transactionalId);
      expect(next.producerId).toBe(claim.producerId);
      expect(next.producerEpoch).toBeGreaterThan(claim.producerEpoch);
      const records = countingBatch(1, { ...claim, baseSequence: 2, isTransactional: true });
      const late = await send(wire, name, { records, transactionalId: claim.transactionalId });
      expect(late.errorCode).toBe(errorCodes.INVALID_PRODUCER_EPOCH);
      expect((await wire.call(endTxn, 3, { ...claim, committed: true })).errorCode).toBe(errorCodes.PRODUCER_FENCED);
    },
  },
  {
    title: 'calls an offset unstable while a transaction may still commit another one',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, claim } = await openTransaction(ask, wire);
      const groupId = ask.fresh('group');
      await wire.call(addOffsetsToTxn, 3, { ...claim, groupId });
      const partitions = [{ partitionIndex: 0, committedOffset: 2, committedLeaderEpoch: -1, committedMetadata: '' }];
      const member = { generationId: -1, memberId: '', groupInstanceId: null };
      await wire.call(txnOffsetCommit, 3, { ...claim, ...member, groupId, topics: [{ name, partitions }] });
      expect((await committedOf(wire, groupId, name)).errorCode).toBe(errorCodes.UNSTABLE_OFFSET_COMMIT);
      await wire.call(endTxn, 3, { ...claim, committed: true });
      const seen = await askUntil(
        () => committedOf(wire, groupId, name),
        ({ errorCode }) => errorCode !== errorCodes.UNSTABLE_OFFSET_COMMIT,
      );
      expect(seen).toEqual({ errorCode: errorCodes.NONE, offset: 2 });
    },
  },
  {
    title: 'remembers sequences, generations and open transactions over SIGKILL',
    run: async (ask) => {
      const before = await ask.wire();
      const { name, topicId, claim } = await openTransaction(ask, before);
      const member = await joinAlone(before, ask.fresh('group'));
      const plain = await makeTopic(ask, before);
      const identity = await takeProducer(before, null);
      const repeated = { records: countingBatch(2, { ...identity, baseSequence: 0 }) };
      await send(before, plain.name, { records: countingBatch(1) });
      expect(await send(before, plain.name, repeated)).toEqual({ errorCode: 0, baseOffset: 1 });
      await ask.restart('SIGKILL');
      const after = await ask.wire();
      expect(await send(after, plain.name, repeated)).toEqual({ errorCode: errorCodes.NONE, baseOffset: 1 });
      expect((await after.call(heartbeat, 4, member)).errorCode).toBe(errorCodes.NONE);
      const open = await fetchFrom(after, topicId, { isolationLevel: readCommitted, maxWaitMillis: 0 });
      expect(open).toMatchObject({ lastStableOffset: 0, highWatermark: 2 });
      expect((await after.call(endTxn, 3, { ...claim, committed: true })).errorCode).toBe(errorCodes.NONE);
      await untilStable(after, topicId);
      expect((await send(after, name, { records: countingBatch(1) })).baseOffset).toBe(3);
    },
  },
];
