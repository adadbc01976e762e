/** What becomes of an event, and why. */

/** Precise enough to repair the event without reading our code. */
export interface Reason {
  readonly code: RefusalCode;
  /** JSON pointer into the event as it was sent. */
  readonly path: string;
  /** What was found, shortened; left out where it is missing. */
  readonly value?: unknown;
  readonly rule: string;
  readonly fix: string;
}

/** Codes of refusals and whether the event is kept as a dead letter. */
export const refusals = {
  envelope_invalid: { kept: true },
  content_invalid: { kept: true },
  timestamp_invalid: { kept: true },
  timestamp_ahead: { kept: true },
  event_too_large: { kept: true },
  event_type_unknown: { kept: true },
  // Of another game: it is not ours to keep under this one's name.
  game_forbidden: { kept: false },
  player_forbidden: { kept: false },
  // An erased player's data must not rest anywhere.
  player_erased: { kept: false },
} as const satisfies Readonly<Record<string, { readonly kept: boolean }>>;
export type RefusalCode = keyof typeof refusals;

/** Accepted although old, or of a type without a schema; as in `AcceptedEvent.marks`. */
export type Mark = 'late' | 'backfill' | 'custom';

export interface Accepted {
  readonly status: 'accepted';
  readonly eventId: string;
  readonly playerId: string;
  /** JSON of the `AcceptedEvent`. */
  readonly value: string;
  readonly marks: readonly Mark[];
}

export interface Duplicate {
  readonly status: 'duplicate';
}

export interface Rejected {
  readonly status: 'rejected';
  readonly reason: Reason;
}

export type Verdict = Accepted | Duplicate | Rejected;

export const duplicate: Duplicate = { status: 'duplicate' };

const maxShown = 100;

/** A value short enough for an answer. */
export function shown(value: unknown): unknown {
  if (typeof value === 'string') return value.length > maxShown ? `${value.slice(0, maxShown)}…` : value;
  if (Array.isArray(value)) return `[${value.length} items]`;
  return typeof value === 'object' && value !== null ? '{…}' : value;
}

export const rejected = (reason: Reason): Rejected => ({ status: 'rejected', reason });
