import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { EventBodies } from './event-bodies.ts';
import { httpLoad, type LoadResult } from './http-load.ts';
import { type BenchReport, benchReport, rounded, twoDigits } from './report.ts';
import type { Duration, Subject } from './subject.ts';

const defaults = { seconds: 10, warmUpSeconds: 3 } as const;
/** What the specification asks for on two cores, the load generator on the same machine. */
const wanted = { batchEventsPerSecond: 100_000, ratioToBare: 0.25, singleEventsPerSecond: 12_000 } as const;
export const BATCH_EVENTS = 100;
const connections = { batches: 16, singles: 64 } as const;

/** Anything that takes event bodies over HTTP. */
interface Server {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cpuSeconds: () => Promise<number>;
}

interface Measured extends LoadResult {
  readonly eventsPerSecond: number;
  /** Events for each second that a core worked for the server: what one core bears. */
  readonly eventsPerCpuSecond: number;
}

async function measureOnce(server: Server, bodies: EventBodies, seconds: number): Promise<Measured> {
  const cpuBefore = await server.cpuSeconds();
  const perConnection = bodies.eventsEach === 1 ? connections.singles : connections.batches;
  const load = { url: server.url, headers: server.headers, body: () => bodies.next(), connections: perConnection };
  const result = await httpLoad({ ...load, seconds });
  const cpuSeconds = (await server.cpuSeconds()) - cpuBefore;
  const events = result.requests * bodies.eventsEach;
  return { ...result, eventsPerSecond: events / result.seconds, eventsPerCpuSecond: events / cpuSeconds };
}

async function measure(server: Server, bodies: EventBodies, duration: Duration): Promise<Measured> {
  await measureOnce(server, bodies, duration.warmUpSeconds ?? defaults.warmUpSeconds);
  return measureOnce(server, bodies, duration.seconds ?? defaults.seconds);
}

export async function metric(managementUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
  return Number(value);
}

/** Where events are posted, and as whom. */
export const eventsAddress = ({ ingestion, key }: Pick<Subject, 'ingestion' | 'key'>) => ({
  url: ingestion.url + INGESTION_API.eventsPath,
  headers: { authorization: `Bearer ${key}` },
});

const serverOf = (subject: Subject): Server => ({
  ...eventsAddress(subject),
  cpuSeconds: () => metric(subject.ingestion.managementUrl, 'process_cpu_seconds_total'),
});

async function bareServer(): Promise<Server & { readonly child: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = await once(child, 'message');
  const cpuSeconds = async () => {
    const answer = once(child, 'message');
    child.send({});
    return (await answer)[0].cpuSeconds;
  };
  return { child, url: `http://127.0.0.1:${port}/`, headers: {}, cpuSeconds };
}

async function measureBare(bodies: EventBodies, duration: Duration): Promise<Measured> {
  const bare = await bareServer();
  try {
    return await measure(bare, bodies, duration);
  } finally {
    bare.child.disconnect();
  }
}

export const refusalsOf = (results: readonly LoadResult[]): readonly string[] =>
  results
    .map(({ refused }) => refused)
    .filter((refused) => Object.keys(refused).length > 0)
    .map((refused) => `Answers other than 200: ${JSON.stringify(refused)}.`);

async function residentFigure({ ingestion }: Subject) {
  const mib = (await metric(ingestion.managementUrl, 'process_resident_memory_bytes')) / 2 ** 20;
  return { name: 'resident memory after the load', value: rounded(mib), unit: 'MiB', atMost: 256 };
}

/**
 * Events per second of ingestion alone in batches, durable in the broker before the answer, and their ratio to a bare
 * server in the same run. Every event has a new id, so none is answered as a duplicate.
 */
export async function benchBatches(subject: Subject, duration: Duration = {}): Promise<BenchReport> {
  const bodies = new EventBodies(subject.game, BATCH_EVENTS);
  const bare = await measureBare(bodies, duration);
  const found = await measure(serverOf(subject), bodies, duration);
  const unit = 'events/s';
  const atLeast = wanted.batchEventsPerSecond;
  const ratio = twoDigits(found.eventsPerSecond / bare.eventsPerSecond);
  const ofCpu = twoDigits(found.eventsPerCpuSecond / bare.eventsPerCpuSecond);
  const figures = [
    { name: `batches of ${BATCH_EVENTS}`, value: rounded(found.eventsPerSecond), unit },
    { name: 'the same on one core of its own', value: rounded(found.eventsPerCpuSecond), unit, atLeast },
    { name: 'p99 of a request', value: twoDigits(found.p99Millis), unit: 'ms' },
    { name: 'bare node:http and JSON.parse', value: rounded(bare.eventsPerSecond), unit },
    { name: 'ratio to bare', value: ratio, unit: '', atLeast: wanted.ratioToBare },
    { name: 'ratio to bare, CPU for CPU', value: ofCpu, unit: '' },
    await residentFigure(subject),
  ];
  return benchReport('ingestion-batches', figures, refusalsOf([bare, found]));
}

/** The same with one event a request. */
export async function benchSingles(subject: Subject, duration: Duration = {}): Promise<BenchReport> {
  const bodies = new EventBodies(subject.game, 1);
  const found = await measure(serverOf(subject), bodies, duration);
  const unit = 'events/s';
  const figures = [
    { name: 'single events', value: rounded(found.eventsPerSecond), unit, atLeast: wanted.singleEventsPerSecond },
    { name: 'the same on one core of its own', value: rounded(found.eventsPerCpuSecond), unit },
    { name: 'p99 of a request', value: twoDigits(found.p99Millis), unit: 'ms' },
    await residentFigure(subject),
  ];
  return benchReport('ingestion-single', figures, refusalsOf([found]));
}
