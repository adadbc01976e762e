import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort } from '#local/ports/index.ts';
import { BrokerProcess } from '#tests/support/broker-process.ts';
import { selectedTiers } from '#tests/support/environment.ts';
import { TestIngestion } from '#tests/support/ingestion.ts';
import { until } from '#tests/support/until.ts';

const EVENTS = '/api/v1/events';
const BATCH = 20;
const MEBIBYTE = 1_048_576;
const MAX_RESIDENT_MEBIBYTES = 256;

/** Faults that need time, or rights of root: a tier of their own, which CI selects. */
const describeFaults = selectedTiers.includes('faults') ? describe : describe.skip;
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gm-limits-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(folder: string, settings: Readonly<Record<string, string>>): Promise<TestIngestion> {
  const broker = new BrokerProcess(await freePort(), folder);
  ends.push(() => broker.kill());
  await broker.accepting();
  const ingestion = await TestIngestion.start({ kafkaPort: broker.port, settings });
  ends.push(() => ingestion.stop());
  return ingestion;
}

/** Batches are compressed on their way to the disk. */
const incompressible = (bytes: number): string => randomBytes(Math.ceil(bytes / 2)).toString('hex');

const batchOf = (bytes: number) =>
  Array.from({ length: BATCH }, (_, number) => ({
    event_id: crypto.randomUUID(),
    event_type: 'level_completed',
    event_version: 1,
    game_id: 'demo',
    player_id: `player-${number}`,
    event_timestamp: new Date().toISOString(),
    properties: { level: 3, duration_seconds: 61, note: incompressible(bytes) },
  }));

interface Tally {
  readonly acknowledged: Set<string>;
  readonly statuses: Map<number, number>;
}

async function post(ingestion: TestIngestion, tally: Tally, bytes = 10): Promise<number> {
  const answer = await ingestion.post(EVENTS, batchOf(bytes));
  tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
  const body = (await answer.json()) as { results?: { event_id: string; status: string }[] };
  for (const { event_id, status } of body.results ?? []) if (status === 'accepted') tally.acknowledged.add(event_id);
  if (answer.status !== 200) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  return answer.status;
}

const emptyTally = (): Tally => ({ acknowledged: new Set(), statuses: new Map() });

async function expectEachStoredOnce(ingestion: TestIngestion, { acknowledged }: Tally): Promise<void> {
  const ids = (await ingestion.records('player.events.raw')).map(({ value }) => JSON.parse(String(value)).event_id);
  expect(ids.filter((id) => acknowledged.has(id)).length).toBe(acknowledged.size);
  expect(new Set(ids).size).toBe(ids.length);
}

const residentMebibytes = (pid: number | undefined): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

describeFaults('ten times the load that an instance takes (tier faults)', () => {
  test('is refused with 429 above the rate; what was accepted is stored once, and memory is bounded', async () => {
    const rate = 50;
    const ingestion = await start(newFolder(), {
      RATE_LIMIT_PER_SECOND: String(rate),
      GAME_QUOTA_EVENTS_PER_SECOND: '1000000',
    });
    const tally = emptyTally();
    const seconds = 4;
    const posts: Promise<number>[] = [];
    for (let slice = 0; slice < seconds * 20; slice += 1) {
      for (let count = 0; count < rate / 2; count += 1) posts.push(post(ingestion, tally));
      await new Promise((resume) => setTimeout(resume, 50));
    }
    await Promise.all(posts);
    expect(posts.length).toBe(rate * 10 * seconds);
    expect([...tally.statuses.keys()].sort()).toEqual([200, 429]);
    expect(tally.statuses.get(200)).toBeLessThan(posts.length / 2);
    await expectEachStoredOnce(ingestion, tally);
    if (process.platform === 'linux')
      expect(residentMebibytes(ingestion.process.child.pid)).toBeLessThan(MAX_RESIDENT_MEBIBYTES);
  }, 60_000);
});

(mayMount ? describeFaults : describe.skip)('a broker whose disk is full (tier faults, root on Linux)', () => {
  const resize = (folder: string, mebibytes: number, remount: boolean) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', `${remount ? 'remount,' : ''}size=${mebibytes}m`, 'tmpfs', folder]);

  test('takes nothing and loses nothing: clients get 503, and are served again once there is room', async () => {
    const folder = newFolder();
    resize(folder, 8, false);
    ends.push(() => execFileSync('umount', ['-l', folder]));
    const ingestion = await start(folder, { GAME_QUOTA_EVENTS_PER_SECOND: '1000000', BUFFER_EVENTS: '400' });
    const tally = emptyTally();
    await until(async () => (await post(ingestion, tally, (MEBIBYTE / BATCH) * 0.5)) === 503);
    expect(tally.acknowledged.size).toBeGreaterThan(0);
    await expectEachStoredOnce(ingestion, tally);

    resize(folder, 64, true);
    await until(async () => (await post(ingestion, tally)) === 200);
    await expectEachStoredOnce(ingestion, tally);
  }, 60_000);
});
