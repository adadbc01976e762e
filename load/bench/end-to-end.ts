import { setInterval as every } from 'node:timers/promises';
import pg from 'pg';
import { copyFloor } from './copy-floor.ts';
import { EventBodies } from './event-bodies.ts';
import { Flow, pace } from './flow.ts';
import { FreshnessSampler } from './freshness.ts';
import { httpLoad, type LoadResult } from './http-load.ts';
import { BATCH_EVENTS, eventsAddress, metric, refusalsOf } from './ingestion.ts';
import { Residents, usageOf } from './processes.ts';
import { type BenchReport, benchReport, type Figure, rounded, twoDigits } from './report.ts';
import type { Duration, Subject } from './subject.ts';

const defaults = { seconds: 60, warmUpSeconds: 10, freshnessSeconds: 20, copySeconds: 10 } as const;
/** What the specification asks for on two cores, the load generator on the same machine. */
const wanted = { eventsPerSecond: 50_000, ratioToCopy: 0.35, freshnessSeconds: 2, residentMiB: 256 } as const;
const connections = 8;
/** Six tenths of a second at the wanted rate: a lag above it makes the generator wait. */
const maxInFlight = 30_000;
const lookMillis = 2_000;

/** Posts batches as fast as the pipeline as a whole takes them. */
export class PipelineLoad {
  readonly #subject: Subject;
  readonly #bodies: EventBodies;
  readonly flow: Flow;

  private constructor(subject: Subject, flow: Flow) {
    this.#subject = subject;
    this.#bodies = new EventBodies(subject.game, BATCH_EVENTS);
    this.flow = flow;
  }

  static async start(subject: Subject): Promise<PipelineLoad> {
    return new PipelineLoad(subject, await Flow.watch(subject.eventsUrl));
  }

