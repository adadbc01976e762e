import { api } from '../api.ts';
import {
  array,
  bool,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  optional,
  since,
  string,
  until,
  uuid,
} from '../schema.ts';
import { struct } from '../struct.ts';

/** "No authorized operations were asked for": the only answer of a broker without an authorizer. */
const operations = optional(int32, -2147483648);

export const apiVersions = api({
  key: 18,
  name: 'ApiVersions',
  versions: [0, 4],
  flexibleSince: 3,
  request: struct({
    clientSoftwareName: since(3, string),
    clientSoftwareVersion: since(3, string),
  }),
  response: struct({
    errorCode: int16,
    apiKeys: array(struct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
    throttleTimeMillis: optional(since(1, int32), 0),
  }),
});

export const metadata = api({
  key: 3,
  name: 'Metadata',
  versions: [0, 13],
  flexibleSince: 9,
  request: struct({
    topics: nullableArray(struct({ topicId: since(10, uuid), name: nullableString })),
    allowAutoTopicCreation: since(4, bool),
    includeClusterAuthorizedOperations: { ...bool, from: 8, to: 10 },
    includeTopicAuthorizedOperations: since(8, bool),
  }),
  response: struct({
    throttleTimeMillis: optional(since(3, int32), 0),
    brokers: array(
      struct({ nodeId: int32, host: string, port: int32, rack: optional(since(1, nullableString), null) }),
    ),
    clusterId: since(2, nullableString),
    controllerId: since(1, int32),
    topics: array(
      struct({
        errorCode: int16,
        name: nullableString,
        topicId: since(10, uuid),
        isInternal: optional(since(1, bool), false),
        partitions: array(
          struct({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: since(7, int32),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            offlineReplicas: optional(since(5, array(int32)), []),
          }),
        ),
        topicAuthorizedOperations: { ...operations, from: 8 },
      }),
    ),
    clusterAuthorizedOperations: { ...operations, from: 8, to: 10 },
    errorCode: optional(since(13, int16), 0),
  }),
});

export const describeCluster = api({
  key: 60,
  name: 'DescribeCluster',
  versions: [0, 1],
  flexibleSince: 0,
  request: struct({ includeClusterAuthorizedOperations: bool, endpointType: since(1, int8) }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    errorCode: int16,
    errorMessage: optional(nullableString, null),
    endpointType: since(1, int8),
    clusterId: string,
    controllerId: int32,
    brokers: array(struct({ brokerId: int32, host: string, port: int32, rack: optional(nullableString, null) })),
    clusterAuthorizedOperations: operations,
  }),
});

const coordinator = { nodeId: int32, host: string, port: int32 };

export const findCoordinator = api({
  key: 10,
  name: 'FindCoordinator',
  versions: [0, 5],
  flexibleSince: 3,
  request: struct({
    key: until(3, string),
    keyType: since(1, int8),
    coordinatorKeys: since(4, array(string)),
  }),
  response: struct({
    throttleTimeMillis: optional(since(1, int32), 0),
    errorCode: until(3, int16),
    errorMessage: { ...nullableString, from: 1, to: 3 },
    nodeId: until(3, int32),
    host: until(3, string),
    port: until(3, int32),
    coordinators: since(
      4,
      array(struct({ key: string, ...coordinator, errorCode: int16, errorMessage: nullableString })),
    ),
  }),
});

export const offsetForLeaderEpoch = api({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: [2, 4],
  flexibleSince: 4,
  request: struct({
    replicaId: since(3, int32),
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ partition: int32, currentLeaderEpoch: int32, leaderEpoch: int32 })),
      }),
    ),
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    topics: array(
      struct({
        topic: string,
        partitions: array(struct({ errorCode: int16, partition: int32, leaderEpoch: int32, endOffset: int64 })),
      }),
    ),
  }),
});
