import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IncomingEvent } from '#catalog/events/index.ts';
import { exportAwsGameAnalytics, writeLines } from '#load/traffic/aws.ts';
import { type ExpectedKpis, expectedKpis } from '#load/traffic/expected.ts';
import { simulate } from '#load/traffic/simulate.ts';
import { describeInBrowser, TestBrowser } from '#tests/support/browser.ts';
import { gm } from '#tests/support/command-line.ts';
import { RunningPlatform } from '#tests/support/running-platform.ts';

const GAME = 'e2e-game';
const TIME_ZONE = 'America/New_York';
const EVENTS = 100_000;
const DAY_MILLIS = 86_400_000;
const DAYS = 40;
const PATIENCE_MILLIS = 120_000;
/** Each one makes the next start wait longer, as in a cluster; three are enough to hit a batch. */
const MAX_KILLS = 3;

interface Day {
  readonly date: string;
  readonly events: number;
  readonly activePlayers: number;
  readonly newPlayers: number;
  readonly sessions: number;
  readonly averageSessionSeconds: number | null;
  readonly revenue: readonly { readonly currency: string; readonly amountMinor: number }[];
  readonly payers: number;
}

const daysQuery = `query Days($game: ID!, $from: Date!, $to: Date!) { game(id: $game) {
  days(from: $from, to: $to) {
    date events activePlayers newPlayers sessions averageSessionSeconds revenue { currency amountMinor } payers
  }
  retention(from: $from, to: $to) { date size day1 day7 day30 }
} }`;

interface Answer {
  readonly game: {
    readonly days: readonly Day[];
    readonly retention: readonly {
      readonly date: string;
      readonly size: number;
      readonly day1: number | null;
      readonly day7: number | null;
    }[];
  };
}

/** A month and a half of simulated players that ended some days ago, cut to exactly so many events. */
function history(): readonly IncomingEvent[] {
  const from = new Date(Math.floor(Date.now() / DAY_MILLIS - DAYS - 5) * DAY_MILLIS).toISOString();
  const events = [...simulate({ seed: 'live line', game: GAME, players: 1_400, from, days: DAYS }).take(EVENTS)];
  if (events.length < EVENTS) throw new Error(`the simulation gave ${events.length} events; raise its players`);
  return events;
}

