import { isKnownCodec, zstdId } from '../../compression/codecs.ts';
import type { Core } from '../../core.ts';
import { codeOf, errorCodes, KafkaError, RecordError, StorageError } from '../../errors.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import { produce } from '../../protocol/apis/produce.ts';
import { attributes, type BatchHeader, checkProduced } from '../../protocol/batch.ts';
import { readRecords } from '../../protocol/records.ts';
import { type Route, route } from '../routes.ts';

const acknowledgements = [-1, 0, 1];
const firstZstdVersion = 7;

interface Target {
  readonly topic: string;
  readonly partition: number;
  readonly transactionalId: string | null;
  readonly version: number;
}

export const produceRoutes = (core: Core): Route[] => [
  route(produce, (request, call) => {
    const outcome = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index, records }) => {
        if (!acknowledgements.includes(request.acks)) {
          return refused(
            index,
            new KafkaError('INVALID_REQUIRED_ACKS', `acks=${request.acks}; 0, 1 or -1 are allowed`),
          );
        }
        const target = {
          topic: name,
          partition: index,
          transactionalId: request.transactionalId,
          version: call.version,
        };
        return storePartition(core, target, records);
      }),
    }));
    return answer(core, outcome, request.acks);
  }),
];

type PartitionOutcome = ReturnType<typeof refused>;
type Outcome = { name: string; partitions: PartitionOutcome[] }[];

const answer = (core: Core, topics: Outcome, acks: number) => {
  if (acks === 0) {
    const failed = topics.flatMap((topic) => topic.partitions).find((partition) => partition.errorCode !== 0);
    // There is no answer that could say so: a closed connection is what the client can notice.
    if (failed !== undefined) throw new KafkaError('INVALID_REQUEST', failed.errorMessage ?? 'acks=0 failed');
    return undefined;
  }
  return core.whenDurable({ topics });
};

const storePartition = (core: Core, target: Target, records: Buffer | null): PartitionOutcome => {
  try {
    const log = core.topics.partition(target.topic, target.partition);
    if (records === null) throw new KafkaError('INVALID_RECORD', 'no records came');
    const header = checkProduced(records);
    checkAllowed(core, log, { ...target, header, records });
    const appended = log.produce(records, header);
    return {
      index: target.partition,
      errorCode: errorCodes.NONE,
      baseOffset: appended.baseOffset,
      logAppendTimeMillis: appended.logAppendTimeMillis,
      logStartOffset: log.logStartOffset,
      recordErrors: [],
      errorMessage: null as string | null,
    };
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    if (error instanceof StorageError) core.settings.onFault({ code: 'storage', message: error.message });
    return refused(target.partition, error);
  }
};

const refused = (index: number, error: KafkaError) => ({
  index,
  errorCode: codeOf(error),
  baseOffset: -1,
  logAppendTimeMillis: -1,
  logStartOffset: -1,
  recordErrors:
    error instanceof RecordError ? [{ batchIndex: error.recordIndex, batchIndexErrorMessage: error.message }] : [],
  errorMessage: error.message as string | null,
});

interface Batch extends Target {
  readonly header: BatchHeader;
  readonly records: Buffer;
}

const checkAllowed = (core: Core, log: PartitionLog, batch: Batch): void => {
  const { header, topic, partition, version } = batch;
  const { maxMessageBytes, isCompacted } = log.settings;
  if (header.size > maxMessageBytes) {
    throw new KafkaError(
      'MESSAGE_TOO_LARGE',
      `${header.size} bytes; ${topic} takes ${maxMessageBytes} (max.message.bytes)`,
    );
  }
  const codec = header.attributes & attributes.codecMask;
  if (!isKnownCodec(codec) || (codec === zstdId && version < firstZstdVersion)) {
    throw new KafkaError('UNSUPPORTED_COMPRESSION_TYPE', `codec ${codec} in version ${version}`);
  }
  checkTimestamp(core, log, header);
  if (isCompacted) checkKeys(batch);
  if (header.isTransactional) checkTransaction(core, batch, { topic, partition });
};

const checkTimestamp = (core: Core, log: PartitionLog, header: BatchHeader): void => {
  const { usesLogAppendTime, timestampAheadMillis, timestampBehindMillis } = log.settings;
  const aheadMillis = header.maxTimestampMillis - core.settings.now();
  if (usesLogAppendTime || header.maxTimestampMillis < 0) return;
  if (aheadMillis <= timestampAheadMillis && -aheadMillis <= timestampBehindMillis) return;
  throw new KafkaError('INVALID_TIMESTAMP', `timestamp ${header.maxTimestampMillis} is ${aheadMillis} ms from now`);
};

/** Without a key nothing could ever replace the record. */
const checkKeys = ({ records, header, topic }: Batch): void => {
  const index = keysOf(records, header).indexOf(null);
  if (index >= 0) throw new RecordError(index, `${topic} is compacted, its records need keys`);
};

const keysOf = (records: Buffer, header: BatchHeader): (Buffer | null)[] => {
  try {
    return readRecords(records, header).map((record) => record.key);
  } catch (error) {
    throw new KafkaError('INVALID_RECORD', `the records cannot be read: ${String(error)}`);
  }
};

const checkTransaction = (
  core: Core,
  batch: Batch,
  { topic, partition }: { topic: string; partition: number },
): void => {
  const { transactionalId, header } = batch;
  if (transactionalId === null)
    throw new KafkaError('INVALID_TXN_STATE', 'the batch is transactional, the request is not');
  try {
    core.transactions.checkWrite({ transactionalId, ...header }, topic, partition);
  } catch (error) {
    // Produce has its own name for a producer that is fenced.
    if (!(error instanceof KafkaError) || error.error !== 'PRODUCER_FENCED') throw error;
    throw new KafkaError('INVALID_PRODUCER_EPOCH', error.message);
  }
};
