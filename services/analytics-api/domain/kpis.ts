import { addDays, daysBetween, eachDay } from './days.ts';

/** Rows of the rollups, as the event store gives them. */
export interface Rollups {
  readonly active: readonly { readonly day: string; readonly windowDays: number; readonly players: number }[];
  readonly cohorts: readonly CohortRow[];
  readonly sessions: readonly {
    readonly day: string;
    readonly started: number;
    readonly ended: number;
    readonly lengthMillis: number;
  }[];
  readonly events: readonly { readonly day: string; readonly events: number }[];
  readonly revenue: readonly { readonly day: string; readonly currency: string; readonly amount: number }[];
  readonly payers: readonly { readonly day: string; readonly payers: number }[];
  readonly dataAsOf: string | null;
}

export interface CohortRow {
  readonly cohortDay: string;
  readonly dayNumber: number;
  readonly players: number;
}

export interface Money {
  readonly currency: string;
  readonly amountMinor: number;
}

export interface Day {
  readonly date: string;
  readonly activePlayers: number;
  readonly weeklyActivePlayers: number;
  readonly monthlyActivePlayers: number;
  readonly newPlayers: number;
  readonly sessions: number;
  readonly averageSessionSeconds: number | null;
  readonly events: number;
  readonly revenue: readonly Money[];
  readonly payers: number;
  readonly conversion: number | null;
  readonly arpdau: readonly Money[];
  readonly arppu: readonly Money[];
  /** Null until anything was processed. */
  readonly dataAsOf: string | null;
}

const MILLIS_PER_SECOND = 1_000;
const WINDOWS = { day: 1, week: 7, month: 30 } as const;

function perHead(revenue: readonly Money[], heads: number): readonly Money[] {
  return heads === 0
    ? []
    : revenue.map(({ currency, amountMinor }) => ({ currency, amountMinor: amountMinor / heads }));
}

function moneyOf(rollups: Rollups, date: string): readonly Money[] {
  return rollups.revenue
    .filter(({ day }) => day === date)
    .map(({ currency, amount }) => ({ currency, amountMinor: amount }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function kpisOf(rollups: Rollups, date: string): Day {
  const active = (windowDays: number): number =>
    rollups.active.find((row) => row.day === date && row.windowDays === windowDays)?.players ?? 0;
  const session = rollups.sessions.find(({ day }) => day === date);
  const payers = rollups.payers.find(({ day }) => day === date)?.payers ?? 0;
  const activePlayers = active(WINDOWS.day);
  const revenue = moneyOf(rollups, date);
  return {
    date,
    activePlayers,
    weeklyActivePlayers: active(WINDOWS.week),
    monthlyActivePlayers: active(WINDOWS.month),
    newPlayers: rollups.cohorts.find(({ cohortDay, dayNumber }) => cohortDay === date && dayNumber === 0)?.players ?? 0,
    sessions: session?.started ?? 0,
    averageSessionSeconds: session?.ended ? session.lengthMillis / session.ended / MILLIS_PER_SECOND : null,
    events: rollups.events.find(({ day }) => day === date)?.events ?? 0,
    revenue,
    payers,
    conversion: activePlayers > 0 ? payers / activePlayers : null,
    arpdau: perHead(revenue, activePlayers),
    arppu: perHead(revenue, payers),
    dataAsOf: rollups.dataAsOf,
  };
}

/** One entry a day of the range, zeros where nothing happened. */
export function dailyKpis(rollups: Rollups, from: string, to: string): readonly Day[] {
  return eachDay(from, to).map((date) => kpisOf(rollups, date));
}

export interface Cohort {
  readonly date: string;
  readonly size: number;
  readonly day1: number | null;
  readonly day7: number | null;
  readonly day30: number | null;
}

/** Shares of each cohort that came back; a day that has not ended before `today` has none yet. */
export function retention(
  rows: readonly CohortRow[],
  range: { readonly from: string; readonly to: string; readonly today: string },
): readonly Cohort[] {
  const playersOf = (date: string, dayNumber: number): number =>
    rows.find((row) => row.cohortDay === date && row.dayNumber === dayNumber)?.players ?? 0;
  return eachDay(range.from, range.to).map((date) => {
    const size = playersOf(date, 0);
    const rate = (dayNumber: number): number | null => {
      const ended = daysBetween(addDays(date, dayNumber), range.today) > 0;
      return ended && size > 0 ? playersOf(date, dayNumber) / size : null;
    };
    return { date, size, day1: rate(1), day7: rate(7), day30: rate(30) };
  });
}
