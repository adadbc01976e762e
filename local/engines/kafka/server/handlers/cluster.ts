import type { Core } from '../../core.ts';
import { errorCodes } from '../../errors.ts';
import { leaderEpoch } from '../../log/partition-log.ts';
import { apiVersions, describeCluster, findCoordinator, metadata } from '../../protocol/apis/cluster.ts';
import { clusterId, nodeId } from '../../settings.ts';
import type { Topic } from '../../topics/topic.ts';
import { encodeAnswer, type Route, route } from '../routes.ts';

const noTopicId = '0'.repeat(32);
const produceKey = 0;

export const clusterRoutes = (core: Core): Route[] => [
  route(metadata, (request, call) => {
    // Version 0 has no way to ask for no topic: an empty list means all of them.
    const isForAll = request.topics === null || (call.version === 0 && request.topics.length === 0);
    return {
      brokers: [{ nodeId, ...core.address }],
      clusterId,
      controllerId: nodeId,
      topics: isForAll
        ? core.topics.all.map(describeTopic)
        : (request.topics ?? []).map((asked) => describeAsked(core, asked)),
    };
  }),

  route(describeCluster, (request) => ({
    errorCode: errorCodes.NONE,
    endpointType: request.endpointType,
    clusterId,
    controllerId: nodeId,
    brokers: [{ brokerId: nodeId, ...core.address }],
  })),

  route(findCoordinator, (request) => {
    const found = { errorCode: errorCodes.NONE, errorMessage: null, nodeId, ...core.address };
    return { ...found, coordinators: request.coordinatorKeys.map((key) => ({ key, ...found })) };
  }),
];

const describeTopic = (topic: Topic) => ({
  errorCode: errorCodes.NONE as number,
  name: topic.name as string | null,
  topicId: topic.id,
  partitions: topic.partitions.map((_, partitionIndex) => ({
    errorCode: errorCodes.NONE,
    partitionIndex,
    leaderId: nodeId,
    leaderEpoch,
    replicaNodes: [nodeId],
    isrNodes: [nodeId],
  })),
});

const describeAsked = (core: Core, asked: { topicId: string; name: string | null }) => {
  const isById = asked.name === null || (asked.name === '' && asked.topicId !== noTopicId);
  const topic = isById ? core.topics.byId(asked.topicId) : core.topics.byName(asked.name ?? '');
  if (topic !== undefined) return describeTopic(topic);
  const errorCode = isById ? errorCodes.UNKNOWN_TOPIC_ID : errorCodes.UNKNOWN_TOPIC_OR_PARTITION;
  return { errorCode, name: asked.name, topicId: asked.topicId, partitions: [] };
};

/** ApiVersions, which says what the broker speaks, itself included. */
export const apiVersionsRoute = (routes: readonly Route[]): Route => {
  const apiKeys = [apiVersions, ...routes.map((entry) => entry.api)].map(({ key, versions }) => ({
    apiKey: key,
    // librdkafka does not compress unless version 0 is listed (KAFKA-18659); it is refused all the same.
    minVersion: key === produceKey ? 0 : versions[0],
    maxVersion: versions[1],
  }));
  return {
    ...route(apiVersions, () => ({ errorCode: errorCodes.NONE, apiKeys })),
    refuseVersion: (header) => {
      const oldest = { ...header, version: 0 };
      return encodeAnswer(apiVersions, oldest, { errorCode: errorCodes.UNSUPPORTED_VERSION, apiKeys });
    },
  };
};
