import { type History, loadHistory } from './analytics-history.ts';

import type { LoadResult } from './http-load.ts';
import { rawLoad } from './raw-load.ts';
import { type BenchReport, benchReport, type Figure } from './report.ts';
import type { Duration, Subject } from './subject.ts';

export interface AnalyticsBenchOptions extends Duration {
  readonly history?: History;
}

interface Server {
  readonly url: string;
  readonly managementUrl: string;
  readonly token: string;
}

/** 20,000 players, every third day 25 events for 30 days: 5 million. */
const usual = { days: 30, players: 20_000, eventsOfDay: 25 } as const;
const usualSeconds = 10;
const usualWarmUpSeconds = 3;
/** What the specification asks for on two cores. */
const wanted = { coldP95Millis: 100, requestsPerSecond: 5_000 } as const;
const connections = 32;
const DAY_MILLIS = 86_400_000;

const dayBefore = (days: number): string => new Date(Date.now() - days * DAY_MILLIS).toISOString().slice(0, 10);

/** What dashboards ask, and how often of a hundred times. */
const questions = [
  {
    name: 'today',
    often: 20,
    field: () =>
      'today { activePlayers newPlayers sessions events revenue { currency amountMinor } conversion dataAsOf }',
  },
  {
    name: 'days',
    often: 20,
    field: (range: string) =>
      `days(${range}) { date activePlayers weeklyActivePlayers newPlayers sessions events revenue { currency amountMinor } arpdau { currency amountMinor } arppu { currency amountMinor } }`,
  },
  { name: 'retention', often: 10, field: (range: string) => `retention(${range}) { date size day1 day7 day30 }` },
  { name: 'eventTypes', often: 10, field: (range: string) => `eventTypes(${range}) { type events }` },
  { name: 'eventRate', often: 10, field: () => 'eventRate(minutes: 60) { minute events }' },
  { name: 'concurrent', often: 5, field: () => 'concurrent(minutes: 60) { peak minutes { minute players } }' },
  {
    name: 'topItems',
    often: 5,
    field: (range: string) => `topItems(${range}) { items { itemId purchases revenue { currency amountMinor } } }`,
  },
  {
    name: 'performance',
    often: 5,
    field: (range: string) => `performance(${range}) { samples crashRate fps { p5 p50 } pingMillis { p50 p95 p99 } }`,
  },
  {
    name: 'leaderboard',
    often: 5,
    field: (_: string, turn: number) =>
      `leaderboard(board: "level:${1 + (turn % 20)}", first: ${10 + (turn % 80)}) { edges { node { rank playerId score } } }`,
  },
  {
    name: 'events',
    often: 5,
    field: (range: string) =>
      `events(${range}, filter: { types: ["item_purchased"] }, first: 20) { edges { node { id at playerId properties } } }`,
  },
  {
    name: 'funnel',
    often: 5,
    field: (range: string) =>
      `funnel(steps: ["session_start", "match_end", "item_purchased"], ${range}) { steps { type players share } }`,
  },
] as const;

const coldTurns = 25;
/** Ranges end on one of the last days and are one to four weeks long, each only once. */
function rangeOf(turn: number, days: number): string {
  const to = turn % Math.min(10, days);
  const length = Math.min(days - to, 7 + (turn % 21));
  return `from: "${dayBefore(to + length - 1)}", to: "${dayBefore(to)}"`;
}

const bodyOf = (game: string, field: string): Buffer =>
  Buffer.from(JSON.stringify({ query: `{ game(id: "${game}") { ${field} } }` }));

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

interface Cold {
  readonly name: string;
  readonly millis: readonly number[];
}

async function ask(url: string, token: string, body: Buffer): Promise<number> {
  const sentAt = performance.now();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: new Uint8Array(body) });
  const { errors } = (await answer.json()) as { errors?: readonly { message: string }[] };
  if (errors?.[0]) throw new Error(`the benchmark asked what is refused: ${errors[0].message}`);
  return performance.now() - sentAt;
}

