import { describe, expect, test } from '@jest/globals';
import { murmur2 as libraryMurmur2, Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { murmur2 } from './murmur2.ts';
import { encodeHeaders, RecordBatch } from './record-batch.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list));
const content = fc.oneof(
  bytes,
  fc.string({ unit: 'binary', maxLength: 300 }).filter((text) => text.isWellFormed()),
);
const headers = fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 80 }), { noNullPrototype: true });
const record = fc.record({
  key: fc.option(bytes, { nil: undefined }),
  value: fc.option(content, { nil: undefined }),
  headers,
});

const decode = (batch: Buffer) => readRecordsBatch(Reader.from(batch));

describe('a record batch', () => {
  test('reads back as what was put in, by the library that consumers use', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 60 }), fc.nat(), (list, first) => {
        const parts = list.map(({ key, value, headers: own }) => {
          const valueBytes = value === undefined ? 0 : Buffer.byteLength(value);
          return { key, value, valueBytes, headers: encodeHeaders(own) };
        });
        const batch = new RecordBatch(3, parts, 1_795_000_000_000);
        const found = decode(batch.encode({ producerId: 77n, producerEpoch: 2, first }));
        expect(found).toMatchObject({ magic: 2, producerId: 77n, producerEpoch: 2, firstSequence: first });
        expect(found).toMatchObject({ lastOffsetDelta: list.length - 1, firstTimestamp: 1_795_000_000_000n });
        const records = found.records.map(({ key, value, headers: pairs, offsetDelta }) => ({
          key,
          value,
          pairs,
          offsetDelta,
        }));
        expect(records).toEqual(
          list.map(({ key, value, headers: own }, offsetDelta) => ({
            key: key ?? null,
            value: value === undefined ? null : Buffer.from(value),
            pairs: Object.entries(own).map((pair) => pair.map((part) => Buffer.from(part))),
            offsetDelta,
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('larger than the memory that is used again is whole', () => {
    const value = 'é'.repeat(400_000);
    const parts = { key: undefined, value, valueBytes: 800_000, headers: encodeHeaders({}) };
    const found = decode(new RecordBatch(0, [parts, parts], 0).encode({ producerId: 1n, producerEpoch: 0, first: 0 }));
    expect(found.records.map((one) => one.value?.toString() === value)).toEqual([true, true]);
  });

  test('carries a checksum over what follows it, also when it is numbered anew', () => {
    const batch = new RecordBatch(0, [{ key: undefined, value: 'x', valueBytes: 1, headers: encodeHeaders({}) }], 0);
    const checksum = (first: number) => batch.encode({ producerId: 5n, producerEpoch: 0, first }).readUInt32BE(17);
    const [one, other] = [checksum(0), checksum(1)];
    expect(one).not.toBe(other);
    expect(checksum(0)).toBe(one);
  });
});

test('keys hash as the library, and with it the Java client, does', () => {
  fc.assert(
    fc.property(bytes, (key) => expect(murmur2(key)).toBe(libraryMurmur2(key))),
    { numRuns: 500 },
  );
});
