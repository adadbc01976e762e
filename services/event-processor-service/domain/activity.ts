import { gain, type Span } from './player.ts';

/** DAU, WAU and MAU: players with an event on one of the last so many days. */
export const ACTIVE_WINDOWS_DAYS = [1, 7, 30] as const;
export const MAX_WINDOW_DAYS = 30;

/** A day that a player was seen on, and what the store knows around it: nearest active days within 30 days. */
export interface DayAround {
  readonly day: number;
  readonly isNew: boolean;
  readonly previous: number | undefined;
  readonly next: number | undefined;
}

export interface WindowGain extends Span {
  readonly windowDays: number;
}

const nearer = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);

/**
 * On which days the player now counts for each window and did not before. `days` are one player's, ascending; what the
 * store knows of a day leaves out the other new ones, so each new day becomes a previous one for those behind it.
 */
export function windowGains(days: readonly DayAround[]): WindowGain[] {
  const gains: WindowGain[] = [];
  let lastNew: number | undefined;
  for (const { day, isNew, previous, next } of days) {
    if (!isNew) continue;
    const around = { previous: nearer(previous, lastNew), next };
    for (const windowDays of ACTIVE_WINDOWS_DAYS) {
      const span = gain(day, windowDays, around);
      if (span) gains.push({ windowDays, ...span });
    }
    lastNew = day;
  }
  return gains;
}

/** A change of how many players of a cohort were active so many days after its day. */
export interface CohortChange {
  readonly cohortDay: number;
  readonly dayNumber: number;
  readonly players: 1 | -1;
}

const cell = (cohortDay: number, day: number, players: 1 | -1): CohortChange => ({
  cohortDay,
  dayNumber: day - cohortDay,
  players,
});

/**
 * What a player's new days change in the cohorts. A late event may move the player into an earlier cohort: then all
 * days known before (`oldDays`) move with it.
 */
export function cohortChanges(
  firstDay: { readonly before: number | undefined; readonly now: number },
  newDays: readonly number[],
  oldDays: readonly number[],
): CohortChange[] {
  const { before, now } = firstDay;
  const moved =
    before === undefined || before === now ? [] : oldDays.flatMap((day) => [cell(before, day, -1), cell(now, day, 1)]);
  return [...moved, ...newDays.map((day) => cell(now, day, 1))];
}