let running: RunningPlatform;
let folder: string;
let events: readonly IncomingEvent[];
let expected: ExpectedKpis;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MILLIS / 1_000} s`);
    await sleep(200);
  }
}

const storedCount = async (): Promise<number> => {
  const rows = await running.sql<{ count: string }>(
    `SELECT count(*) FROM event_store.events JOIN event_store.series USING (series_id)
     JOIN event_store.tenants USING (tenant_id) WHERE game_id = $1`,
    [GAME],
  );
  return Number(rows[0]?.count ?? 0);
};

/** Stored or not: what the processor has decided about. */
const processedCount = async (): Promise<number> => {
  const rows = await running.sql<{ count: string | null }>(
    `SELECT sum(consumed) AS count FROM event_store.conservation_minutes JOIN event_store.tenants USING (tenant_id)
     WHERE game_id = $1`,
    [GAME],
  );
  return Number(rows[0]?.count ?? 0);
};

const deadLetters = () =>
  running.sql('SELECT reason, detail, event_type, failed_by FROM event_store.dead_letters ORDER BY failed_at LIMIT 10');

async function killProcessorWhile(sending: Promise<unknown>): Promise<number> {
  let [kills, over] = [0, false];
  const ended = sending.finally(() => {
    over = true;
  });
  while (!over && kills < MAX_KILLS) {
    await sleep(1_500);
    const pid = running.pidOf('event-processor-service');
    if (over || pid === undefined) continue;
    process.kill(pid, 'SIGKILL');
    kills += 1;
  }
  await ended;
  return kills;
}

beforeAll(async () => {
  events = history();
  expected = expectedKpis(events, { timeZone: TIME_ZONE });
  folder = mkdtempSync(join(tmpdir(), 'gamemetrics-events-'));
  running = await RunningPlatform.start();
}, PATIENCE_MILLIS);

afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
}, PATIENCE_MILLIS);

describe('the live line', () => {
  test('gets ready with every built service and both ends of the flow', async () => {
    // A consumer that still joins its group is degraded for a moment.
    await until('every service is ready', async () => {
      const { services } = await running.platform.snapshot();
      return services.every(({ health }) => health === 'ready' || health === 'planned');
    });
  });

  test(
    `stores ${EVENTS} events of an AWS Game Analytics export exactly once, while the processor is killed again and again`,
    async () => {
      const file = join(folder, 'export.ndjson.gz');
      await exportAwsGameAnalytics(file, events);
      const words = [
        'send',
        file,
        '--game',
        GAME,
        '--time-zone',
        TIME_ZONE,
        '--backfill',
        '--data',
        running.dataFolder,
        '--json',
      ];
      const sending = gm(words);
      const kills = await killProcessorWhile(sending);
      const { code, stdout, stderr } = await sending;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        format: 'aws-game-analytics',
        lines: EVENTS,
        accepted: EVENTS,
        rejected: 0,
      });
      expect(kills).toBeGreaterThan(0);
      await until('every event is processed', async () => (await processedCount()) >= EVENTS);
      expect(await deadLetters()).toEqual([]);
      expect(running.restartsOf('event-processor-service')).toBeGreaterThan(0);
      const [row] = await running.sql<{ ids: string }>(
        `SELECT count(DISTINCT event_id) AS ids FROM event_store.events JOIN event_store.series USING (series_id)
         JOIN event_store.tenants USING (tenant_id) WHERE game_id = $1`,
        [GAME],
      );
      expect({ stored: await storedCount(), ids: Number(row?.ids) }).toEqual({ stored: EVENTS, ids: EVENTS });
    },
    PATIENCE_MILLIS * 2,
  );

  test(
    'counts nothing twice when the same events come again in our own envelope',
    async () => {
      const again = events.slice(0, 5_000);
      const file = join(folder, 'again.ndjson');
      await writeLines(file, again);
      const { code, stdout } = await gm([
        'send',
        file,
        '--game',
        GAME,
        '--backfill',
        '--data',
        running.dataFolder,
        '--json',
      ]);
      expect(code).toBe(0);
      const { accepted, duplicates } = JSON.parse(stdout) as { accepted: number; duplicates: number };
      expect(accepted + duplicates).toBe(again.length);
      await until('the lag is gone', async () => (await running.platform.snapshot()).flow.lagRecords === 0);
      expect(await storedCount()).toBe(EVENTS);
    },
    PATIENCE_MILLIS,
  );

  test('answers the KPIs of every day right to the digit', async () => {
    const token = await running.token([GAME]);
    const [first, last] = [expected.days[0]?.day, expected.days.at(-1)?.day];
    const { game } = await running.graphql<Answer>(daysQuery, { game: GAME, from: first, to: last }, token);
    const answered = game.days.filter((day) => day.events > 0);
    expect(answered).toEqual(
      expected.days.map((day) => ({
        date: day.day,
        events: day.events,
        activePlayers: day.activePlayers,
        newPlayers: day.newPlayers,
        sessions: day.sessions,
        averageSessionSeconds: day.endedSessions > 0 ? expect.closeTo(day.sessionSeconds / day.endedSessions, 3) : null,
        revenue: Object.entries(day.revenue).map(([currency, amountMinor]) => ({ currency, amountMinor })),
        payers: day.payers,
      })),
    );
  });

  test('answers the retention of every cohort right to the digit', async () => {
    const token = await running.token([GAME]);
    const [first, last] = [expected.days[0]?.day, expected.days.at(-1)?.day];
    const { game } = await running.graphql<Answer>(daysQuery, { game: GAME, from: first, to: last }, token);
    for (const { day, size, returned } of expected.cohorts) {
      const cohort = game.retention.find(({ date }) => date === day);
      expect({ day, size: cohort?.size, day1: cohort?.day1 }).toEqual({ day, size, day1: returned.day1 / size });
      if (cohort?.day7 !== null) expect(cohort?.day7).toBe(returned.day7 / size);
    }
  });

  test('shows a token of another game nothing', async () => {
    const token = await running.token(['demo']);
    const answer = await running.graphql<{ game: unknown }>(
      'query Game($id: ID!) { game(id: $id) { name } }',
      { id: GAME },
      token,
    );
    expect(answer.game).toBeNull();
  });
});

describeInBrowser('the dashboard of the live line in a browser', () => {
  const NOW = 25;

  /** Players who do one thing now: what the page has to show a moment later. */
  const arrivals = (): readonly IncomingEvent[] =>
    Array.from({ length: NOW }, (_, index) => ({
      event_id: crypto.randomUUID(),
      event_type: 'session_start',
      event_version: 1,
      game_id: GAME,
      player_id: `arrival-${index}`,
      event_timestamp: new Date().toISOString(),
      properties: {},
    }));

  test(
    "shows today's players as they arrive, without a reload and without a complaint",
    async () => {
      const browser = await TestBrowser.launch();
      const visited = await browser.open(running.url('admin-dashboard').replace('127.0.0.1', 'localhost'));
      try {
        await visited.check('live line', async () => {
          const { page } = visited;
          await page.getByRole('combobox').selectOption(GAME);
          const active = page.getByTestId('active-players');
          await active.waitFor();
          expect(await active.textContent()).toBe('0');
          const file = join(folder, 'now.ndjson');
          await writeLines(file, arrivals());
          expect((await gm(['send', file, '--game', GAME, '--data', running.dataFolder, '--json'])).code).toBe(0);
          await until('the page shows the players', async () => (await active.textContent()) === String(NOW));
          expect(visited.complaints).toEqual([]);
        });
      } finally {
        await visited.close();
        await browser.stop();
      }
    },
    PATIENCE_MILLIS,
  );
});
