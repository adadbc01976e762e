import { once } from 'node:events';
import { expect } from '@jest/globals';
import { errorCodes } from '#local/engines/kafka/errors.ts';
import { type Api, editionsOf } from '#local/engines/kafka/protocol/api.ts';
import {
  apiVersions,
  describeCluster,
  findCoordinator,
  metadata,
  offsetForLeaderEpoch,
} from '#local/engines/kafka/protocol/apis/cluster.ts';
import { describeConfigs, incrementalAlterConfigs } from '#local/engines/kafka/protocol/apis/configs.ts';
import { fetch, listOffsets } from '#local/engines/kafka/protocol/apis/fetch.ts';
import {
  deleteGroups,
  describeGroups,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  syncGroup,
} from '#local/engines/kafka/protocol/apis/groups.ts';
import { offsetCommit, offsetDelete, offsetFetch } from '#local/engines/kafka/protocol/apis/offsets.ts';
import { produce } from '#local/engines/kafka/protocol/apis/produce.ts';
import {
  createPartitions,
  createTopics,
  deleteRecords,
  deleteTopics,
} from '#local/engines/kafka/protocol/apis/topics.ts';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  initProducerId,
  txnOffsetCommit,
} from '#local/engines/kafka/protocol/apis/transactions.ts';
import { countingBatch } from '#tests/support/kafka-batch.ts';
import type { WireAsk, WireBehaviour } from '../behaviour.ts';
import type { Wire } from '../wire.ts';
import { joinRequest, makeTopic, noTopicId } from '../wire-calls.ts';

interface Given {
  readonly name: string;
  readonly topicId: string;
  readonly groupId: string;
}

/** An api with a request that it can answer without harm; fields of all versions. */
interface Example {
  readonly api: Pick<Api<unknown, never>, 'key' | 'name' | 'versions' | 'flexibleSince'>;
  readonly ask: (wire: Wire, version: number, given: Given) => Promise<unknown>;
}

const example = <Q, A, QW, AR>(api: Api<Q, A, QW, AR>, request: (given: Given) => QW): Example => ({
  api,
  ask: (wire, version, given) => wire.call(api, version, request(given)),
});

const claim = { transactionalId: 'nobody', producerId: 1, producerEpoch: 0 };
const member = { memberId: 'nobody', generationId: 1, groupInstanceId: null };
const partitionOf = (given: Given, committedOffset: number) => [
  {
    name: given.name,
    partitions: [{ partitionIndex: 0, committedOffset, committedLeaderEpoch: -1, committedMetadata: '' }],
  },
];
const topicOf = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };

const examples: readonly Example[] = [
  example(apiVersions, () => ({ clientSoftwareName: 'wire', clientSoftwareVersion: '1' })),
  example(metadata, ({ name }) => ({
    topics: [{ topicId: noTopicId, name }],
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  })),
  example(describeCluster, () => ({ includeClusterAuthorizedOperations: false, endpointType: 1 })),
  example(findCoordinator, ({ groupId }) => ({ key: groupId, keyType: 0, coordinatorKeys: [groupId] })),
  example(offsetForLeaderEpoch, ({ name }) => ({
    replicaId: -1,
    topics: [{ topic: name, partitions: [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }] }],
  })),
  example(produce, ({ name }) => ({
    transactionalId: null,
    acks: -1,
    timeoutMillis: 1000,
    topics: [{ name, partitions: [{ index: 0, records: countingBatch(1) }] }],
  })),
  example(fetch, ({ name, topicId }) => ({
    replicaId: -1,
    maxWaitMillis: 0,
    minBytes: 1,
    maxBytes: 1000,
    isolationLevel: 1,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [
      {
        name,
        topicId,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: -1,
            fetchOffset: 0,
            lastFetchedEpoch: -1,
            logStartOffset: -1,
            partitionMaxBytes: 1000,
          },
        ],
      },
    ],
    forgottenTopics: [],
    rackId: '',
  })),
  example(listOffsets, ({ name }) => ({
    replicaId: -1,
    isolationLevel: 0,
    topics: [{ name, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestampMillis: -1 }] }],
    timeoutMillis: 1000,
  })),
  example(joinGroup, ({ groupId }) => ({ ...joinRequest(groupId, 'nobody') })),
  example(syncGroup, ({ groupId }) => ({
    groupId,
    ...member,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [],
  })),
  example(heartbeat, ({ groupId }) => ({ groupId, ...member })),
  example(leaveGroup, ({ groupId }) => ({
    groupId,
    memberId: 'nobody',
    members: [{ memberId: 'nobody', groupInstanceId: null, reason: null }],
  })),
  example(listGroups, () => ({ statesFilter: [], typesFilter: [] })),
  example(describeGroups, ({ groupId }) => ({ groups: [groupId], includeAuthorizedOperations: false })),
  example(deleteGroups, () => ({ groupNames: ['nobody'] })),
  example(offsetCommit, (given) => ({
    groupId: given.groupId,
    ...member,
    retentionTimeMillis: -1,
    topics: partitionOf(given, 1),
  })),
  example(offsetFetch, ({ groupId, name }) => ({
    groupId,
    topics: [{ name, partitionIndexes: [0] }],
    groups: [{ groupId, memberId: null, memberEpoch: -1, topics: [{ name, partitionIndexes: [0] }] }],
    requireStable: false,
  })),
  example(offsetDelete, ({ name }) => ({
    groupId: 'nobody',
    topics: [{ name, partitions: [{ partitionIndex: 0 }] }],
  })),
  example(initProducerId, () => ({
    transactionalId: null,
    transactionTimeoutMillis: 1000,
    producerId: -1,
    producerEpoch: -1,
  })),
  example(addPartitionsToTxn, ({ name }) => ({ ...claim, topics: [{ name, partitions: [0] }] })),
  example(addOffsetsToTxn, ({ groupId }) => ({ ...claim, groupId })),
  example(txnOffsetCommit, (given) => ({
    ...claim,
    ...member,
    groupId: given.groupId,
    topics: partitionOf(given, 1),
  })),
  example(endTxn, () => ({ ...claim, committed: true })),
  example(createTopics, ({ name }) => ({
    topics: [{ name: `${name}-never`, ...topicOf }],
    timeoutMillis: 1000,
    isValidateOnly: true,
  })),
  example(deleteTopics, ({ name }) => ({
    topics: [{ name: `${name}-never`, topicId: noTopicId }],
    topicNames: [`${name}-never`],
    timeoutMillis: 1000,
  })),
  example(createPartitions, ({ name }) => ({
    topics: [{ name, count: 2, assignments: null }],
    timeoutMillis: 1000,
    isValidateOnly: true,
  })),
  example(deleteRecords, ({ name }) => ({
    topics: [{ name, partitions: [{ partitionIndex: 0, offset: 0 }] }],
    timeoutMillis: 1000,
  })),
  example(describeConfigs, ({ name }) => ({
    resources: [{ resourceType: 2, resourceName: name, configurationKeys: null }],
    includeSynonyms: false,
    includeDocumentation: false,
  })),
  example(incrementalAlterConfigs, ({ name }) => ({
    resources: [
      { resourceType: 2, resourceName: name, configs: [{ name: 'retention.ms', configOperation: 0, value: '1000' }] },
    ],
    isValidateOnly: true,
  })),
];

