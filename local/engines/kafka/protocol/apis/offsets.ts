import { api } from '../api.ts';
import {
  array,
  bool,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  optional,
  since,
  string,
  until,
} from '../schema.ts';
import { struct } from '../struct.ts';

const committedPartition = struct({
  partitionIndex: int32,
  committedOffset: int64,
  committedLeaderEpoch: optional(since(6, int32), -1),
  committedMetadata: nullableString,
});

const partitionErrors = array(
  struct({ name: string, partitions: array(struct({ partitionIndex: int32, errorCode: int16 })) }),
);

export const offsetCommit = api({
  key: 8,
  name: 'OffsetCommit',
  versions: [2, 9],
  flexibleSince: 8,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(7, nullableString),
    retentionTimeMillis: until(4, int64),
    topics: array(struct({ name: string, partitions: array(committedPartition) })),
  }),
  response: struct({ throttleTimeMillis: optional(since(3, int32), 0), topics: partitionErrors }),
});

const askedTopic = struct({ name: string, partitionIndexes: array(int32) });

const fetchedTopic = struct({
  name: string,
  partitions: array(
    struct({
      partitionIndex: int32,
      committedOffset: int64,
      committedLeaderEpoch: since(5, int32),
      metadata: nullableString,
      errorCode: int16,
    }),
  ),
});

export const offsetFetch = api({
  key: 9,
  name: 'OffsetFetch',
  versions: [1, 9],
  flexibleSince: 6,
  request: struct({
    groupId: until(7, string),
    topics: until(7, nullableArray(askedTopic)),
    groups: since(
      8,
      array(
        struct({
          groupId: string,
          memberId: since(9, nullableString),
          memberEpoch: since(9, int32),
          topics: nullableArray(askedTopic),
        }),
      ),
    ),
    requireStable: since(7, bool),
  }),
  response: struct({
    throttleTimeMillis: optional(since(3, int32), 0),
    topics: until(7, array(fetchedTopic)),
    errorCode: { ...int16, from: 2, to: 7 },
    groups: since(8, array(struct({ groupId: string, topics: array(fetchedTopic), errorCode: int16 }))),
  }),
});

export const offsetDelete = api({
  key: 47,
  name: 'OffsetDelete',
  versions: [0, 0],
  flexibleSince: undefined,
  request: struct({
    groupId: string,
    topics: array(struct({ name: string, partitions: array(struct({ partitionIndex: int32 })) })),
  }),
  response: struct({ errorCode: int16, throttleTimeMillis: optional(int32, 0), topics: partitionErrors }),
});
