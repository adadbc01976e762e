import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent, IncomingEvent } from '#catalog/events/index.ts';
import { TestIngestion } from '#tests/support/ingestion.ts';
import { TestKafka, until } from '#tests/support/kafka.ts';
import { ServiceProcess } from '#tests/support/service-process.ts';
import { expectedKpis, exportAwsGameAnalytics, simulate, writeLines } from '../traffic/index.ts';
import { sendFile } from './index.ts';

const count = 100_000;
const timeZone = 'America/Sao_Paulo';

let folder: string;
let kafka: TestKafka;
let ingestion: TestIngestion;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-test-pour-'));
  kafka = await TestKafka.start({ own: true });
  ingestion = await TestIngestion.start({ kafkaPort: Number(kafka.brokers[0]?.split(':')[1]) });
});
afterAll(async () => {
  await ingestion?.stop();
  await kafka?.stop();
  await rm(folder, { recursive: true, force: true });
});

function history(size: number): readonly IncomingEvent[] {
  const options = { seed: 'pour', game: 'demo', players: 700, from: '2026-08-01T00:00:00Z', days: 40 };
  return simulate(options).take(size).toArray();
}

const target = () => ({ url: ingestion.url, key: ingestion.key, game: 'demo' });

async function arrived(): Promise<AcceptedEvent[]> {
  const records = await ingestion.records('player.events.raw');
  return records.map(({ value }) => JSON.parse(String(value)));
}

describe('an export of a game', () => {
  test('of 100,000 events in the AWS Game Analytics Pipeline format arrives exactly once, and means the same', async () => {
    const events = history(count);
    const file = join(folder, 'export.json.gz');
    await exportAwsGameAnalytics(file, events);
    const summary = await sendFile({ ...target(), file, backfill: true });
    expect(summary).toMatchObject({
      format: 'aws-game-analytics',
      lines: count,
      accepted: count,
      rejected: 0,
      problems: [],
    });
    const found = await arrived();
    expect(found).toHaveLength(count);
    expect(new Set(found.map(({ marks }) => marks.join()))).toEqual(new Set(['backfill']));
    expect(expectedKpis(found, { timeZone })).toEqual(expectedKpis(events, { timeZone }));
  });

  test('sent a second time changes nothing', async () => {
    const file = join(folder, 'again.jsonl');
    await writeLines(file, history(5000));
    expect(await sendFile({ ...target(), file, backfill: true })).toMatchObject({ accepted: 0, duplicates: 5000 });
    expect(await arrived()).toHaveLength(count);
  });

  test('is told apart from fresh events: without backfill every old line is reported, none is sent', async () => {
    const file = join(folder, 'old.jsonl');
    await writeLines(file, history(300));
    expect(await sendFile({ ...target(), file })).toMatchObject({ accepted: 0, rejected: 300 });
  });

  test('with a key of another game is refused as a whole', async () => {
    await ingestion.games.ensureGame({ id: 'other', name: 'Other', timeZone: 'UTC' });
    const { key } = await ingestion.games.createKey('other', 'production');
    const file = join(folder, 'foreign.jsonl');
    await exportAwsGameAnalytics(file, history(10));
    await expect(sendFile({ ...target(), key, file, backfill: true })).rejects.toMatchObject({ code: 'SEND_REFUSED' });
  });
});

describe('the simulator as a process', () => {
  const main = resolve(import.meta.dirname, '../traffic/main.ts');
  const environment = (): Record<string, string> => ({
    TRAFFIC_URL: ingestion.url,
    TRAFFIC_GAME_ID: 'demo',
    TRAFFIC_API_KEY_FILE: join(folder, 'key'),
    TRAFFIC_EVENTS_PER_SECOND: '300',
    TRAFFIC_SEED: '7',
  });
  const last = ({ lines }: ServiceProcess, field: string) =>
    Number(lines.findLast((line) => field in line)?.[field] ?? 0);

  test('says when it is ready, tells its figures, and stops with nothing left', async () => {
    await writeFile(join(folder, 'key'), ingestion.key);
    const simulator = new ServiceProcess(main, environment());
    await until(() => simulator.lines.some(({ ready }) => ready === true));
    await until(() => last(simulator, 'accepted') > 200);
    expect(await simulator.end('SIGTERM')).toBe(0);
    const end = simulator.lines.find(({ stopped }) => stopped === true);
    expect(end).toMatchObject({ waiting: 0, failed: 0, rejected: 0, dropped: 0 });
    expect(end?.accepted).toBe(end?.sent);
  });

  test('goes on after the service was away', async () => {
    const simulator = new ServiceProcess(main, environment());
    await until(() => last(simulator, 'accepted') > 0);
    await ingestion.process.end('SIGKILL');
    await ingestion.startAgain();
    const before = last(simulator, 'accepted');
    await until(() => last(simulator, 'accepted') > before + 300);
    expect(await simulator.end('SIGTERM')).toBe(0);
    expect(last(simulator, 'failed')).toBe(0);
  });

  test('names everything that is wrong with its configuration', async () => {
    const simulator = new ServiceProcess(main, { TRAFFIC_URL: 'nowhere', TRAFFIC_EVENTS_PER_SECOND: 'many' });
    expect(await simulator.end()).toBe(2);
    const [{ message } = { message: '' }] = simulator.lines;
    for (const name of ['TRAFFIC_URL', 'TRAFFIC_GAME_ID', 'TRAFFIC_API_KEY', 'TRAFFIC_EVENTS_PER_SECOND'])
      expect(message).toContain(name);
  });
});
