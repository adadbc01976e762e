import { describe, expect, test } from '@jest/globals';
import { compressionsAlgorithms } from '@platformatic/kafka';
import fc from 'fast-check';
import { encodeBatch } from '#tests/support/kafka-batch.ts';
import { at, checkProduced, place, readBatchHeader, stampAppendTime } from './batch.ts';
import { encodeMarker, isCommitMarker } from './control.ts';
import { readRecords, withRecords } from './records.ts';

const codecs = Object.values(compressionsAlgorithms).map(({ bitmask, compressSync }) => ({
  id: bitmask,
  compress: compressSync,
}));
const record = fc.record({
  key: fc.option(fc.string()),
  value: fc.option(fc.string()),
  timestampMillis: fc.integer({ min: 0, max: 2 ** 41 }),
});

describe('a record batch', () => {
  test('gives its records whatever codec another client compressed them with', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), fc.constantFrom(...codecs), (records, codec) => {
        const batch = encodeBatch(records, { codec });
        place(batch, 100, 0);
        const read = readRecords(batch, checkProduced(batch));
        expect(
          read.map(({ key, isTombstone, offset, timestampMillis }) => ({
            key: key?.toString() ?? null,
            isTombstone,
            offset,
            timestampMillis,
          })),
        ).toEqual(
          records.map(({ key, value, timestampMillis }, index) => ({
            key,
            isTombstone: value === null,
            offset: 100 + index,
            timestampMillis,
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('with some of its records left out is a valid batch that has the others in their places', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), fc.infiniteStream(fc.boolean()), (records, keeps) => {
        const batch = encodeBatch(records, { codec: codecs[3] ?? { id: 0, compress: (bytes) => bytes } });
        const all = readRecords(batch, readBatchHeader(batch));
        const kept = all.filter(() => keeps.next().value);
        const rest = withRecords(batch, kept);
        expect(readRecords(rest, readBatchHeader(rest))).toEqual(kept);
        expect(readBatchHeader(rest).lastOffset).toBe(records.length - 1);
      }),
    );
  });

  test('is refused when any single bit after its length is turned over', () => {
    const batch = encodeBatch([{ key: 'key', value: 'value' }]);
    fc.assert(
      fc.property(fc.integer({ min: at.magic * 8, max: batch.length * 8 - 1 }), (bit) => {
        const damaged = Buffer.from(batch);
        damaged.writeUInt8(damaged.readUInt8(bit >>> 3) ^ (1 << (bit & 7)), bit >>> 3);
        expect(() => checkProduced(damaged)).toThrow();
      }),
    );
  });

  test('takes the clock of the broker and stays valid', () => {
    const batch = encodeBatch([
      { value: 'a', timestampMillis: 1 },
      { value: 'b', timestampMillis: 2 },
    ]);
    stampAppendTime(batch, 1_800_000_000_000);
    const read = readRecords(batch, checkProduced(batch));
    expect(read.map(({ timestampMillis }) => timestampMillis)).toEqual([1_800_000_000_000, 1_800_000_000_000]);
  });
});

describe('a marker', () => {
  test.each([true, false])('says whether it commits: %s', (isCommit) => {
    const marker = encodeMarker({ producerId: 2 ** 40, producerEpoch: 3, isCommit, timestampMillis: 5 });
    expect(isCommitMarker(marker, 0)).toBe(isCommit);
    const header = readBatchHeader(marker);
    expect(header).toMatchObject({ producerId: 2 ** 40, producerEpoch: 3, isControl: true, size: marker.length });
    expect(readRecords(marker, header)).toHaveLength(1);
  });
});
