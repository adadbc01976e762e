import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Delivery, type Pending, TopicLane } from './lane.ts';
import type { RecordPosition } from './producer.ts';

/** What one call of `send` came to. */
type Outcome = { readonly positions: readonly RecordPosition[] } | { readonly error: unknown };

interface Call {
  readonly sizes: readonly number[];
  readonly outcomes: Outcome[];
  readonly delivery: Delivery;
}

function callOf(sizes: readonly number[]): Call {
  const outcomes: Outcome[] = [];
  const resolve = (positions: readonly RecordPosition[]) => void outcomes.push({ positions });
  const reject = (error: unknown) => void outcomes.push({ error });
  return { sizes, outcomes, delivery: { positions: [], remaining: sizes.length, settled: false, resolve, reject } };
}

const messageOf = ({ delivery, sizes }: Call, index: number): Pending => ({
  ...{ topic: 't', key: undefined, value: undefined, valueBytes: 0, headers: Buffer.alloc(0), hash: 0 },
  ...{ bytes: sizes[index] ?? 0, delivery, index },
});

/** A topic of one partition whose requests fail as told. */
class Log {
  readonly written: Pending[] = [];
  readonly batchBytes: number[] = [];
  inFlight = 0;
  mostInFlight = 0;
  readonly done: Pending[] = [];
  readonly #failures: boolean[];

  constructor(failures: readonly boolean[]) {
    this.#failures = [...failures];
  }

  async write(batch: readonly Pending[]): Promise<readonly RecordPosition[]> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight -= 1;
    this.batchBytes.push(batch.reduce((sum, { bytes }) => sum + bytes, 0));
    if (this.#failures.shift()) throw new Error('away');
    const offsets = batch.map((message) => BigInt(this.written.push(message) - 1));
    return offsets.map((offset) => ({ topic: 't', partition: 0, offset }));
  }
}

const maxBatchBytes = 100;
const sizes = fc.array(fc.integer({ min: 1, max: maxBatchBytes }), { minLength: 1, maxLength: 8 });

async function run(callSizes: readonly (readonly number[])[], failures: readonly boolean[]) {
  const log = new Log(failures);
  const target = {
    write: (batch: readonly Pending[]) => log.write(batch),
    done: (message: Pending) => void log.done.push(message),
  };
  const lane = new TopicLane({ maxBatchBytes }, target);
  const calls = callSizes.map(callOf);
  for (const call of calls) {
    for (const index of call.sizes.keys()) lane.push(messageOf(call, index));
    if (call.sizes.length % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await lane.idle();
  return { log, calls };
}

describe('the messages of a topic', () => {
  test('give every call exactly one outcome, whatever fails', async () => {
    const law = fc.asyncProperty(fc.array(sizes), fc.array(fc.boolean()), async (callSizes, failures) => {
      const { calls, log } = await run(callSizes, failures);
      expect(calls.map(({ outcomes }) => outcomes.length)).toEqual(calls.map(() => 1));
      expect(log.done).toHaveLength(callSizes.flat().length);
    });
    await fc.assert(law, { numRuns: 60 });
  });

  test('of a call that succeeded are all stored, at the places that it was given', async () => {
    const law = fc.asyncProperty(fc.array(sizes), fc.array(fc.boolean()), async (callSizes, failures) => {
      const { calls, log } = await run(callSizes, failures);
      for (const { delivery, outcomes } of calls) {
        const [outcome] = outcomes;
        if (!outcome || 'error' in outcome) continue;
        const places = log.written.flatMap((message, offset) =>
          message.delivery === delivery ? [[message.index, BigInt(offset)]] : [],
        );
        expect(places).toEqual(outcome.positions.map(({ offset }, index) => [index, offset]));
      }
    });
    await fc.assert(law, { numRuns: 60 });
  });

  test('are stored in the order they came, one request at a time, none above the limit', async () => {
    const law = fc.asyncProperty(fc.array(sizes), fc.array(fc.boolean()), async (callSizes, failures) => {
      const { calls, log } = await run(callSizes, failures);
      const order = log.written.map(
        ({ delivery, index }) => calls.findIndex((call) => call.delivery === delivery) * 100 + index,
      );
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(log.mostInFlight).toBeLessThanOrEqual(1);
      expect(Math.max(0, ...log.batchBytes)).toBeLessThanOrEqual(maxBatchBytes);
    });
    await fc.assert(law, { numRuns: 60 });
  });

  test('that were given up by their caller are not sent any more', async () => {
    const log = new Log([]);
    const lane = new TopicLane({ maxBatchBytes }, { write: (batch) => log.write(batch), done: () => undefined });
    const [kept, abandoned] = [callOf([1]), callOf([1, 1])];
    abandoned.delivery.settled = true;
    for (const call of [abandoned, kept]) for (const index of call.sizes.keys()) lane.push(messageOf(call, index));
    await lane.idle();
    expect(log.written.map(({ delivery }) => delivery)).toEqual([kept.delivery]);
    expect(abandoned.outcomes).toEqual([]);
  });
});
