import { errorCodes } from '#local/engines/kafka/errors.ts';
import { fetch } from '#local/engines/kafka/protocol/apis/fetch.ts';
import { joinGroup, syncGroup } from '#local/engines/kafka/protocol/apis/groups.ts';
import { offsetCommit } from '#local/engines/kafka/protocol/apis/offsets.ts';
import { produce } from '#local/engines/kafka/protocol/apis/produce.ts';
import { createTopics } from '#local/engines/kafka/protocol/apis/topics.ts';
import { addPartitionsToTxn, initProducerId } from '#local/engines/kafka/protocol/apis/transactions.ts';
import type { WireAsk } from './behaviour.ts';
import { ask as askUntil, untilServed } from './readiness.ts';
import type { Wire } from './wire.ts';

/** Requests of one partition, one group, one transaction: what most wire behaviours are made of. */

export const noTopicId = '0'.repeat(32);
export const readUncommitted = 0;
export const readCommitted = 1;

/** A topic of one partition, and its id. */
export const makeTopic = async (
  ask: Pick<WireAsk, 'fresh'>,
  wire: Wire,
): Promise<{ name: string; topicId: string }> => {
  const name = ask.fresh('wire');
  const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
  const { topics } = await wire.call(createTopics, 7, {
    topics: [topic],
    timeoutMillis: 10_000,
    isValidateOnly: false,
  });
  await untilServed(wire, name, 1);
  return { name, topicId: topics[0]?.topicId ?? noTopicId };
};

export interface Produced {
  readonly errorCode: number;
  readonly baseOffset: number;
}

export const send = async (
  wire: Wire,
  name: string,
  { records, acks = -1, transactionalId = null }: { records: Buffer; acks?: number; transactionalId?: string | null },
): Promise<Produced> => {
  const topics = [{ name, partitions: [{ index: 0, records }] }];
  const answer = await wire.call(produce, 9, { transactionalId, acks, timeoutMillis: 10_000, topics });
  const partition = answer.topics[0]?.partitions[0];
  if (partition === undefined) throw new Error('the answer has no partition');
  return { errorCode: partition.errorCode, baseOffset: partition.baseOffset };
};

export interface FetchWish {
  readonly fetchOffset?: number;
  readonly maxWaitMillis?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly partitionMaxBytes?: number;
  readonly isolationLevel?: number;
}

export const fetchFrom = async (wire: Wire, topicId: string, wish: FetchWish = {}) => {
  const partition = {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset: wish.fetchOffset ?? 0,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    partitionMaxBytes: wish.partitionMaxBytes ?? 1 << 20,
  };
  const answer = await wire.call(fetch, 13, {
    replicaId: -1,
    maxWaitMillis: wish.maxWaitMillis ?? 500,
    minBytes: wish.minBytes ?? 1,
    maxBytes: wish.maxBytes ?? 1 << 20,
    isolationLevel: wish.isolationLevel ?? readUncommitted,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [{ name: '', topicId, partitions: [partition] }],
    forgottenTopics: [],
    rackId: '',
  });
  const found = answer.topics[0]?.partitions[0];
  if (found === undefined) throw new Error('the answer has no partition');
  return { ...found, bytes: Buffer.concat([...found.records]) };
};

export interface Identity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** The previous transaction of the id is still being ended, as it may be for a moment after the answer to EndTxn. */
const isEnding = (errorCode: number): boolean => errorCode === errorCodes.CONCURRENT_TRANSACTIONS;

export const takeProducer = async (wire: Wire, transactionalId: string | null): Promise<Identity> => {
  const request = { transactionalId, transactionTimeoutMillis: 60_000 };
  const { producerId, producerEpoch } = await askUntil(
    () => wire.call(initProducerId, 4, request),
    ({ errorCode }) => !isEnding(errorCode),
  );
  return { producerId, producerEpoch };
};

/** Adds the topic's partition to the transaction. */
export const addPartition = (
  wire: Wire,
  claim: Identity & { transactionalId: string },
  name: string,
): Promise<number> =>
  askUntil(
    async () => {
      const answer = await wire.call(addPartitionsToTxn, 3, { ...claim, topics: [{ name, partitions: [0] }] });
      return answer.topics[0]?.partitions[0]?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR;
    },
    (errorCode) => !isEnding(errorCode),
  );

export interface Membership {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
  readonly groupInstanceId: null;
}

/** Not 'consumer': of that kind Apache Kafka reads the members' bytes. */
const protocolType = 'conformance';

export const joinRequest = (groupId: string, memberId: string) => ({
  groupId,
  sessionTimeoutMillis: 30_000,
  rebalanceTimeoutMillis: 30_000,
  memberId,
  groupInstanceId: null,
  protocolType,
  protocols: [{ name: 'range', metadata: Buffer.from('subscription') }],
  reason: null,
});

/** Joins a group of its own and becomes its stable, only member. */
export const joinAlone = async (wire: Wire, groupId: string): Promise<Membership> => {
  const first = await wire.call(joinGroup, 9, joinRequest(groupId, ''));
  const joined = await wire.call(joinGroup, 9, joinRequest(groupId, first.memberId));
  const claim = { groupId, memberId: joined.memberId, generationId: joined.generationId, groupInstanceId: null };
  await wire.call(syncGroup, 5, {
    ...claim,
    protocolType,
    protocolName: 'range',
    assignments: [{ memberId: joined.memberId, assignment: Buffer.from('assignment') }],
  });
  return claim;
};

export const commitAs = async (
  wire: Wire,
  member: Membership,
  { name, committedOffset }: { name: string; committedOffset: number },
): Promise<number> => {
  const partitions = [{ partitionIndex: 0, committedOffset, committedLeaderEpoch: -1, committedMetadata: '' }];
  const answer = await wire.call(offsetCommit, 8, {
    ...member,
    retentionTimeMillis: -1,
    topics: [{ name, partitions }],
  });
  return answer.topics[0]?.partitions[0]?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR;
};
