import { benchAnalytics } from './analytics.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchBatches, benchSingles } from './ingestion.ts';
import type { BenchReport } from './report.ts';
import { benchSoak } from './soak.ts';
import type { Duration, Subject } from './subject.ts';

export { type BenchReport, type Figure, isMet } from './report.ts';
export type { Subject } from './subject.ts';

/** Every benchmark by its name. */
export const benchmarks: ReadonlyMap<string, (subject: Subject, duration: Duration) => Promise<BenchReport>> = new Map([
  ['ingestion-batches', benchBatches],
  ['ingestion-single', benchSingles],
  ['end-to-end', benchEndToEnd],
  ['soak', benchSoak],
  ['analytics', benchAnalytics],
]);

/** Services that a benchmark needs beyond the pipeline, by its name. */
export const alsoNeeded: ReadonlyMap<string, readonly string[]> = new Map([['analytics', ['analytics-api']]]);
