import type { SEGMENTS } from '#catalog/events/index.ts';

export type Segment = (typeof SEGMENTS)[number];

/** What the event store keeps of a player. Days and minutes are numbers since 1970. */
export interface PlayerState {
  readonly firstSeenMillis: number;
  readonly firstDay: number;
  readonly lastMinute: number;
  readonly lastDay: number;
  readonly activeDays: number;
  /** Active minutes: bit n stands for `onlineMinute - n`. */
  readonly onlineMinute: number;
  readonly onlineBits: bigint;
  readonly sessions: number;
  readonly playtimeMillis: number;
  readonly purchases: number;
  readonly refunds: number;
}

/** What the events of a batch say about one player. */
export interface PlayerTouch {
  readonly firstMillis: number;
  readonly lastMinute: number;
  /** All days with an event, ascending. */
  readonly days: readonly number[];
  /** Minutes with an event that was received soon after it happened, ascending. */
  readonly onlineMinutes: readonly number[];
  readonly sessions: number;
  readonly playtimeMillis: number;
  readonly purchases: number;
  readonly refunds: number;
}

/** How long a player counts as online after an event. */
export const ONLINE_WINDOW_MINUTES = 5;
/** Only what is received this soon counts as online: the bits of a player reach no further back. */
const ONLINE_MAX_DELAY_MILLIS = 50 * 60_000;
/** A clock that is ahead by more would move the bits past minutes that others still fill. */
const ONLINE_MAX_AHEAD_MILLIS = 5 * 60_000;
const ONLINE_BITS = 64;
const allBits = (1n << BigInt(ONLINE_BITS)) - 1n;

export function countsAsOnline(delayMillis: number): boolean {
  return delayMillis <= ONLINE_MAX_DELAY_MILLIS && delayMillis >= -ONLINE_MAX_AHEAD_MILLIS;
}

/** A span of whole numbers, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Of the days (or minutes) on which `added` counts for a trailing window, those on which nothing counted before:
 * `previous` is the nearest earlier active one, `next` the nearest later one. Undefined when there are none.
 */
export function gain(
  added: number,
  window: number,
  around: { readonly previous: number | undefined; readonly next: number | undefined },
): Span | undefined {
  const from = Math.max(added, (around.previous ?? Number.NEGATIVE_INFINITY) + window);
  const to = Math.min(added + window - 1, (around.next ?? Number.POSITIVE_INFINITY) - 1);
  return from <= to ? { from, to } : undefined;
}

/** True when the minute is counted already, or is too far back to be counted any more. */
export function wasOnline({ onlineMinute, onlineBits }: PlayerState, minute: number): boolean {
  if (minute === onlineMinute) return true;
  const age = onlineMinute - minute;
  return age >= ONLINE_BITS || (age > 0 && ((onlineBits >> BigInt(age)) & 1n) === 1n);
}

class OnlineMinutes {
  minute: number;
  bits: bigint;

  constructor(minute: number, bits: bigint) {
    this.minute = minute;
    this.bits = bits;
  }

  has(minute: number): boolean {
    const age = this.minute - minute;
    return age >= 0 && age < ONLINE_BITS && ((this.bits >> BigInt(age)) & 1n) === 1n;
  }

  add(minute: number): void {
    if (minute > this.minute) {
      const shift = Math.min(minute - this.minute, ONLINE_BITS);
      this.bits = (this.bits << BigInt(shift)) & allBits;
      this.minute = minute;
    }
    this.bits |= 1n << BigInt(this.minute - minute);
  }

  nearest(minute: number, step: 1 | -1): number | undefined {
    for (let away = 1; away < ONLINE_WINDOW_MINUTES; away += 1) {
      if (this.has(minute + step * away)) return minute + step * away;
    }
    return undefined;
  }
}

function addOnline(online: OnlineMinutes, minutes: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const minute of minutes) {
    const tooOld = minute <= online.minute - ONLINE_BITS;
    if (tooOld || online.has(minute)) continue;
    const around = { previous: online.nearest(minute, -1), next: online.nearest(minute, 1) };
    const span = gain(minute, ONLINE_WINDOW_MINUTES, around);
    online.add(minute);
    if (span) spans.push(span);
  }
  return spans;
}

export interface Advanced {
  readonly state: PlayerState;
  /** Minutes on which the player now counts as online and did not before. */
  readonly online: readonly Span[];
}

/** The state after a batch. `newDays` says how many of its days are new; the caller knows them from the store. */
export function advance(state: PlayerState | undefined, touch: PlayerTouch, newDays: number): Advanced {
  const [firstDay = 0] = touch.days;
  const lastDay = touch.days.at(-1) ?? firstDay;
  const online = new OnlineMinutes(state?.onlineMinute ?? 0, state?.onlineBits ?? 0n);
  const spans = addOnline(online, touch.onlineMinutes);
  return {
    online: spans,
    state: {
      firstSeenMillis: Math.min(state?.firstSeenMillis ?? touch.firstMillis, touch.firstMillis),
      firstDay: Math.min(state?.firstDay ?? firstDay, firstDay),
      lastMinute: Math.max(state?.lastMinute ?? touch.lastMinute, touch.lastMinute),
      lastDay: Math.max(state?.lastDay ?? lastDay, lastDay),
      activeDays: (state?.activeDays ?? 0) + newDays,
      onlineMinute: online.minute,
      onlineBits: online.bits,
      sessions: (state?.sessions ?? 0) + touch.sessions,
      playtimeMillis: (state?.playtimeMillis ?? 0) + touch.playtimeMillis,
      purchases: (state?.purchases ?? 0) + touch.purchases,
      refunds: (state?.refunds ?? 0) + touch.refunds,
    },
  };
}

/** A player who was away for so many days counts as returning. */
export const AWAY_DAYS = 7;

/** Who the player is on a day; `previousDay` is the active day before it, if that is within 30 days. */
export function segmentOf(
  state: Pick<PlayerState, 'firstDay' | 'purchases'>,
  day: number,
  previousDay: number | undefined,
): Segment {
  if (state.purchases > 0) return 'payer';
  if (day <= state.firstDay) return 'new';
  return day - (previousDay ?? state.firstDay) >= AWAY_DAYS ? 'returning' : 'active';
}
