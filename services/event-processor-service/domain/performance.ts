import type { PropertiesOf } from '#catalog/events/index.ts';

/** Above this, values are rounded to hundreds, so that odd ones make few rows. */
const FINE_BELOW = 1_000;
const COARSE_STEP = 100;
const MOST = 60_000;

export interface PerformanceCell {
  readonly metric: 'fps' | 'ping_millis' | 'crashed';
  readonly value: number;
}

function rounded(value: number): number {
  if (value <= FINE_BELOW) return Math.round(value);
  return Math.min(MOST, Math.round(value / COARSE_STEP) * COARSE_STEP);
}

/** The cells of the histogram that a sample is counted in. */
export function performanceCells(sample: PropertiesOf<'performance_sample'>): readonly PerformanceCell[] {
  return [
    { metric: 'fps', value: rounded(sample.fps) },
    { metric: 'ping_millis', value: rounded(sample.ping_millis) },
    { metric: 'crashed', value: sample.crashed === true ? 1 : 0 },
  ];
}
