import type { Core } from '../../core.ts';
import { codeOf, errorCodes, KafkaError } from '../../errors.ts';
import { findByTime, findNewest, type TimedOffset } from '../../log/lookup.ts';
import { leaderEpoch, type PartitionLog } from '../../log/partition-log.ts';
import { offsetForLeaderEpoch } from '../../protocol/apis/cluster.ts';
import { listOffsets } from '../../protocol/apis/fetch.ts';
import { type Route, route } from '../routes.ts';
import { readCommitted } from './fetch.ts';

const unknown = -1;

/** Questions that are no time. Source: ListOffsetsRequest, KIP-734 and KIP-405. */
const questions: Readonly<Record<number, (log: PartitionLog, limit: number) => TimedOffset | undefined>> = {
  [-1]: (_, limit) => ({ offset: limit, timestampMillis: unknown }),
  [-2]: (log) => ({ offset: log.logStartOffset, timestampMillis: unknown }),
  [-3]: (log) => findNewest(log),
  [-4]: (log) => ({ offset: log.logStartOffset, timestampMillis: unknown }),
  [-5]: () => undefined,
};

export const offsetsByTimeRoutes = (core: Core): Route[] => [
  route(listOffsets, (request) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, timestampMillis }) => {
        const isCommitted = request.isolationLevel === readCommitted;
        return answerOr(partitionIndex, () => {
          const log = core.topics.partition(name, partitionIndex);
          const limit = isCommitted ? log.lastStableOffset : log.nextOffset;
          const ask = questions[timestampMillis];
          const found = ask === undefined ? findByTime(log, timestampMillis, limit) : ask(log, limit);
          return { ...blank(partitionIndex), ...found, leaderEpoch: found === undefined ? unknown : leaderEpoch };
        });
      }),
    })),
  })),

  route(offsetForLeaderEpoch, (request) => ({
    topics: request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((asked) => {
        const log = core.topics.byName(topic)?.partitions[asked.partition];
        const refusal = { partition: asked.partition, leaderEpoch: unknown, endOffset: unknown };
        if (log === undefined) return { ...refusal, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION };
        if (asked.currentLeaderEpoch > leaderEpoch) return { ...refusal, errorCode: errorCodes.UNKNOWN_LEADER_EPOCH };
        if (asked.leaderEpoch !== leaderEpoch) return { ...refusal, errorCode: errorCodes.NONE };
        return { partition: asked.partition, errorCode: errorCodes.NONE, leaderEpoch, endOffset: log.nextOffset };
      }),
    })),
  })),
];

type Answer = ReturnType<typeof blank>;

const blank = (partitionIndex: number) => ({
  partitionIndex,
  errorCode: errorCodes.NONE as number,
  timestampMillis: unknown,
  offset: unknown,
  leaderEpoch: unknown,
});

const answerOr = (partitionIndex: number, answer: () => Answer): Answer => {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return { ...blank(partitionIndex), errorCode: codeOf(error) };
  }
};
