import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { type RawRecord, TestEventStore, TestProcessor } from '#tests/support/event-store.ts';
import { expectedRollups, type Rollups, readRollups } from '#tests/support/rollup-model.ts';

const ZONE = 'America/Sao_Paulo';
const PARTITIONS = 3;
const START = Date.UTC(2026, 1, 10, 1, 30);
const MINUTE = 60_000;
const RUNS = 25;

let events: TestEventStore;
let reader: pg.Client;
beforeAll(async () => {
  events = await TestEventStore.start();
  reader = await events.reader(['law'], 'production');
});
afterAll(async () => {
  await reader.end();
  await events.stop();
});

const properties = fc.oneof(
  fc.constant({ event_type: 'session_start', properties: {} }),
  fc.integer({ min: 0, max: 9000 }).map((tenths) => ({
    event_type: 'session_end',
    properties: { duration_seconds: tenths / 10 },
  })),
  fc.record({ level: fc.integer({ min: 1, max: 2 }), score: fc.integer({ min: 0, max: 3 }) }).map((found) => ({
    event_type: 'level_completed',
    properties: { ...found, duration_seconds: 12 },
  })),
  fc
    .record({ amount: fc.constantFrom(499, 499, -499, 9_007_199_254_740_991), paid: fc.boolean() })
    .map(({ amount, paid }) => ({
      event_type: 'item_purchased',
      properties: { item_id: 'gem', currency: 'EUR', amount, ...(paid ? { transaction_id: 't' } : {}) },
    })),
  fc.constant({ event_type: 'item_viewed', properties: { item_id: 'gem' } }),
  fc.record({ fps: fc.constantFrom(30, 59.6), ping: fc.constantFrom(20, 1_260), crashed: fc.boolean() }).map((of) => ({
    event_type: 'performance_sample',
    properties: { fps: of.fps, ping_millis: of.ping, crashed: of.crashed },
  })),
  fc.constant({ event_type: 'dance', properties: { any: 'thing' } }),
);

/** Close together or weeks apart, received at once or late. */
const when = fc.record({
  after: fc.oneof(
    fc.integer({ min: 0, max: 20 * MINUTE }),
    fc.integer({ min: 0, max: 45 * 24 * 60 }).map((minutes) => minutes * MINUTE),
  ),
  delay: fc.constantFrom(0, 3 * MINUTE, 49 * MINUTE, 3 * 24 * 60 * MINUTE),
});

const generated = fc.record({ properties, when, player: fc.integer({ min: 0, max: 3 }) });
type Generated = typeof generated extends fc.Arbitrary<infer Value> ? Value : never;

function eventOf({ properties: kind, when: { after, delay }, player }: Generated, index: number): AcceptedEvent {
  const timestamp = START + after;
  return {
    ...kind,
    marks: kind.event_type === 'dance' ? ['custom'] : [],
    event_id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    event_version: 1,
    game_id: 'law',
    data_class: 'production',
    player_id: `player-${player}`,
    session_id: `s-${player}`,
    event_timestamp: new Date(timestamp).toISOString(),
    received_at: new Date(timestamp + delay).toISOString(),
  };
}

/** In the order of arrival, with repeats, each player in a partition of its own choosing. */
function recordsOf(sent: readonly AcceptedEvent[]): RawRecord[] {
  const next = Array.from({ length: PARTITIONS }, () => 0);
  return sent.map((value) => {
    const partition = Number(value.player_id.slice(-1)) % PARTITIONS;
    const offset = next[partition] ?? 0;
    next[partition] = offset + 1;
    return { partition, offset, value };
  });
}

/** How a batch ends: stored; undone at one of its statements; or stored, and then the process dies without knowing. */
type Ending = 'stored' | 'forgotten' | number;

/** Undoes the transaction at its n-th statement from now, as a lost connection would. */
function breakAt(statement: number): () => void {
  const { pool } = events;
  const connect = pool.connect.bind(pool);
  // The pool's own queries hand it a callback; only transactions break.
  const broken = async (callback?: Parameters<typeof connect>[0]) => {
    if (callback) return connect(callback);
    const client = await connect();
    const { query, release } = client;
    let left = statement;
    const count = (...given: unknown[]) => {
      left -= 1;
      if (left === 0) throw new Error('broken here');
      return Reflect.apply(query, client, given);
    };
    const giveBack = (error?: Error | boolean) => {
      Object.assign(client, { query, release });
      release(error);
    };
    return Object.assign(client, { query: count, release: giveBack });
  };
  Object.assign(pool, { connect: broken });
  return () => Object.assign(pool, { connect });
}

async function processAll(records: readonly RawRecord[], cuts: readonly number[], endings: readonly Ending[]) {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  let processor = new TestProcessor(events.store(), ZONE);
  for (let turn = 0; ; turn += 1) {
    const positions = await processor.claim(partitions);
    const open = records.filter(({ partition, offset }) => offset >= (positions.get(partition) ?? 0));
    if (open.length === 0) return;
    const batch = open.slice(0, cuts[turn % cuts.length]);
    const ending = endings[turn] ?? 'stored';
    const mend = typeof ending === 'number' ? breakAt(ending) : () => undefined;
    const failed = await processor.commit(batch).then(
      () => false,
      (error: unknown) => {
        if (typeof ending === 'number') return true;
        throw error;
      },
    );
    mend();
    if (failed || ending === 'forgotten') processor = new TestProcessor(events.store(), ZONE);
  }
}

const batching = fc.record({
  cuts: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
  endings: fc.array(fc.oneof(fc.constantFrom<Ending>('stored', 'forgotten'), fc.integer({ min: 1, max: 28 })), {
    maxLength: 8,
  }),
});

/** A topic holds events in the order of their arrival, but for some minutes that clocks and retries make. */
const byArrival = (sent: readonly AcceptedEvent[]): AcceptedEvent[] => {
  const arrival = (event: AcceptedEvent) =>
    Date.parse(event.received_at) + (event.event_id.charCodeAt(35) % 5) * MINUTE;
  return sent.toSorted((one, other) => arrival(one) - arrival(other));
};

async function expectRollups(distinct: readonly AcceptedEvent[], without: readonly string[] = []) {
  const kept = (rollups: Rollups) =>
    Object.fromEntries(Object.entries(rollups).filter(([name]) => !without.includes(name)));
  const { rows } = await reader.query<{ id: string }>('SELECT event_id AS id FROM analytics.events');
  expect(rows.map(({ id }) => id).sort()).toEqual(distinct.map(({ event_id }) => event_id).sort());
  expect(kept(await readRollups(reader))).toEqual(kept(expectedRollups(distinct, ZONE)));
}

describe('effectively once', () => {
  test('any repetition, batching and crash gives the rows and rollups of each event once', async () => {
    const sent = fc.array(generated, { minLength: 1, maxLength: 40 });
    const repeats = fc.array(fc.nat(), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sent, repeats, batching, async (made, picks, { cuts, endings }) => {
        await events.clear();
        const distinct = made.map(eventOf);
        const again = picks.flatMap((pick) => distinct[pick % distinct.length] ?? []);
        await processAll(recordsOf(byArrival([...distinct, ...again])), cuts, endings);
        await expectRollups(distinct);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('in any order at all it is the same, but for who was online, which has to be told in time', async () => {
    const sent = fc.array(generated, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sent, batching, async (made, { cuts, endings }) => {
        await events.clear();
        const distinct = made.map(eventOf);
        await processAll(recordsOf(distinct), cuts, endings);
        await expectRollups(distinct, ['online_minutes']);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
