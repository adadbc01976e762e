import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MalformedRequest, Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** What a writer wrote, without the length in front. */
const written = (write: (writer: Writer) => void): Buffer => {
  const writer = new Writer();
  write(writer);
  return Buffer.concat(writer.finish()).subarray(4);
};

const zigzag = (value: bigint): Buffer => {
  let rest = value >= 0n ? value * 2n : -value * 2n - 1n;
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
};

describe('reading and writing', () => {
  test('an unsigned varint comes back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => {
        expect(new Reader(written((w) => w.unsignedVarint(value))).unsignedVarint()).toBe(value);
      }),
    );
  });

  test('a 64-bit integer comes back as it was written, as far as numbers are exact', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = written((w) => w.int64(value));
        expect(bytes.readBigInt64BE(0)).toBe(BigInt(value));
        expect(new Reader(bytes).int64()).toBe(value);
      }),
    );
  });

  test('zigzag varints of 32 and 64 bits are read', () => {
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeInteger(), (small, large) => {
        expect(new Reader(zigzag(BigInt(small))).varint()).toBe(small);
        expect(new Reader(zigzag(BigInt(large))).varlong()).toBe(large);
      }),
    );
  });

  test('nothing is read beyond the end of a frame', () => {
    const reads = ['int8', 'int16', 'int32', 'int64', 'unsignedVarint', 'varint', 'varlong'] as const;
    for (const read of reads) expect(() => new Reader(Buffer.alloc(0))[read]()).toThrow(MalformedRequest);
    expect(() => new Reader(Buffer.alloc(3)).slice(4)).toThrow(MalformedRequest);
    expect(() => new Reader(Buffer.alloc(3)).text(-1)).toThrow(MalformedRequest);
    expect(() => new Reader(Buffer.alloc(20, 0xff)).unsignedVarint()).toThrow(MalformedRequest);
    expect(() => new Reader(Buffer.alloc(20, 0xff)).varlong()).toThrow(MalformedRequest);
  });

  test('a frame is the same however its pieces were handed over', () => {
    const piece = fc.record({ isReference: fc.boolean(), bytes: fc.uint8Array({ maxLength: 2000 }) });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const writer = new Writer();
        for (const { isReference, bytes } of pieces) {
          if (isReference) writer.reference(Buffer.from(bytes));
          else writer.copy(Buffer.from(bytes));
        }
        const frame = Buffer.concat(writer.finish());
        const expected = Buffer.concat(pieces.map(({ bytes }) => bytes));
        expect(frame.readInt32BE(0)).toBe(expected.length);
        expect(frame.subarray(4).equals(expected)).toBe(true);
      }),
    );
  });
});
