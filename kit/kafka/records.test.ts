import { describe, expect, test } from '@jest/globals';
import type { RecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { decodeRecords } from './records.ts';

const place = { topic: 't', partition: 3 };

/** A batch whose records have these offset deltas, as a compacted topic would have them. */
function batchOf(firstOffset: number, deltas: readonly number[], attributes = 0): RecordsBatch {
  const records = deltas.map((offsetDelta) => ({
    ...{ length: 0, attributes: 0, timestampDelta: BigInt(offsetDelta), offsetDelta },
    ...{ key: Buffer.from('k'), value: Buffer.from(String(firstOffset + offsetDelta)), headers: [] },
  }));
  const head = {
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: 9,
    firstTimestamp: 1000n,
    maxTimestamp: 1000n,
    attributes,
  };
  const rest = {
    length: 0,
    partitionLeaderEpoch: 0,
    magic: 2,
    crc: 0,
    producerId: 1n,
    producerEpoch: 0,
    firstSequence: 0,
  };
  return { ...head, ...rest, records };
}

const read = (offset: number, batches: readonly RecordsBatch[]) => {
  const { messages, nextOffset } = decodeRecords({ ...place, offset: BigInt(offset) }, batches);
  return { offsets: messages.map((message) => Number(message.offset)), nextOffset: Number(nextOffset) };
};

describe('the records of a fetch', () => {
  test('begin at the offset that was asked for, though the batch begins earlier', () => {
    expect(read(3, [batchOf(0, [0, 1, 2, 3, 4])])).toEqual({ offsets: [3, 4], nextOffset: 10 });
  });

  test('leave out transaction markers, and reading goes on behind them', () => {
    expect(read(0, [batchOf(0, [0]), batchOf(10, [0], 0x20)])).toEqual({ offsets: [0], nextOffset: 20 });
  });

  test('that are none leave the position where it is', () => {
    expect(read(5, [])).toEqual({ offsets: [], nextOffset: 5 });
  });

  test('have place, time, key, value and headers', () => {
    const batch = batchOf(7, [2]);
    batch.records[0]?.headers.push(
      [Buffer.from('reason'), Buffer.from('grüße')],
      [Buffer.from('empty'), null],
      [null, null],
    );
    expect(decodeRecords({ ...place, offset: 7n }, [batch]).messages).toEqual([
      {
        ...{ ...place, offset: 9n, timestampMillis: 1002 },
        ...{ key: Buffer.from('k'), value: Buffer.from('9'), headers: { reason: 'grüße', empty: '' } },
      },
    ]);
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
