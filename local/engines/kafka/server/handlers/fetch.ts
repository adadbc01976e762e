import type { Core } from '../../core.ts';
import { codeOf, errorCodes, KafkaError } from '../../errors.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import { fetch } from '../../protocol/apis/fetch.ts';
import type { Topic } from '../../topics/topic.ts';
import { type Call, type Route, route } from '../routes.ts';
import { type Awaited, waitForData } from './long-poll.ts';

type FetchRequest = typeof fetch.request.empty;
type FetchTopic = FetchRequest['topics'][number];
type FetchPartition = FetchTopic['partitions'][number];

export const readCommitted = 1;
const firstTopicIdVersion = 13;
/** Sessions (KIP-227) spare metadata between brokers; here every fetch says all it wants. */
const noSession = 0;

export const fetchRoutes = (core: Core): Route[] => [
  route(fetch, (request, call) => {
    if (request.sessionId !== noSession) return { errorCode: errorCodes.FETCH_SESSION_ID_NOT_FOUND, topics: [] };
    const first = collect(core, request, call);
    const isEnough = first.bytes >= request.minBytes || first.hasError || first.awaited.length === 0;
    if (isEnough || request.maxWaitMillis <= 0) return first.answer;
    const missingBytes = request.minBytes - first.bytes;
    return waitForData(core, first.awaited, { missingBytes, maxWaitMillis: request.maxWaitMillis }).then(
      () => collect(core, request, call).answer,
    );
  }),
];

interface Collected {
  readonly answer: { errorCode: number; topics: { name: string; topicId: string; partitions: PartitionAnswer[] }[] };
  readonly bytes: number;
  readonly hasError: boolean;
  /** What is worth waiting for. */
  readonly awaited: Awaited[];
}

/** Reads what is there now, partition by partition, until the request's `maxBytes` are used up. */
const collect = (core: Core, request: FetchRequest, call: Call): Collected => {
  const isCommitted = request.isolationLevel === readCommitted;
  const maxBytes = Math.min(request.maxBytes, core.settings.maxFetchBytes);
  const awaited: Awaited[] = [];
  let bytes = 0;
  let hasError = false;
  const readOne = (topic: FetchTopic, asked: FetchPartition): PartitionAnswer => {
    try {
      const log = findLog(core, topic, { index: asked.partition, version: call.version });
      const budget = { maxBytes: Math.min(asked.partitionMaxBytes, maxBytes - bytes), atLeastOne: bytes === 0 };
      const answer = readPartition(log, asked, { ...budget, isCommitted });
      bytes += answer.records[0]?.length ?? 0;
      awaited.push({ log, offset: asked.fetchOffset, isCommitted });
      return answer;
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      hasError = true;
      return refused(asked.partition, codeOf(error));
    }
  };
  const topics = request.topics.map((topic) => ({
    name: topic.name,
    topicId: topic.topicId,
    partitions: topic.partitions.map((asked) => readOne(topic, asked)),
  }));
  return { answer: { errorCode: errorCodes.NONE, topics }, bytes, hasError, awaited };
};

const findLog = (
  core: Core,
  asked: FetchTopic,
  { index, version }: { index: number; version: number },
): PartitionLog => {
  if (version < firstTopicIdVersion) return core.topics.partition(asked.name, index);
  const topic: Topic | undefined = core.topics.byId(asked.topicId);
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_ID', `no topic has the id ${asked.topicId}`);
  return core.topics.partition(topic.name, index);
};

type PartitionAnswer = ReturnType<typeof refused>;

const refused = (partitionIndex: number, errorCode: number) => ({
  partitionIndex,
  errorCode,
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  abortedTransactions: null as { producerId: number; firstOffset: number }[] | null,
  records: [] as Buffer[],
});

interface Budget {
  readonly maxBytes: number;
  readonly atLeastOne: boolean;
  readonly isCommitted: boolean;
}

const readPartition = (log: PartitionLog, asked: FetchPartition, budget: Budget): PartitionAnswer => {
  const limit = budget.isCommitted ? log.lastStableOffset : log.nextOffset;
  const slice = log.read(asked.fetchOffset, { ...budget, limit });
  const aborted =
    slice === undefined || !budget.isCommitted ? [] : log.abortedBetween(asked.fetchOffset, slice.nextOffset);
  return {
    partitionIndex: asked.partition,
    errorCode: errorCodes.NONE,
    highWatermark: log.nextOffset,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.logStartOffset,
    abortedTransactions: budget.isCommitted ? aborted : null,
    records: slice === undefined ? [] : [slice.bytes],
  };
};
