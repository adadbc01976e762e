/** How many samples have a value, in ascending order of the values. */
export interface Bar {
  readonly value: number;
  readonly samples: number;
}

export interface Percentiles {
  readonly p1: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The smallest value that at least this share of the samples does not exceed (nearest rank). */
function percentile(bars: readonly Bar[], total: number, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent * total) / 100));
  let seen = 0;
  for (const { value, samples } of bars) {
    seen += samples;
    if (seen >= rank) return value;
  }
  return bars.at(-1)?.value ?? 0;
}

/** Null without a sample. */
export function percentilesOf(bars: readonly Bar[]): Percentiles | null {
  const total = bars.reduce((sum, { samples }) => sum + samples, 0);
  if (total === 0) return null;
  const at = (percent: number): number => percentile(bars, total, percent);
  return { p1: at(1), p5: at(5), p50: at(50), p95: at(95), p99: at(99) };
}
