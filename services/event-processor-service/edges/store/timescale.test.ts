import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { announceSkipped } from '#tests/conformance/kafka/skipped.ts';
import { timescaleUrl } from '#tests/support/environment.ts';
import { TestEventStore } from '#tests/support/event-store.ts';

const TITLE = 'the event store on TimescaleDB';

function timescale(): void {
  let events: TestEventStore;
  beforeAll(async () => {
    events = await TestEventStore.start();
  });
  afterAll(() => events.stop());

  test('is a hypertable by day, compressed after a week by player and dropped after 90 days', async () => {
    const { rows: dimensions } = await events.pool.query(
      `SELECT time_interval::text FROM timescaledb_information.dimensions WHERE hypertable_name = 'events'`,
    );
    expect(dimensions).toEqual([{ time_interval: '1 day' }]);
    const { rows: jobs } = await events.pool.query(
      `SELECT proc_name, coalesce(config ->> 'compress_after', config ->> 'drop_after') AS after
       FROM timescaledb_information.jobs WHERE hypertable_name = 'events' ORDER BY proc_name`,
    );
    expect(jobs).toEqual([
      { proc_name: 'policy_compression', after: '7 days' },
      { proc_name: 'policy_retention', after: '90 days' },
    ]);
  });
}

if (timescaleUrl === undefined)
  announceSkipped(TITLE, 'TIMESCALEDB_URL is not set; with it, every test of this folder runs there');
else describe(TITLE, timescale);
