import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { selectedTiers } from '#tests/support/environment.ts';
import { until } from '#tests/support/kafka.ts';
import { type RunningProcessor, TestProcessorService } from '#tests/support/processor.ts';
import type { Standby } from '#tests/support/standby.ts';
import { TcpProxy } from '#tests/support/tcp-proxy.ts';

const CLOCK_JUMP = pathToFileURL(resolve(import.meta.dirname, '../../tests/support/clock-jump.mjs')).href;
const WAVE = 2_000;

let platform: TestProcessorService;
let standby: Standby;
let wire: TcpProxy;

const selected = selectedTiers.includes('faults');

beforeAll(async () => {
  if (!selected) return;
  platform = await TestProcessorService.start();
  standby = await platform.addStandby();
}, 60_000);
beforeEach(async () => {
  wire = await TcpProxy.to(platform.postgres.port);
});
afterEach(() => wire.stop());
afterAll(async () => {
  await platform?.stop();
  await standby?.stop();
});

const event = (): AcceptedEvent => ({
  event_id: crypto.randomUUID(),
  event_type: 'session_start',
  event_version: 1,
  game_id: 'demo',
  data_class: 'production',
  player_id: `player-${Math.floor(Math.random() * 50)}`,
  session_id: 's',
  event_timestamp: new Date().toISOString(),
  received_at: new Date().toISOString(),
  marks: [],
  properties: {},
});

let sent = 0;
async function sendWave(): Promise<void> {
  await platform.accept(Array.from({ length: WAVE }, event));
  sent += WAVE;
}

const stored = (): Promise<number> => platform.stored().catch(() => 0);

/** Every event that was ever sent is in the table once; the rollup counts the same; nothing was put aside. */
async function expectEverythingOnce(): Promise<void> {
  await until(async () => (await stored()) >= sent);
  expect(await platform.count('SELECT count(DISTINCT event_id) FROM event_store.events')).toBe(sent);
  expect(await platform.stored()).toBe(sent);
  expect(await platform.count('SELECT sum(stored) AS count FROM event_store.conservation_minutes')).toBe(sent);
  expect(await platform.records('dlq.events')).toEqual([]);
}

const stop = async ({ process }: RunningProcessor): Promise<void> => expect(await process.end('SIGTERM')).toBe(0);

/** Minutes of faults: a tier of its own, which CI selects. */
const describeFaults = selected ? describe : describe.skip;

describeFaults('no event is lost and none counted twice over a bad wire (tier faults)', () => {
  test('when every answer of the database takes 300 ms', async () => {
    const processor = await platform.run({}, { postgresPort: wire.port });
    wire.delayMillis = 150;
    await sendWave();
    await expectEverythingOnce();
    await stop(processor);
  });

  test('when its connections are reset again and again, also in the middle of a transaction', async () => {
    const processor = await platform.run({ BATCH_MAX_EVENTS: '100' }, { postgresPort: wire.port });
    wire.delayMillis = 2;
    for (let wave = 0; wave < 3; wave += 1) {
      const before = wire.cuts;
      await sendWave();
      await until(async () => {
        wire.cut();
        await new Promise((resume) => setTimeout(resume, 40));
        return wire.cuts > before + 10 || (await stored()) >= sent;
      });
    }
    wire.delayMillis = 0;
    await expectEverythingOnce();
    expect(wire.cuts).toBeGreaterThan(3);
    await stop(processor);
  });
});

describeFaults('no event is lost and none counted twice when a machine fails (tier faults)', () => {
  test('when the database is killed and starts again', async () => {
    const processor = await platform.run({ BATCH_MAX_EVENTS: '200' }, { postgresPort: wire.port });
    await sendWave();
    await until(async () => (await stored()) > sent - WAVE);
    process.kill(platform.postgres.pid ?? 0, 'SIGKILL');
    await sendWave();
    await expectEverythingOnce();
    await stop(processor);
  });

  test('when the clock of the processor jumps a day ahead and back', async () => {
    const processor = await platform.run(
      { NODE_OPTIONS: `--import=${CLOCK_JUMP}`, CLOCK_JUMPS: '1500:86400000,2500:-3600000', BATCH_MAX_EVENTS: '100' },
      { postgresPort: wire.port },
    );
    const end = performance.now() + 3_500;
    while (performance.now() < end) await sendWave();
    await expectEverythingOnce();
    await stop(processor);
  });

  test('when the database fails over to its replica in the middle of the work', async () => {
    const processor = await platform.run({ BATCH_MAX_EVENTS: '200' }, { postgresPort: wire.port });
    await sendWave();
    await until(async () => (await stored()) > sent - WAVE);
    await sendWave();
    process.kill(platform.postgres.pid ?? 0, 'SIGKILL');
    // For good: its supervisor does not start it again.
    await platform.postgres.stop();
    await standby.promote();
    await platform.follow(standby);
    wire.target = standby.port;
    await expectEverythingOnce();
    await stop(processor);
  });
});
