import type { Core } from '../../core.ts';
import { codeOf, errorCodes, KafkaError, StorageError } from '../../errors.ts';
import { createPartitions, createTopics, deleteRecords, deleteTopics } from '../../protocol/apis/topics.ts';
import { nodeId } from '../../settings.ts';
import type { Topic } from '../../topics/topic.ts';
import { parseTopicConfig } from '../../topics/topic-config.ts';
import type { NewTopic } from '../../topics/topic-store.ts';
import { type Route, route } from '../routes.ts';
import { configEntries } from './configs.ts';

const noTopicId = '0'.repeat(32);
/** "As the broker is used to": one partition, one copy. */
const byDefault = -1;
const defaultPartitions = 1;
const onlyReplicas = 1;
const toTheEnd = -1;

export const topicRoutes = (core: Core): Route[] => [
  route(createTopics, (request) => {
    const topics = request.topics.map((asked) => {
      const outcome = attempt(core, () => {
        checkUnique(
          asked.name,
          request.topics.map((other) => other.name),
        );
        const wanted = newTopic(asked);
        if (request.isValidateOnly) core.topics.check(wanted);
        else core.topics.create(wanted);
      });
      const topic = core.topics.byName(asked.name);
      return outcome.errorCode === errorCodes.NONE && topic !== undefined
        ? { name: asked.name, ...outcome, ...shape(topic) }
        : { name: asked.name, ...outcome, ...noShape };
    });
    return core.whenDurable({ topics });
  }),

  route(deleteTopics, (request, call) => {
    const asked = call.version >= 6 ? request.topics : request.topicNames.map((name) => ({ name, topicId: noTopicId }));
    const responses = asked.map(({ name, topicId }) => {
      const topic = name === null ? core.topics.byId(topicId) : core.topics.byName(name);
      const error = name === null ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION';
      const outcome = attempt(core, () => {
        if (topic === undefined) throw new KafkaError(error, `There is no topic ${name ?? topicId}.`);
        core.topics.delete(topic);
      });
      return { name: topic?.name ?? name, topicId: topic?.id ?? topicId, ...outcome };
    });
    return core.whenDurable({ responses });
  }),

  route(createPartitions, (request) => {
    const results = request.topics.map(({ name, count, assignments }) => {
      const outcome = attempt(core, () => {
        const topic = core.topics.need(name);
        checkAssignments(assignments ?? []);
        core.topics.checkGrowth(topic, count);
        if (!request.isValidateOnly) core.topics.change(topic, { partitions: count });
      });
      return { name, ...outcome };
    });
    return core.whenDurable({ results });
  }),

  route(deleteRecords, (request) => {
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, offset }) => {
        const { errorCode } = attempt(core, () => cutRecords(core, core.topics.need(name), { partitionIndex, offset }));
        const log = core.topics.byName(name)?.partitions[partitionIndex];
        return { partitionIndex, lowWatermark: errorCode === 0 ? (log?.logStartOffset ?? -1) : -1, errorCode };
      }),
    }));
    return core.whenDurable({ topics });
  }),
];

interface Outcome {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export const attempt = (core: Core, work: () => void): Outcome => {
  try {
    work();
    return { errorCode: errorCodes.NONE, errorMessage: null };
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    if (error instanceof StorageError) core.settings.onFault({ code: 'storage', message: error.message });
    return { errorCode: codeOf(error), errorMessage: error.message };
  }
};

const shape = (topic: Topic) => ({
  topicId: topic.id,
  numPartitions: topic.partitions.length,
  replicationFactor: onlyReplicas,
  configs: configEntries(topic).map(({ name, value, isReadOnly, configSource, isSensitive }) => ({
    name,
    value,
    isReadOnly,
    configSource,
    isSensitive,
  })),
});
const noShape = { topicId: noTopicId, numPartitions: -1, replicationFactor: -1, configs: null };

const checkUnique = (name: string, names: readonly string[]): void => {
  if (names.filter((other) => other === name).length > 1) {
    throw new KafkaError('INVALID_REQUEST', `The request names topic ${name} more than once.`);
  }
};

const checkAssignments = (assignments: readonly { readonly brokerIds: readonly number[] }[]): void => {
  if (assignments.every(({ brokerIds }) => brokerIds.length === onlyReplicas && brokerIds[0] === nodeId)) return;
  throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', `The only broker is ${nodeId}.`);
};

type AskedTopic = (typeof createTopics.request.empty)['topics'][number];

const newTopic = (asked: AskedTopic): NewTopic => {
  const { name, numPartitions, replicationFactor, assignments, configs } = asked;
  checkAssignments(assignments);
  if (assignments.length === 0 && replicationFactor !== byDefault && replicationFactor !== onlyReplicas) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `Replication factor ${replicationFactor}: a development broker is alone and keeps ${onlyReplicas} copy.`,
    );
  }
  const partitions = numPartitions === byDefault ? assignments.length || defaultPartitions : numPartitions;
  const given = configs.flatMap(({ name: key, value }) => (value === null ? [] : [[key, value] as const]));
  return { name, partitions, config: parseTopicConfig(given) };
};

const cutRecords = (core: Core, topic: Topic, cut: { partitionIndex: number; offset: number }): void => {
  const log = core.topics.partition(topic.name, cut.partitionIndex);
  const offset = cut.offset === toTheEnd ? log.nextOffset : cut.offset;
  if (offset < 0 || offset > log.nextOffset) {
    throw new KafkaError('OFFSET_OUT_OF_RANGE', `offset ${offset} is not within 0 and ${log.nextOffset}`);
  }
  if (offset > log.logStartOffset) core.topics.deleteRecords(topic, cut.partitionIndex, offset);
};
