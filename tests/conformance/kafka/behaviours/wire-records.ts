import { expect } from '@jest/globals';
import { errorCodes } from '#local/engines/kafka/errors.ts';
import { at, sizeOf } from '#local/engines/kafka/protocol/batch.ts';
import { countingBatch, encodeBatch } from '#tests/support/kafka-batch.ts';
import type { WireBehaviour } from '../behaviour.ts';
import { fetchFrom, makeTopic, noTopicId, send, takeProducer } from '../wire-calls.ts';

const damaged = (): Buffer => {
  const batch = countingBatch(3);
  batch.writeUInt8(batch.readUInt8(batch.length - 1) ^ 1, batch.length - 1);
  return batch;
};

/** What a broker must refuse, and the name of its refusal. */
const refusals = [
  { title: 'whose checksum does not match', records: damaged, error: 'CORRUPT_MESSAGE' },
  {
    title: 'that claims to be a control batch',
    records: () => countingBatch(1, { isControl: true }),
    error: 'INVALID_RECORD',
  },
  {
    title: 'that is followed by a second one',
    records: () => Buffer.concat([countingBatch(1), countingBatch(1)]),
    error: 'INVALID_RECORD',
  },
  {
    title: 'from tomorrow',
    records: () => countingBatch(1, { timestampMillis: Date.now() + 86_400_000 }),
    error: 'INVALID_TIMESTAMP',
  },
] as const satisfies readonly { title: string; records: () => Buffer; error: keyof typeof errorCodes }[];

export const wireRecordBehaviours: readonly WireBehaviour[] = [
  ...refusals.map(
    ({ title, records, error }): WireBehaviour => ({
      title: `refuses a batch ${title} with ${error}, and stores nothing`,
      run: async (ask) => {
        const wire = await ask.wire();
        const { name, topicId } = await makeTopic(ask, wire);
        expect((await send(wire, name, { records: records() })).errorCode).toBe(errorCodes[error]);
        expect((await fetchFrom(wire, topicId, { maxWaitMillis: 0 })).highWatermark).toBe(0);
      },
    }),
  ),
  {
    title: 'refuses acks that are neither 0, 1 nor all',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name } = await makeTopic(ask, wire);
      const answer = await send(wire, name, { records: countingBatch(1), acks: 2 });
      expect(answer.errorCode).toBe(errorCodes.INVALID_REQUIRED_ACKS);
    },
  },
  {
    title: 'answers a repeated batch with its first offset, and does not store it again',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, topicId } = await makeTopic(ask, wire);
      const identity = await takeProducer(wire, null);
      const batchAt = (baseSequence: number) => ({ records: countingBatch(2, { ...identity, baseSequence }) });
      for (const baseSequence of [0, 2, 4]) await send(wire, name, batchAt(baseSequence));
      expect(await send(wire, name, batchAt(2))).toEqual({ errorCode: errorCodes.NONE, baseOffset: 2 });
      expect((await fetchFrom(wire, topicId)).highWatermark).toBe(6);
    },
  },
  {
    title: 'refuses a batch when one before it is missing',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name } = await makeTopic(ask, wire);
      const identity = await takeProducer(wire, null);
      await send(wire, name, { records: countingBatch(1, { ...identity, baseSequence: 0 }) });
      const answer = await send(wire, name, { records: countingBatch(1, { ...identity, baseSequence: 2 }) });
      expect(answer.errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER);
    },
  },
  {
    title: 'says that an offset is out of range when it is beyond the end',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, topicId } = await makeTopic(ask, wire);
      await send(wire, name, { records: countingBatch(2) });
      expect((await fetchFrom(wire, topicId, { fetchOffset: 3 })).errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE);
      expect((await fetchFrom(wire, topicId, { fetchOffset: 2, maxWaitMillis: 0 })).errorCode).toBe(errorCodes.NONE);
    },
  },
  {
    title: 'does not know a topic id that nobody has',
    run: async (ask) => {
      const answer = await fetchFrom(await ask.wire(), `${noTopicId.slice(1)}f`);
      expect(answer.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_ID);
    },
  },
  {
    title: 'returns one batch even when it is larger than asked for, and from the middle of a batch the whole batch',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, topicId } = await makeTopic(ask, wire);
      const large = encodeBatch([{ value: 'x'.repeat(5000) }, { value: 'y' }]);
      await send(wire, name, { records: large });
      await send(wire, name, { records: countingBatch(1) });
      const answer = await fetchFrom(wire, topicId, { fetchOffset: 1, partitionMaxBytes: 100, maxBytes: 100 });
      expect(sizeOf(answer.bytes, 0)).toBe(large.length);
      expect(answer.bytes.readInt32BE(at.recordCount)).toBe(2);
    },
  },
  {
    title: 'returns batches byte for byte as they came, but for their place',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, topicId } = await makeTopic(ask, wire);
      await send(wire, name, { records: countingBatch(4) });
      const batch = countingBatch(3);
      await send(wire, name, { records: batch });
      const { bytes } = await fetchFrom(wire, topicId, { fetchOffset: 4 });
      expect(bytes.readBigInt64BE(at.baseOffset)).toBe(4n);
      expect(bytes.subarray(at.magic, batch.length)).toEqual(batch.subarray(at.magic));
    },
  },
  {
    title: 'holds a fetch back until there is enough, and answers with less when its time is over',
    run: async (ask) => {
      const wire = await ask.wire();
      const { name, topicId } = await makeTopic(ask, wire);
      const batch = countingBatch(1);
      await send(wire, name, { records: batch });
      const writer = await ask.wire();
      const waiting = fetchFrom(wire, topicId, { minBytes: batch.length * 2, maxWaitMillis: 30_000 });
      await send(writer, name, { records: countingBatch(1) });
      expect((await waiting).bytes.length).toBe(batch.length * 2);
      const startMillis = Date.now();
      const less = await fetchFrom(wire, topicId, { minBytes: batch.length * 3, maxWaitMillis: 300 });
      expect(less.bytes.length).toBe(batch.length * 2);
      expect(Date.now() - startMillis).toBeGreaterThanOrEqual(290);
    },
  },
];
