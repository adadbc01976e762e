import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.ts';

/** One bit at a time, as the polynomial is defined. */
const bitByBit = (bytes: Uint8Array): number => {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return ~crc >>> 0;
};

describe('CRC-32C', () => {
  test.each([
    ['32 zeros', Buffer.alloc(32), 0x8a91_36aa],
    ['32 times 0xff', Buffer.alloc(32, 0xff), 0x62a8_ab43],
    ['the digits 1 to 9', Buffer.from('123456789'), 0xe306_9283],
  ])('is that of RFC 3720 for %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  test('is that of the definition for any part of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, start) => {
        const from = Math.min(start, bytes.length);
        expect(crc32c(Buffer.from(bytes), from)).toBe(bitByBit(bytes.subarray(from)));
      }),
    );
  });
});
