import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { decompressLz4 } from './lz4.ts';
import { decompressSnappy } from './snappy.ts';

/** What one batch may grow to: enough for any honest one, not for a bomb. */
const largestBytes = 64 * 1024 * 1024;

/** Codecs by their id in the attributes of a batch. Source: kafka.apache.org, "Record Batch". */
const codecs = [
  { name: 'none', decompress: (input: Buffer) => input },
  { name: 'gzip', decompress: (input: Buffer) => gunzipSync(input, { maxOutputLength: largestBytes }) },
  { name: 'snappy', decompress: (input: Buffer) => decompressSnappy(input, largestBytes) },
  { name: 'lz4', decompress: (input: Buffer) => decompressLz4(input, largestBytes) },
  { name: 'zstd', decompress: (input: Buffer) => zstdDecompressSync(input, { maxOutputLength: largestBytes }) },
] as const satisfies readonly { name: string; decompress: (input: Buffer) => Buffer }[];

export const zstdId = 4;
export const isKnownCodec = (id: number): boolean => id < codecs.length;

/** @throws Error when the input is not what the codec makes */
export const decompress = (id: number, input: Buffer): Buffer => {
  const codec = codecs[id];
  if (codec === undefined) throw new RangeError(`no codec has the id ${id}`);
  return codec.decompress(input);
};
