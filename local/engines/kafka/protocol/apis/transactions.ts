import { api } from '../api.ts';
import { array, bool, int16, int32, int64, nullableString, optional, since, string } from '../schema.ts';
import { struct } from '../struct.ts';

const throttleTimeMillis = optional(int32, 0);
const producer = { producerId: int64, producerEpoch: int16 };

export const initProducerId = api({
  key: 22,
  name: 'InitProducerId',
  versions: [0, 5],
  flexibleSince: 2,
  request: struct({
    transactionalId: nullableString,
    transactionTimeoutMillis: int32,
    producerId: optional(since(3, int64), -1),
    producerEpoch: optional(since(3, int16), -1),
  }),
  response: struct({ throttleTimeMillis, errorCode: int16, ...producer }),
});

/** Versions from 4 on are spoken between brokers only. */
export const addPartitionsToTxn = api({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 3],
  flexibleSince: 3,
  request: struct({
    transactionalId: string,
    ...producer,
    topics: array(struct({ name: string, partitions: array(int32) })),
  }),
  response: struct({
    throttleTimeMillis,
    topics: array(struct({ name: string, partitions: array(struct({ partitionIndex: int32, errorCode: int16 })) })),
  }),
});

export const addOffsetsToTxn = api({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [0, 4],
  flexibleSince: 3,
  request: struct({ transactionalId: string, ...producer, groupId: string }),
  response: struct({ throttleTimeMillis, errorCode: int16 }),
});

export const txnOffsetCommit = api({
  key: 28,
  name: 'TxnOffsetCommit',
  versions: [0, 4],
  flexibleSince: 3,
  request: struct({
    transactionalId: string,
    groupId: string,
    ...producer,
    generationId: optional(since(3, int32), -1),
    memberId: since(3, string),
    groupInstanceId: since(3, nullableString),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: optional(since(2, int32), -1),
            committedMetadata: nullableString,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMillis,
    topics: array(struct({ name: string, partitions: array(struct({ partitionIndex: int32, errorCode: int16 })) })),
  }),
});

export const endTxn = api({
  key: 26,
  name: 'EndTxn',
  versions: [0, 4],
  flexibleSince: 3,
  request: struct({ transactionalId: string, ...producer, committed: bool }),
  response: struct({ throttleTimeMillis, errorCode: int16 }),
});
