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

const configEntry = struct({
  name: string,
  value: nullableString,
  isReadOnly: bool,
  configSource: int8,
  isSensitive: bool,
});

export const createTopics = api({
  key: 19,
  name: 'CreateTopics',
  versions: [2, 7],
  flexibleSince: 5,
  request: struct({
    topics: array(
      struct({
        name: string,
        numPartitions: int32,
        replicationFactor: int16,
        assignments: array(struct({ partitionIndex: int32, brokerIds: array(int32) })),
        configs: array(struct({ name: string, value: nullableString })),
      }),
    ),
    timeoutMillis: int32,
    isValidateOnly: bool,
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    topics: array(
      struct({
        name: string,
        topicId: since(7, uuid),
        errorCode: int16,
        errorMessage: nullableString,
        numPartitions: since(5, int32),
        replicationFactor: since(5, int16),
        configs: since(5, nullableArray(configEntry)),
      }),
    ),
  }),
});

export const deleteTopics = api({
  key: 20,
  name: 'DeleteTopics',
  versions: [1, 6],
  flexibleSince: 4,
  request: struct({
    topics: since(6, array(struct({ name: nullableString, topicId: uuid }))),
    topicNames: until(5, array(string)),
    timeoutMillis: int32,
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    responses: array(
      struct({
        name: nullableString,
        topicId: since(6, uuid),
        errorCode: int16,
        errorMessage: since(5, nullableString),
      }),
    ),
  }),
});

export const createPartitions = api({
  key: 37,
  name: 'CreatePartitions',
  versions: [0, 3],
  flexibleSince: 2,
  request: struct({
    topics: array(
      struct({ name: string, count: int32, assignments: nullableArray(struct({ brokerIds: array(int32) })) }),
    ),
    timeoutMillis: int32,
    isValidateOnly: bool,
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    results: array(struct({ name: string, errorCode: int16, errorMessage: nullableString })),
  }),
});

export const deleteRecords = api({
  key: 21,
  name: 'DeleteRecords',
  versions: [0, 2],
  flexibleSince: 2,
  request: struct({
    topics: array(struct({ name: string, partitions: array(struct({ partitionIndex: int32, offset: int64 })) })),
    timeoutMillis: int32,
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partitionIndex: int32, lowWatermark: int64, errorCode: int16 })),
      }),
    ),
  }),
});
