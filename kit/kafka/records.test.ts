import { describe, expect, test } from '@jest/globals';
import { compressionsAlgorithms, createRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { readBatches } from './fetched-batch.ts';
import { decodeRecords } from './records.ts';

const place = { topic: 't', partition: 3 };
const HEADER = 61;
const FIRST_TIMESTAMP = 1000n;

interface Made {
  readonly attributes?: number;
  readonly headers?: ReadonlyMap<Buffer, Buffer>;
  readonly compression?: 'lz4' | 'zstd' | 'none';
}

/** Each record with its length before it; none here is longer than one byte can say. */
function recordsOf(batch: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = HEADER; at < batch.length; ) {
    const end = at + 1 + (batch[at] ?? 0) / 2;
    records.push(batch.subarray(at, end));
    at = end;
  }
  return records;
}

/** The bytes of a batch whose records have these offset deltas, as a compacted topic would have them. */
function batchOf(firstOffset: number, deltas: readonly number[], made: Made = {}): Buffer {
  // The client library numbers records from 0 on: what is missing is cut out of records that are all there.
  const all = Array.from({ length: 10 }, (_, delta) => ({
    ...{ topic: 't', key: Buffer.from('k'), value: Buffer.from(String(firstOffset + delta)) },
    ...{ headers: new Map(made.headers ?? []), timestamp: FIRST_TIMESTAMP + BigInt(delta) },
  }));
  const whole = createRecordsBatch(all, { compression: 'none' }).buffer;
  const kept = recordsOf(whole).filter((_, delta) => deltas.includes(delta));
  const codec = made.compression ?? 'none';
  const bytes = Buffer.concat([
    whole.subarray(0, HEADER),
    compressionsAlgorithms[codec].compressSync(Buffer.concat(kept)),
  ]);
  bytes.writeBigInt64BE(BigInt(firstOffset), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt16BE((made.attributes ?? 0) | compressionsAlgorithms[codec].bitmask, 21);
  bytes.writeInt32BE(kept.length, 57);
  return bytes;
}

const read = (offset: number, batches: readonly Buffer[]) => {
  const { messages, nextOffset } = decodeRecords(
    { ...place, offset: BigInt(offset) },
    readBatches(Buffer.concat(batches)),
  );
  return { offsets: messages.map((message) => Number(message.offset)), nextOffset: Number(nextOffset) };
};

describe('the records of a fetch', () => {
  test('begin at the offset that was asked for, though the batch begins earlier', () => {
    expect(read(3, [batchOf(0, [0, 1, 2, 3, 4])])).toEqual({ offsets: [3, 4], nextOffset: 10 });
  });

  test('leave out transaction markers, and reading goes on behind them', () => {
    expect(read(0, [batchOf(0, [0]), batchOf(10, [0], { attributes: 0x20 })])).toEqual({
      offsets: [0],
      nextOffset: 20,
    });
  });

  test('that are none leave the position where it is', () => {
    expect(read(5, [])).toEqual({ offsets: [], nextOffset: 5 });
  });

  test('have place, time, key, value and headers', () => {
    const headers = new Map([
      [Buffer.from('reason'), Buffer.from('grüße')],
      [Buffer.from('empty'), Buffer.alloc(0)],
    ]);
    for (const compression of ['none', 'lz4', 'zstd'] as const) {
      const batches = readBatches(batchOf(7, [2], { headers, compression }));
      const [message] = decodeRecords({ ...place, offset: 7n }, batches).messages;
      expect([message?.topic, message?.partition, message?.offset, message?.timestampMillis]).toEqual([
        't',
        3,
        9n,
        1002,
      ]);
      expect([String(message?.key), String(message?.value)]).toEqual(['k', '9']);
      expect(message?.headers).toEqual({ reason: 'grüße', empty: '' });
    }
  });

  test('that a limit cut at their end are left for the next fetch', () => {
    const cut = batchOf(10, [0, 1]).subarray(0, -1);
    expect(read(0, [batchOf(0, [0]), cut])).toEqual({ offsets: [0], nextOffset: 10 });
  });

  test('are each given once, whatever gaps a log has and wherever fetches begin', () => {
    const gaps = fc.array(
      fc.uniqueArray(fc.integer({ min: 0, max: 9 })).map((deltas) => deltas.toSorted((a, b) => a - b)),
      { maxLength: 6 },
    );
    const law = fc.property(gaps, fc.integer({ min: 1, max: 3 }), (log, batchesPerFetch) => {
      const batches = log.map((deltas, index) => batchOf(index * 10, deltas));
      const seen: number[] = [];
      let position = 0;
      while (position < batches.length * 10) {
        const from = Math.floor(position / 10);
        const { offsets, nextOffset } = read(position, batches.slice(from, from + batchesPerFetch));
        seen.push(...offsets);
        expect(nextOffset).toBeGreaterThan(position);
        position = nextOffset;
      }
      expect(seen).toEqual(log.flatMap((deltas, index) => deltas.map((delta) => index * 10 + delta)));
    });
    fc.assert(law);
  });
});