  /** `turn` left out: whenever there is room. */
  run(seconds: number, turn: () => Promise<void> = () => this.flow.room(maxInFlight)): Promise<LoadResult> {
    return httpLoad({
      ...eventsAddress(this.#subject),
      body: () => this.#bodies.next(),
      connections,
      seconds,
      turn,
      taken: () => {
        this.flow.accepted += BATCH_EVENTS;
      },
    });
  }
}

interface Sustained {
  readonly result: LoadResult;
  readonly eventsPerSecond: number;
  readonly residents: ReadonlyMap<string, number>;
  /** Microseconds of CPU an event, by process. */
  readonly cpuMicros: ReadonlyMap<string, number>;
}

/** Looks at the memory of every process until the work is done. */
export async function watchResidents<Result>(
  subject: Subject,
  work: Promise<Result>,
): Promise<readonly [Result, ReadonlyMap<string, number>]> {
  const residents = new Residents();
  const stop = new AbortController();
  const looking = (async () => {
    for await (const _ of every(lookMillis, undefined, { signal: stop.signal }))
      residents.look(await usageOf(subject.processes()));
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const result = await work.finally(() => stop.abort());
  await looking;
  return [result, residents.largest];
}

async function sustain(subject: Subject, load: PipelineLoad, seconds: number): Promise<Sustained> {
  const everybody = new Map([...subject.processes(), ['load generator', process.pid]]);
  const before = await usageOf(everybody);
  const doneBefore = load.flow.done;
  const startedAt = performance.now();
  const [result, residents] = await watchResidents(subject, load.run(seconds));
  const done = load.flow.done - doneBefore;
  const eventsPerSecond = done / ((performance.now() - startedAt) / 1000);
  const after = await usageOf(everybody);
  const cpuMicros = new Map(
    [...after].map(([name, { cpuSeconds }]) => [
      name,
      ((cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)) * 1e6) / Math.max(1, done),
    ]),
  );
  return { result, eventsPerSecond, residents, cpuMicros };
}

/** Events of the run in the store, distinct ones, and what the rollup says. */
async function countStored(eventsUrl: string): Promise<{ stored: number; distinct: number; rolledUp: number }> {
  const client = new pg.Client({ connectionString: eventsUrl });
  await client.connect();
  const { rows } = await client.query<{ stored: string; distinct: string; rolled: string }>(
    `SELECT count(*) AS stored, count(DISTINCT event_id) AS distinct,
       (SELECT sum(events) FROM event_store.event_counts_day) AS rolled FROM event_store.events`,
  );
  await client.end();
  const [row] = rows;
  return { stored: Number(row?.stored), distinct: Number(row?.distinct), rolledUp: Number(row?.rolled) };
}

/** What became of everything that was answered with 200. */
async function conservation({ flow }: PipelineLoad, eventsUrl: string): Promise<readonly Figure[]> {
  await flow.drained();
  const { accepted } = flow;
  const { stored, distinct, rolledUp } = await countStored(eventsUrl);
  return [
    { name: 'accepted', value: accepted, unit: 'events' },
    { name: 'lost', value: accepted - distinct, unit: 'events', atMost: 0 },
    { name: 'stored twice', value: stored - distinct, unit: 'events', atMost: 0 },
    { name: 'counted otherwise than stored', value: Math.abs(rolledUp - distinct), unit: 'events', atMost: 0 },
  ];
}

const memoryFigures = (residents: ReadonlyMap<string, number>): readonly Figure[] =>
  [...residents].map(([name, mib]) => ({
    name: `resident: ${name}`,
    value: rounded(mib),
    unit: 'MiB',
    atMost: wanted.residentMiB,
  }));

const cpuFigures = (cpuMicros: ReadonlyMap<string, number>): readonly Figure[] =>
  [...cpuMicros].map(([name, micros]) => ({ name: `CPU: ${name}`, value: twoDigits(micros), unit: 'µs/event' }));

/** What a transaction of the processor holds and takes on average, since it started. */
async function transactionFigures({ processorUrl }: Subject): Promise<readonly Figure[]> {
  const mean = async (name: string) =>
    (await metric(processorUrl, `${name}_sum`)) / (await metric(processorUrl, `${name}_count`));
  return [
    { name: 'events in a transaction', value: rounded(await mean('processor_batch_events')), unit: 'events' },
    { name: 'transaction', value: rounded(1000 * (await mean('processor_write_duration_seconds'))), unit: 'ms' },
  ];
}

/** Seconds from the answer to queryable, while so many events a second come in. */
async function freshness(subject: Subject, load: PipelineLoad, eventsPerSecond: number) {
  const sampler = new FreshnessSampler(subject, () => {
    load.flow.accepted += 1;
  });
  const seconds = defaults.freshnessSeconds;
  const [{ p95Millis }, result] = await Promise.all([
    sampler.sample(seconds),
    load.run(seconds, pace(eventsPerSecond, BATCH_EVENTS)),
  ]);
  const name = `freshness p95 at ${rounded(eventsPerSecond)} events/s`;
  const figure: Figure = { name, value: twoDigits(p95Millis / 1000), unit: 's', atMost: wanted.freshnessSeconds };
  return { figure, result };
}

/**
 * HTTP → broker → processor → PostgreSQL as one: the rate that is sustained with a bounded lag, what it costs each
 * process, whether anything was lost or counted twice, how fresh answers are at half of it, and its ratio to binary COPY
 * alone into the same table.
 */
export async function benchEndToEnd(subject: Subject, duration: Duration = {}): Promise<BenchReport> {
  const load = await PipelineLoad.start(subject);
  try {
    await load.run(duration.warmUpSeconds ?? defaults.warmUpSeconds);
    const found = await sustain(subject, load, duration.seconds ?? defaults.seconds);
    const { maxInFlight: lag } = load.flow;
    const transactions = await transactionFigures(subject);
    await load.flow.drained();
    const fresh = await freshness(subject, load, found.eventsPerSecond / 2);
    const conserved = await conservation(load, subject.eventsUrl);
    const copied = await copyFloor(subject.eventsUrl, defaults.copySeconds);
    const unit = 'events/s';
    const ratio = twoDigits(found.eventsPerSecond / copied);
    const rate = rounded(found.eventsPerSecond);
    const figures = [
      { name: 'sustained, stored and rolled up', value: rate, unit, atLeast: wanted.eventsPerSecond },
      { name: 'binary COPY alone', value: rounded(copied), unit: 'rows/s' },
      { name: 'ratio to COPY', value: ratio, unit: '', atLeast: wanted.ratioToCopy },
      { name: 'most in flight', value: lag, unit: 'events' },
      ...transactions,
      fresh.figure,
      ...conserved,
      ...memoryFigures(found.residents),
      ...cpuFigures(found.cpuMicros),
    ];
    return benchReport('end-to-end', figures, refusalsOf([found.result, fresh.result]));
  } finally {
    await load.flow.close();
  }
}
