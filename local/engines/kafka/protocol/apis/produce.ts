import { api } from '../api.ts';
import { array, int16, int32, int64, nullableBytes, nullableString, optional, since, string } from '../schema.ts';
import { struct } from '../struct.ts';

const recordError = struct({ batchIndex: int32, batchIndexErrorMessage: nullableString });

export const produce = api({
  key: 0,
  name: 'Produce',
  versions: [3, 11],
  flexibleSince: 9,
  request: struct({
    transactionalId: nullableString,
    acks: int16,
    timeoutMillis: int32,
    topics: array(struct({ name: string, partitions: array(struct({ index: int32, records: nullableBytes })) })),
  }),
  response: struct({
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            index: int32,
            errorCode: int16,
            baseOffset: int64,
            logAppendTimeMillis: int64,
            logStartOffset: since(5, int64),
            recordErrors: optional(since(8, array(recordError)), []),
            errorMessage: optional(since(8, nullableString), null),
          }),
        ),
      }),
    ),
    throttleTimeMillis: optional(int32, 0),
  }),
});
