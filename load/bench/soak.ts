import { PipelineLoad, watchResidents } from './end-to-end.ts';
import { pace } from './flow.ts';
import { BATCH_EVENTS, refusalsOf } from './ingestion.ts';
import { type BenchReport, benchReport, type Figure, rounded } from './report.ts';
import type { Duration, Subject } from './subject.ts';

const defaults = { seconds: 30 * 60, warmUpSeconds: 20, calibrationSeconds: 10 } as const;
const wanted = { residentMiB: 256, growth: 0.1 } as const;

/** How much more the second half held at most than the first, as a share. */
function growthOf(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): readonly Figure[] {
  return [...second].flatMap(([name, mib]) => {
    const growth = Math.round((mib / (first.get(name) ?? mib) - 1) * 100) / 100;
    return [
      { name: `resident: ${name}`, value: rounded(mib), unit: 'MiB', atMost: wanted.residentMiB },
      { name: `growth: ${name}`, value: growth, unit: '', atMost: wanted.growth },
    ];
  });
}

/** Half of what the pipeline bears, for long: the memory of every process has to stay where it was in the first half. */
export async function benchSoak(subject: Subject, duration: Duration = {}): Promise<BenchReport> {
  const load = await PipelineLoad.start(subject);
  try {
    await load.run(duration.warmUpSeconds ?? defaults.warmUpSeconds);
    const found = await load.run(defaults.calibrationSeconds);
    const eventsPerSecond = (found.requests * BATCH_EVENTS) / found.seconds / 2;
    const seconds = (duration.seconds ?? defaults.seconds) / 2;
    const half = () => watchResidents(subject, load.run(seconds, pace(eventsPerSecond, BATCH_EVENTS)));
    const [firstResult, first] = await half();
    const [secondResult, second] = await half();
    const drained = await load.flow.drained();
    const figures: readonly Figure[] = [
      { name: 'load', value: rounded(eventsPerSecond), unit: 'events/s' },
      { name: 'minutes', value: rounded(seconds / 30), unit: 'min' },
      { name: 'left behind', value: drained ? 0 : load.flow.inFlight, unit: 'events', atMost: 0 },
      ...growthOf(first, second),
    ];
    return benchReport('soak', figures, refusalsOf([firstResult, secondResult]));
  } finally {
    await load.flow.close();
  }
}
