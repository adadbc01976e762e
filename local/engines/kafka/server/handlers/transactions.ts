import type { Core } from '../../core.ts';
import { errorCodes } from '../../errors.ts';
import { partitionKey } from '../../groups/offset-store.ts';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  initProducerId,
  txnOffsetCommit,
} from '../../protocol/apis/transactions.ts';
import { type Route, route } from '../routes.ts';
import { attempt, commitOffsets } from './offsets.ts';

/** Older clients know only one name for a producer that is fenced. */
const firstFencedVersion = 2;
const firstFencedInitVersion = 4;
const fencedFor = (code: number, knowsFenced: boolean): number =>
  code === errorCodes.PRODUCER_FENCED && !knowsFenced ? errorCodes.INVALID_PRODUCER_EPOCH : code;

const noProducer = { producerId: -1, producerEpoch: -1 };

export const transactionRoutes = (core: Core): Route[] => [
  route(initProducerId, (request, call) => {
    let identity = noProducer;
    const claimed = request.producerId < 0 ? undefined : request;
    const code = attempt(core, () => {
      identity =
        request.transactionalId === null
          ? core.transactions.newProducer()
          : core.transactions.init(request.transactionalId, request.transactionTimeoutMillis, claimed);
    });
    const { producerId, producerEpoch } = identity;
    const answer = { errorCode: fencedFor(code, call.version >= firstFencedInitVersion), producerId, producerEpoch };
    return core.whenDurable(answer);
  }),

  route(addPartitionsToTxn, (request, call) => {
    const keys = request.topics.flatMap(({ name, partitions }) => partitions.map((index) => partitionKey(name, index)));
    const isKnown = (name: string, index: number) => core.topics.byName(name)?.partitions[index] !== undefined;
    const isComplete = request.topics.every(({ name, partitions }) =>
      partitions.every((index) => isKnown(name, index)),
    );
    const code = isComplete
      ? attempt(core, () => core.transactions.addPartitions(request, keys))
      : errorCodes.OPERATION_NOT_ATTEMPTED;
    const errorCode = fencedFor(code, call.version >= firstFencedVersion);
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partitionIndex) => ({
        partitionIndex,
        errorCode: isKnown(name, partitionIndex) ? errorCode : errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
      })),
    }));
    return core.whenDurable({ topics });
  }),

  route(addOffsetsToTxn, (request, call) => {
    const code = attempt(core, () => core.transactions.addGroup(request, request.groupId));
    const answer = { errorCode: fencedFor(code, call.version >= firstFencedVersion) };
    return core.whenDurable(answer);
  }),

  route(txnOffsetCommit, (request) => {
    const claim = { ...request, groupInstanceId: request.groupInstanceId };
    const topics = commitOffsets(core, claim, {
      check: () => core.groups.checkCommit(claim, { isTransactional: true }),
      store: (entries) => core.transactions.addOffsets(request, request.groupId, entries),
    }).map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((entry) => ({ ...entry, errorCode: fencedFor(entry.errorCode, false) })),
    }));
    return core.whenDurable({ topics });
  }),

  route(endTxn, (request, call) => {
    const code = attempt(core, () => core.transactions.end(request, request.committed));
    const answer = { errorCode: fencedFor(code, call.version >= firstFencedVersion) };
    return core.whenDurable(answer);
  }),
];
