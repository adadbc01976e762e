import { describe, expect, test } from '@jest/globals';
import { compressionsAlgorithms } from '@platformatic/kafka';
import fc from 'fast-check';
import { decompressLz4 } from './lz4.ts';
import { decompressSnappy } from './snappy.ts';

const limit = 1 << 20;
/** Bytes with and without something to repeat. */
const inputs = fc.oneof(
  // Not empty: the library's compressor refuses that after its memory has grown, and a batch has never nothing in it.
  fc.uint8Array({ minLength: 1, maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 3000 }))
    .map(([text, times]) => Buffer.from(text.repeat(times)).subarray(0, limit)),
);

/** snappy-java cuts its input into blocks and puts a header in front. */
const framed = (blocks: readonly Buffer[]): Buffer => {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const sized = blocks.map((block) => {
    const compressed = compressionsAlgorithms.snappy.compressSync(block);
    const size = Buffer.alloc(4);
    size.writeInt32BE(compressed.length);
    return Buffer.concat([size, compressed]);
  });
  return Buffer.concat([header, ...sized]);
};

describe('decompression', () => {
  test('undoes what another LZ4 compressed', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(decompressLz4(compressionsAlgorithms.lz4.compressSync(input), limit).equals(input)).toBe(true);
      }),
    );
  });

  test('undoes what another Snappy compressed, with and without the framing of snappy-java', () => {
    fc.assert(
      fc.property(inputs, inputs, (left, right) => {
        expect(decompressSnappy(compressionsAlgorithms.snappy.compressSync(left), limit).equals(left)).toBe(true);
        const both = Buffer.concat([left, right]);
        expect(decompressSnappy(framed([left, right]), limit * 2).equals(both)).toBe(true);
      }),
    );
  });

  test.each([
    ['LZ4', compressionsAlgorithms.lz4.compressSync, decompressLz4],
    ['Snappy', compressionsAlgorithms.snappy.compressSync, decompressSnappy],
  ])('%s stops at the limit that it was given', (_, compress, decompress) => {
    expect(() => decompress(compress(Buffer.alloc(100_000)), 70_000)).toThrow(RangeError);
  });

  test.each([
    ['LZ4', compressionsAlgorithms.lz4.compressSync, decompressLz4],
    ['Snappy', compressionsAlgorithms.snappy.compressSync, decompressSnappy],
  ])('%s ends with an error or with bytes, whatever it is given', (_, compress, decompress) => {
    const valid = compress(Buffer.from('a text that has to be long enough to repeat itself, '.repeat(20)));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const damaged = Buffer.from(valid);
        for (const [position, byte] of changes) damaged.writeUInt8(byte, position);
        try {
          expect(decompress(damaged, limit)).toBeInstanceOf(Buffer);
        } catch (error) {
          // Node throws those of another realm than jest's.
          expect(String(error)).toMatch(/^RangeError/);
        }
      }),
    );
  });
});
