import { type IncomingEvent, REVENUE_EVENT_TYPES } from '#catalog/events/index.ts';
import { dayName, localDay } from './clock.ts';

/** What the platform's answers must be, computed in one pass over the events with nothing but maps and sets. */
export interface ExpectedKpis {
  /** Events, each id of a game once. */
  readonly events: number;
  readonly players: number;
  readonly eventsByType: Readonly<Record<string, number>>;
  /** By day of the game's calendar, in order; days without an event are left out. */
  readonly days: readonly ExpectedDay[];
  /** By the day of a player's first event, in order. */
  readonly cohorts: readonly ExpectedCohort[];
}

export interface ExpectedDay {
  readonly day: string;
  readonly events: number;
  /** Players with any event. */
  readonly activePlayers: number;
  /** Players whose first event of all is on this day. */
  readonly newPlayers: number;
  /** `session_start` events. */
  readonly sessions: number;
  /** `session_end` events and the sum of their durations. */
  readonly endedSessions: number;
  readonly sessionSeconds: number;
  /** Minor units by currency, refunds taken off. */
  readonly revenue: Readonly<Record<string, number>>;
  /** Players with a payment above nothing. */
  readonly payers: number;
}

export interface ExpectedCohort {
  readonly day: string;
  readonly size: number;
  /** Players of the cohort that were active exactly so many days later. */
  readonly returned: { readonly day1: number; readonly day7: number; readonly day30: number };
}

export interface ExpectedOptions {
  /** The game's IANA time zone; `UTC` unless told otherwise. */
  readonly timeZone?: string;
}

class Day {
  events = 0;
  readonly active = new Set<string>();
  sessions = 0;
  endedSessions = 0;
  sessionSeconds = 0;
  readonly revenue = new Map<string, number>();
  readonly payers = new Set<string>();
}

const revenueTypes: ReadonlySet<string> = new Set(REVENUE_EVENT_TYPES);

/** The money of an event, once: a purchase that names a transaction leaves it to the transaction. */
function moneyOf({ event_type, properties }: IncomingEvent): { currency: string; amount: number } | undefined {
  if (!revenueTypes.has(event_type)) return undefined;
  const { currency, amount, transaction_id } = properties;
  if (event_type === 'item_purchased' && transaction_id !== undefined) return undefined;
  return typeof currency === 'string' && typeof amount === 'number' ? { currency, amount } : undefined;
}

function count(day: Day, event: IncomingEvent): void {
  day.events += 1;
  day.active.add(event.player_id);
  if (event.event_type === 'session_start') day.sessions += 1;
  if (event.event_type === 'session_end') {
    day.endedSessions += 1;
    day.sessionSeconds += Number(event.properties.duration_seconds);
  }
  const money = moneyOf(event);
  if (!money) return;
  day.revenue.set(money.currency, (day.revenue.get(money.currency) ?? 0) + money.amount);
  if (money.amount > 0) day.payers.add(event.player_id);
}

const increment = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

class Tally {
  readonly #timeZone: string;
  readonly #seen = new Set<string>();
  readonly #types = new Map<string, number>();
  readonly #days = new Map<number, Day>();
  /** First day of each player. */
  readonly #first = new Map<string, number>();

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  add(event: IncomingEvent): void {
    const identity = `${event.game_id}\n${event.event_id.toLowerCase()}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    increment(this.#types, event.event_type);
    const number = localDay(Date.parse(event.event_timestamp), this.#timeZone);
    const day = this.#days.get(number) ?? new Day();
    this.#days.set(number, day);
    count(day, event);
    const first = this.#first.get(event.player_id) ?? number;
    this.#first.set(event.player_id, Math.min(first, number));
  }

  result(): ExpectedKpis {
    const order = [...this.#days].sort(([one], [other]) => one - other);
    const cohorts = this.#cohorts();
    return {
      events: this.#seen.size,
      players: this.#first.size,
      eventsByType: Object.fromEntries([...this.#types].sort(([one], [other]) => (one < other ? -1 : 1))),
      days: order.map(([number, day]) => this.#day(number, day, cohorts.get(number)?.size ?? 0)),
      cohorts: [...cohorts]
        .sort(([one], [other]) => one - other)
        .map(([number, players]) => this.#cohort(number, players)),
    };
  }

  #day(number: number, day: Day, newPlayers: number): ExpectedDay {
    const { events, sessions, endedSessions, sessionSeconds } = day;
    const revenue = Object.fromEntries([...day.revenue].sort(([one], [other]) => (one < other ? -1 : 1)));
    const counted = { activePlayers: day.active.size, newPlayers, payers: day.payers.size };
    return { day: dayName(number), events, sessions, endedSessions, sessionSeconds, revenue, ...counted };
  }

  #cohorts(): Map<number, Set<string>> {
    const cohorts = new Map<number, Set<string>>();
    for (const [player, number] of this.#first) {
      const cohort = cohorts.get(number) ?? new Set();
      cohorts.set(number, cohort.add(player));
    }
    return cohorts;
  }

  #cohort(number: number, players: ReadonlySet<string>): ExpectedCohort {
    const returnedAfter = (days: number) => {
      const active = this.#days.get(number + days)?.active;
      return active ? [...players].filter((player) => active.has(player)).length : 0;
    };
    const returned = { day1: returnedAfter(1), day7: returnedAfter(7), day30: returnedAfter(30) };
    return { day: dayName(number), size: players.size, returned };
  }
}

/** The KPIs of one game's events, in any order, with duplicates and refunds. Holds every event id in memory. */
export function expectedKpis(events: Iterable<IncomingEvent>, options: ExpectedOptions = {}): ExpectedKpis {
  const tally = new Tally(options.timeZone ?? 'UTC');
  for (const event of events) tally.add(event);
  return tally.result();
}