/** Each question with ranges that nobody asked before, one after the other: the cache is empty, the database warm. */
async function measureCold({ url, token }: Server, { game, days }: History): Promise<readonly Cold[]> {
  const found: Cold[] = [];
  for (const { name, field } of questions) {
    const millis: number[] = [];
    for (let turn = 0; turn < coldTurns * 2; turn += 1) {
      // An alias of its own makes each question new to every cache; the first half warms the database.
      const passed = await ask(url, token, bodyOf(game, `a${turn}: ${field(rangeOf(turn, days), turn)}`));
      if (turn >= coldTurns) millis.push(passed);
    }
    found.push({ name, millis: millis.sort((one, other) => one - other) });
  }
  return found;
}

async function metric(managementUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
  return Number(value);
}

/** Questions in their proportions, in the same order every time; four ranges each. */
function mixOf({ game, days }: History): readonly Buffer[] {
  const bodies = questions.flatMap(({ often, field }) =>
    Array.from({ length: often }, (_, turn) => bodyOf(game, field(rangeOf(turn % 4, days), turn % 4))),
  );
  // 37 and the number of bodies have no divisor in common: neighbours are different questions.
  return bodies.map((_, turn) => bodies[(turn * 37) % bodies.length] ?? Buffer.alloc(0));
}

const twoDigits = (value: number): number => Math.round(value * 100) / 100;

interface Found {
  readonly events: number;
  readonly loadSeconds: number;
  readonly cold: readonly Cold[];
  readonly warm: LoadResult;
  readonly cpuSeconds: number;
  readonly resident: number;
}

function figuresOf({ events, loadSeconds, cold, warm, cpuSeconds, resident }: Found): readonly Figure[] {
  const all = cold.flatMap(({ millis }) => millis).sort((one, other) => one - other);
  return [
    { name: 'events in the store', value: events, unit: 'events' },
    { name: 'loading them', value: Math.round(loadSeconds), unit: 's' },
    { name: `cold, p95 of all (at most ${wanted.coldP95Millis})`, value: twoDigits(quantile(all, 0.95)), unit: 'ms' },
    ...cold.map(({ name, millis }) => ({
      name: `cold, p95 of ${name}`,
      value: twoDigits(quantile(millis, 0.95)),
      unit: 'ms',
    })),
    {
      name: 'mix with cache',
      value: Math.round(warm.requests / warm.seconds),
      unit: 'requests/s',
      atLeast: wanted.requestsPerSecond,
    },
    { name: 'mix with cache, on one core', value: Math.round(warm.requests / cpuSeconds), unit: 'requests/s of CPU' },
    { name: 'mix with cache, p50', value: twoDigits(warm.p50Millis), unit: 'ms' },
    { name: 'mix with cache, p99', value: twoDigits(warm.p99Millis), unit: 'ms' },
    { name: 'resident memory after the load', value: Math.round(resident), unit: 'MiB' },
  ];
}

/** Latency of every question with an empty cache, and requests a second of the mix with it. */
export async function benchAnalytics(subject: Subject, options: AnalyticsBenchOptions = {}): Promise<BenchReport> {
  const { analytics: server } = subject;
  if (!server) throw new Error('the benchmark of analytics-api was started without analytics-api');
  const { history = { game: subject.game, ...usual } } = options;
  const { seconds = usualSeconds, warmUpSeconds = usualWarmUpSeconds } = options;
  const loadedAt = performance.now();
  const events = await loadHistory(subject.eventsUrl, history);
  const loadSeconds = (performance.now() - loadedAt) / 1_000;
  const cold = await measureCold(server, history);
  const headers = { authorization: `Bearer ${server.token}` };
  const load = { url: `${server.url}/graphql`, headers, bodies: mixOf(history), connections };
  await rawLoad({ ...load, seconds: warmUpSeconds });
  const cpuBefore = await metric(server.managementUrl, 'process_cpu_seconds_total');
  const warm = await rawLoad({ ...load, seconds });
  const cpuSeconds = (await metric(server.managementUrl, 'process_cpu_seconds_total')) - cpuBefore;
  const resident = (await metric(server.managementUrl, 'process_resident_memory_bytes')) / 2 ** 20;
  const figures = figuresOf({ events, loadSeconds, cold, warm, cpuSeconds, resident });
  const refused =
    Object.keys(warm.refused).length > 0 ? [`Answers other than 200: ${JSON.stringify(warm.refused)}.`] : [];
  return benchReport('analytics', figures, refused);
}
