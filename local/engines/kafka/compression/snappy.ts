/** Snappy, reading only: a bare block or the framing of snappy-java. Source: google/snappy, format_description.txt. */
import { Output } from './output.ts';

const framing = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const framingHeaderSize = framing.length + 8;

export const decompressSnappy = (input: Buffer, limit: number): Buffer => {
  const output = new Output(limit);
  if (!input.subarray(0, framing.length).equals(framing)) {
    decompressBlock(input, output);
    return output.finish();
  }
  let position = framingHeaderSize;
  while (position < input.length) {
    const size = input.readInt32BE(position);
    position += 4;
    if (size < 0 || position + size > input.length) throw new RangeError(`a block of ${size} bytes`);
    decompressBlock(input.subarray(position, position + size), output);
    position += size;
  }
  return output.finish();
};

const decompressBlock = (input: Buffer, output: Output): void => {
  let position = skipLength(input);
  while (position < input.length) {
    const tag = input.readUInt8(position++);
    position = (tag & 3) === 0 ? literal(input, position, { tag, output }) : copy(input, position, { tag, output });
  }
};

/** The uncompressed length in front of a block is only a promise: the output has a limit of its own. */
const skipLength = (input: Buffer): number => {
  let position = 0;
  while (input.readUInt8(position++) >= 0x80);
  return position;
};

interface Element {
  readonly tag: number;
  readonly output: Output;
}

const literal = (input: Buffer, position: number, { tag, output }: Element): number => {
  const short = tag >>> 2;
  const extraBytes = short < 60 ? 0 : short - 59;
  const size = (extraBytes === 0 ? short : input.readUIntLE(position, extraBytes)) + 1;
  output.literals(input, position + extraBytes, size);
  return position + extraBytes + size;
};

const copy = (input: Buffer, position: number, { tag, output }: Element): number => {
  if ((tag & 3) === 1) {
    output.match(((tag >>> 5) << 8) | input.readUInt8(position), ((tag >>> 2) & 7) + 4);
    return position + 1;
  }
  const offsetBytes = (tag & 3) === 2 ? 2 : 4;
  output.match(input.readUIntLE(position, offsetBytes), (tag >>> 2) + 1);
  return position + offsetBytes;
};