const spokenBy = async (wire: Wire): Promise<Map<number, { minVersion: number; maxVersion: number }>> => {
  const { apiKeys } = await wire.call(apiVersions, 0, { clientSoftwareName: '', clientSoftwareVersion: '' });
  return new Map(apiKeys.map(({ apiKey, ...versions }) => [apiKey, versions]));
};

const exampleBehaviour = ({ api, ask: askExample }: Example): WireBehaviour => ({
  title: `speaks ${api.name} in the versions ${api.versions.join(' to ')}`,
  run: async (ask: WireAsk) => {
    const wire = await ask.wire();
    const given = { ...(await makeTopic(ask, wire)), groupId: ask.fresh('group') };
    const spoken = (await spokenBy(wire)).get(api.key);
    const [first, last] = api.versions;
    expect(spoken?.minVersion).toBeLessThanOrEqual(first);
    expect(spoken?.maxVersion).toBeGreaterThanOrEqual(last);
    for (const version of editionsOf(api)
      .slice(first)
      .map((edition) => edition.version)) {
      await expect(askExample(wire, version, given)).resolves.toBeDefined();
    }
  },
});

export const wireProtocolBehaviours: readonly WireBehaviour[] = [
  ...examples.map(exampleBehaviour),
  {
    title: 'answers an ApiVersions from the future with what it speaks, in version 0',
    run: async (ask) => {
      const wire = await ask.wire();
      const request = { clientSoftwareName: 'wire', clientSoftwareVersion: '1' };
      const answer = await wire.call(apiVersions, [99, 0], request);
      expect(answer.errorCode).toBe(errorCodes.UNSUPPORTED_VERSION);
      expect(answer.apiKeys.map(({ apiKey }) => apiKey)).toContain(apiVersions.key);
    },
  },
  {
    title: 'does not know a topic by a name or an id that nobody gave',
    run: async (ask) => {
      const wire = await ask.wire();
      const flags = {
        allowAutoTopicCreation: true,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      };
      const unknownId = `${noTopicId.slice(1)}f`;
      const byName = await wire.call(metadata, 12, {
        ...flags,
        topics: [{ topicId: noTopicId, name: ask.fresh('x') }],
      });
      const byId = await wire.call(metadata, 12, { ...flags, topics: [{ topicId: unknownId, name: null }] });
      expect(byName.topics[0]?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION);
      expect(byId.topics[0]?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_ID);
    },
  },
  ...Object.entries({
    'has an unknown api key': Buffer.from('0000000a7fff0000000000010000', 'hex'),
    'claims two gigabytes': Buffer.from('7fffffff00030000', 'hex'),
    'ends in the middle of a field': Buffer.from('0000000c000300050000000100047769', 'hex'),
    'is a request for a web page': Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  }).map(
    ([title, bytes]): WireBehaviour => ({
      title: `closes a connection whose request ${title}, and that connection only`,
      run: async (ask) => {
        const [bad, good] = [await ask.wire(), await ask.wire()];
        const closed = once(bad.socket, 'close');
        bad.socket.write(bytes);
        await closed;
        expect((await spokenBy(good)).size).toBeGreaterThan(20);
      },
    }),
  ),
];
