import { dayOf, isDay, rangeProblem } from '../domain/days.ts';
import { type Cohort, type Day, dailyKpis, retention } from '../domain/kpis.ts';
import { errors } from '../errors.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { RollupLoads } from './loads.ts';
import type { AnalyticsStore, AsOf, DataClass, MinuteRate, Range, TypeCount } from './store.ts';

/** A game as its visitor sees it. */
export interface GameFacts {
  readonly id: string;
  readonly timeZone: string;
}

const MINUTE_MILLIS = 60_000;
const MAX_MINUTES = 24 * 60;

/** Errors: RANGE_INVALID. */
export function checkRange({ from, to }: Range): Range {
  const unknown = [from, to].find((day) => !isDay(day));
  const problem = unknown === undefined ? rangeProblem(from, to) : `«${unknown}» is not a day of the form YYYY-MM-DD`;
  if (problem) throw errors.RANGE_INVALID({ detail: `The range is not valid: ${problem}.` });
  return { from, to };
}

/** Errors: RANGE_INVALID. */
export function checkMinutes(minutes: number): number {
  if (minutes >= 1 && minutes <= MAX_MINUTES) return minutes;
  throw errors.RANGE_INVALID({
    detail: `minutes is ${minutes}; it must be from 1 to ${MAX_MINUTES}.`,
    fix: 'Ask for fewer minutes.',
  });
}

/** The names of so many minutes up to the one that `lastMillis` is in. */
export function minutesUpTo(lastMillis: number, minutes: number): readonly string[] {
  const newest = Math.floor(lastMillis / MINUTE_MILLIS) * MINUTE_MILLIS;
  return Array.from({ length: minutes }, (_, index) =>
    new Date(newest - (minutes - 1 - index) * MINUTE_MILLIS).toISOString().replace('.000Z', 'Z'),
  );
}

export interface AnswersOptions {
  readonly store: AnalyticsStore;
  readonly loads: RollupLoads;
  readonly cache: AnswerCache;
  readonly now?: () => number;
}

/** The KPIs, from the store or, for ranges of days, from the cache until the game changes. */
export class Answers {
  readonly #cache: AnswerCache;
  readonly #loads: RollupLoads;
  readonly #store: AnalyticsStore;
  readonly #now: () => number;

  constructor({ store, loads, cache, now = Date.now }: AnswersOptions) {
    this.#store = store;
    this.#loads = loads;
    this.#cache = cache;
    this.#now = now;
  }

  /** The current day, never from the cache of days. */
  async today(game: GameFacts, dataClass: DataClass): Promise<Day> {
    const today = this.#today(game);
    const range = { from: today, to: today };
    const [day] = dailyKpis(await this.#loads.load({ gameId: game.id, dataClass }, range), today, today);
    if (!day) throw new Error('a range of one day gave no day');
    return day;
  }

  days(game: GameFacts, dataClass: DataClass, range: Range): Promise<readonly Day[]> {
    const { from, to } = checkRange(range);
    const tenant = { gameId: game.id, dataClass };
    return this.#cache.cached({ kind: 'days', tenant, range }, async () =>
      dailyKpis(await this.#loads.load(tenant, range), from, to),
    );
  }

  retention(game: GameFacts, dataClass: DataClass, range: Range): Promise<readonly (Cohort & AsOf)[]> {
    const tenant = { gameId: game.id, dataClass };
    const today = this.#today(game);
    // The day goes on while the game may not: what had not ended yesterday has an end today.
    return this.#cache.cached({ kind: 'retention', tenant, range: checkRange(range), also: [today] }, async () => {
      const { rows, dataAsOf } = await this.#store.cohorts(tenant, range);
      return retention(rows, { ...range, today }).map((cohort) => ({ ...cohort, dataAsOf }));
    });
  }

  eventTypes(game: GameFacts, dataClass: DataClass, range: Range): Promise<readonly TypeCount[]> {
    const tenant = { gameId: game.id, dataClass };
    return this.#cache.cached({ kind: 'types', tenant, range: checkRange(range) }, () =>
      this.#store.eventTypes(tenant, range),
    );
  }

  /** One entry a minute up to now, zeros where nothing was accepted. Errors: RANGE_INVALID. */
  async eventRate(game: GameFacts, dataClass: DataClass, minutes: number): Promise<readonly MinuteRate[]> {
    const { counts, dataAsOf } = await this.#store.minutes({ gameId: game.id, dataClass }, checkMinutes(minutes));
    return minutesUpTo(this.#now(), minutes).map((minute) => ({ minute, events: counts.get(minute) ?? 0, dataAsOf }));
  }

  #today({ timeZone }: GameFacts): string {
    return dayOf(new Date(this.#now()), timeZone);
  }
}
