/** A service level objective over 30 days (Google SRE workbook, chapter 2). */
export interface Objective {
  readonly name: string;
  readonly description: string;
  /** The share of good events, 0 < target < 1. */
  readonly target: number;
  readonly indicator: Indicator;
}

export type Indicator =
  /** Good: every HTTP response below 500. */
  | { readonly kind: 'availability' }
  /** Good: answered within the threshold. */
  | { readonly kind: 'latency'; readonly thresholdSeconds: number }
  /** Good: histogram observations at or below the threshold. */
  | { readonly kind: 'freshness'; readonly metric: string; readonly thresholdSeconds: number }
  /** Good: counter of good over counter of all. */
  | { readonly kind: 'ratio'; readonly good: string; readonly total: string };

export const OBJECTIVE_WINDOW_DAYS = 30;
