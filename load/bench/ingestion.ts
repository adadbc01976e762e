import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { EventBodies } from './event-bodies.ts';
import { httpLoad, type LoadResult } from './http-load.ts';
import { type BenchReport, benchReport, type Figure } from './report.ts';

/** A running event-ingestion-service, its rate limit and the game's quota raised so that they play no part. */
export interface IngestionUnderTest {
  readonly url: string;
  /** `http://host:port` of its management port, for its CPU time and memory. */
  readonly managementUrl: string;
  readonly game: string;
  readonly key: string;
}

export interface IngestionBenchOptions {
  readonly seconds?: number;
  readonly warmUpSeconds?: number;
}

const defaults = { seconds: 10, warmUpSeconds: 3 } as const;
/** What the specification asks for on two cores, the load generator on the same machine. */
const wanted = { batchEventsPerSecond: 100_000, ratioToBare: 0.25, singleEventsPerSecond: 12_000 } as const;
const batchSize = 100;
const connections = { batches: 16, singles: 64 } as const;

interface Subject {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cpuSeconds: () => Promise<number>;
}

interface Measured extends LoadResult {
  readonly eventsPerSecond: number;
  /** Events for each second that a core worked for the server: what one core bears. */
  readonly eventsPerCpuSecond: number;
}

async function measure(subject: Subject, bodies: EventBodies, seconds: number): Promise<Measured> {
  const cpuBefore = await subject.cpuSeconds();
  const perConnection = bodies.eventsEach === 1 ? connections.singles : connections.batches;
  const load = { url: subject.url, headers: subject.headers, body: () => bodies.next(), connections: perConnection };
  const result = await httpLoad({ ...load, seconds });
  const cpuSeconds = (await subject.cpuSeconds()) - cpuBefore;
  const events = result.requests * bodies.eventsEach;
  return { ...result, eventsPerSecond: events / result.seconds, eventsPerCpuSecond: events / cpuSeconds };
}

async function metric(managementUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
  return Number(value);
}

function ingestionSubject({ url, managementUrl, key }: IngestionUnderTest): Subject {
  return {
    url: url + INGESTION_API.eventsPath,
    headers: { authorization: `Bearer ${key}` },
    cpuSeconds: () => metric(managementUrl, 'process_cpu_seconds_total'),
  };
}

async function bareSubject(): Promise<Subject & { readonly child: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = await once(child, 'message');
  const cpuSeconds = async () => {
    const answer = once(child, 'message');
    child.send({});
    return (await answer)[0].cpuSeconds;
  };
  return { child, url: `http://127.0.0.1:${port}/`, headers: {}, cpuSeconds };
}

const rounded = (value: number) => Math.round(value);
const twoDigits = (value: number) => Math.round(value * 100) / 100;

function figuresOf(found: {
  bare: Measured;
  batches: Measured;
  singles: Measured;
  residentMiB: number;
}): readonly Figure[] {
  const { bare, batches, singles, residentMiB } = found;
  const perSecond = 'events/s';
  const ratio = twoDigits(batches.eventsPerSecond / bare.eventsPerSecond);
  return [
    {
      name: 'batches of 100',
      value: rounded(batches.eventsPerSecond),
      unit: perSecond,
      atLeast: wanted.batchEventsPerSecond,
    },
    { name: 'batches of 100, on one core', value: rounded(batches.eventsPerCpuSecond), unit: `${perSecond} of CPU` },
    { name: 'batches of 100, p99', value: twoDigits(batches.p99Millis), unit: 'ms' },
    { name: 'bare node:http and JSON.parse', value: rounded(bare.eventsPerSecond), unit: perSecond },
    { name: 'ratio to bare', value: ratio, unit: '', atLeast: wanted.ratioToBare },
    {
      name: 'single events',
      value: rounded(singles.eventsPerSecond),
      unit: perSecond,
      atLeast: wanted.singleEventsPerSecond,
    },
    { name: 'single events, on one core', value: rounded(singles.eventsPerCpuSecond), unit: `${perSecond} of CPU` },
    { name: 'single events, p99', value: twoDigits(singles.p99Millis), unit: 'ms' },
    { name: 'resident memory after the load', value: rounded(residentMiB), unit: 'MiB' },
  ];
}

function refusalsOf(results: readonly Measured[]): readonly string[] {
  const refused = results.map(({ refused: counts }) => counts).filter((counts) => Object.keys(counts).length > 0);
  return refused.map((counts) => `Answers other than 200: ${JSON.stringify(counts)}.`);
}

/**
 * Events per second of ingestion alone, durable in the broker before the answer, and their ratio to a bare server in
 * the same run. Every event has a new id, so none is answered as a duplicate.
 */
export async function benchIngestion(
  subject: IngestionUnderTest,
  options: IngestionBenchOptions = {},
): Promise<BenchReport> {
  const { seconds, warmUpSeconds } = { ...defaults, ...options };
  const batchBodies = new EventBodies(subject.game, batchSize);
  const singleBodies = new EventBodies(subject.game, 1);
  const ingestion = ingestionSubject(subject);
  const bareServer = await bareSubject();
  try {
    await measure(bareServer, batchBodies, warmUpSeconds);
    const bare = await measure(bareServer, batchBodies, seconds);
    await measure(ingestion, batchBodies, warmUpSeconds);
    const batches = await measure(ingestion, batchBodies, seconds);
    await measure(ingestion, singleBodies, warmUpSeconds);
    const singles = await measure(ingestion, singleBodies, seconds);
    const residentMiB = (await metric(subject.managementUrl, 'process_resident_memory_bytes')) / 2 ** 20;
    const figures = figuresOf({ bare, batches, singles, residentMiB });
    return benchReport('ingestion', figures, refusalsOf([bare, batches, singles]));
  } finally {
    bareServer.child.disconnect();
  }
}
