import { api } from '../api.ts';
import {
  array,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  optional,
  pieces,
  since,
  string,
  tagged,
  until,
  uuid,
} from '../schema.ts';
import { struct } from '../struct.ts';

const topicName = until(12, string);
const topicId = since(13, uuid);

const requestPartition = struct({
  partition: int32,
  currentLeaderEpoch: since(9, int32),
  fetchOffset: int64,
  lastFetchedEpoch: since(12, int32),
  logStartOffset: since(5, int64),
  partitionMaxBytes: int32,
});

const responsePartition = struct({
  partitionIndex: int32,
  errorCode: int16,
  highWatermark: int64,
  lastStableOffset: int64,
  logStartOffset: since(5, int64),
  abortedTransactions: nullableArray(struct({ producerId: int64, firstOffset: int64 })),
  preferredReadReplica: optional(since(11, int32), -1),
  records: pieces,
});

export const fetch = api({
  key: 1,
  name: 'Fetch',
  versions: [4, 16],
  flexibleSince: 12,
  request: struct({
    clusterId: tagged(0, since(12, string)),
    replicaId: until(14, int32),
    maxWaitMillis: int32,
    minBytes: int32,
    maxBytes: int32,
    isolationLevel: int8,
    sessionId: since(7, int32),
    sessionEpoch: since(7, int32),
    topics: array(struct({ name: topicName, topicId, partitions: array(requestPartition) })),
    forgottenTopics: since(7, array(struct({ name: topicName, topicId, partitions: array(int32) }))),
    rackId: since(11, string),
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    errorCode: since(7, int16),
    sessionId: optional(since(7, int32), 0),
    topics: array(struct({ name: topicName, topicId, partitions: array(responsePartition) })),
  }),
});

export const listOffsets = api({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 10],
  flexibleSince: 6,
  request: struct({
    replicaId: int32,
    isolationLevel: since(2, int8),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({ partitionIndex: int32, currentLeaderEpoch: since(4, int32), timestampMillis: int64 }),
        ),
      }),
    ),
    timeoutMillis: since(10, int32),
  }),
  response: struct({
    throttleTimeMillis: optional(since(2, int32), 0),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            timestampMillis: int64,
            offset: int64,
            leaderEpoch: since(4, int32),
          }),
        ),
      }),
    ),
  }),
});
