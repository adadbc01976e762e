/** LZ4 frames, reading only. Source: the LZ4 frame and block format descriptions (lz4.org). Checksums are skipped: the batch has its own. */

import { Output } from './output.ts';

const magic = 0x184d2204;
const flags = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
const storedBlock = 0x8000_0000;
const smallestMatch = 4;

export const decompressLz4 = (input: Buffer, limit: number): Buffer => {
  if (input.readUInt32LE(0) !== magic) throw new RangeError('not an LZ4 frame');
  const flag = input.readUInt8(4);
  if (flag & flags.dictionary) throw new RangeError('LZ4 dictionaries are not supported');
  let position = 4 + 2 + (flag & flags.contentSize ? 8 : 0) + 1;
  const output = new Output(limit);
  for (;;) {
    const head = input.readUInt32LE(position);
    position += 4;
    if (head === 0) return output.finish();
    const size = head % storedBlock;
    if (head >= storedBlock) output.literals(input, position, size);
    else decompressBlock(input.subarray(position, position + size), output);
    position += size + (flag & flags.blockChecksum ? 4 : 0);
  }
};

const decompressBlock = (input: Buffer, output: Output): void => {
  let position = 0;
  /** Lengths of 15 and more go on in further bytes. */
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (;;) {
      const byte = input.readUInt8(position++);
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (position < input.length) {
    const token = input.readUInt8(position++);
    const literalCount = lengthFrom(token >>> 4);
    output.literals(input, position, literalCount);
    position += literalCount;
    // The last sequence has literals only.
    if (position >= input.length) return;
    const distance = input.readUInt16LE(position);
    position += 2;
    output.match(distance, lengthFrom(token & 0x0f) + smallestMatch);
  }
};
