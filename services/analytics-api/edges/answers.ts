import type { Cache } from '#kit/redis/index.ts';
import { dayOf, isDay, rangeProblem } from '../domain/days.ts';
import { type Cohort, type Day, dailyKpis, retention } from '../domain/kpis.ts';
import { errors } from '../errors.ts';
import { type Changes, tenantKey } from './changes.ts';
import type { AnalyticsStore, DataClass, MinuteRate, Range, Tenant } from './store.ts';

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

export interface AnswersOptions {
  readonly store: AnalyticsStore;
  readonly cache: Cache;
  readonly changes: Changes;
  /** How long an answer may be served again when nothing was heard of a change; 0 turns the cache off. */
  readonly ttlMillis: number;
  readonly now?: () => number;
}

interface Question {
  readonly kind: 'days' | 'retention' | 'types';
  readonly tenant: Tenant;
  readonly range: Range;
}

/** What the API answers, from the store or, for ranges of days, from the cache until the game changes. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #store: AnalyticsStore;
  readonly #now: () => number;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#now = options.now ?? Date.now;
  }

  /** The current day, never from the cache. */
  async today(game: GameFacts, dataClass: DataClass): Promise<Day> {
    const today = this.#today(game);
    const [day] = dailyKpis(
      await this.#store.rollups({ gameId: game.id, dataClass }, { from: today, to: today }),
      today,
      today,
    );
    if (!day) throw new Error('a range of one day gave no day');
    return day;
  }

  days(game: GameFacts, dataClass: DataClass, range: Range): Promise<readonly Day[]> {
    const { from, to } = checkRange(range);
    const tenant = { gameId: game.id, dataClass };
    return this.#cached({ kind: 'days', tenant, range }, async () =>
      dailyKpis(await this.#store.rollups(tenant, range), from, to),
    );
  }

  retention(game: GameFacts, dataClass: DataClass, range: Range): Promise<readonly Cohort[]> {
    const tenant = { gameId: game.id, dataClass };
    const today = this.#today(game);
    return this.#cached({ kind: 'retention', tenant, range: checkRange(range) }, async () =>
      retention(await this.#store.cohorts(tenant, range), { ...range, today }),
    );
  }

  eventTypes(
    game: GameFacts,
    dataClass: DataClass,
    range: Range,
  ): Promise<readonly { readonly type: string; readonly events: number }[]> {
    const tenant = { gameId: game.id, dataClass };
    return this.#cached({ kind: 'types', tenant, range: checkRange(range) }, () =>
      this.#store.eventTypes(tenant, range),
    );
  }

  /** One entry a minute up to now, zeros where nothing was accepted. Errors: RANGE_INVALID. */
  async eventRate(game: GameFacts, dataClass: DataClass, minutes: number): Promise<readonly MinuteRate[]> {
    if (minutes < 1 || minutes > MAX_MINUTES)
      throw errors.RANGE_INVALID({
        detail: `minutes is ${minutes}; it must be from 1 to ${MAX_MINUTES}.`,
        fix: 'Ask for fewer minutes.',
      });
    const rows = await this.#store.minutes({ gameId: game.id, dataClass }, minutes);
    const known = new Map(rows.map(({ minute, events }) => [minute, events]));
    const newest = Math.floor(this.#now() / MINUTE_MILLIS) * MINUTE_MILLIS;
    return Array.from({ length: minutes }, (_, index) => {
      const minute = new Date(newest - (minutes - 1 - index) * MINUTE_MILLIS).toISOString().replace('.000Z', 'Z');
      return { minute, events: known.get(minute) ?? 0 };
    });
  }

  #today({ timeZone }: GameFacts): string {
    return dayOf(new Date(this.#now()), timeZone);
  }

  /** The game's version is part of the key: what was kept before a change is not found after it, and expires by itself. */
  #cached<Value>({ kind, tenant, range }: Question, load: () => Promise<Value>): Promise<Value> {
    const { cache, changes, ttlMillis } = this.#options;
    if (ttlMillis === 0) return load();
    const { gameId, dataClass } = tenant;
    const place = tenantKey({ gameId: encodeURIComponent(gameId), dataClass });
    const key = [kind, place, range.from, range.to, changes.version(tenant)].join(':');
    return cache.cached(key, ttlMillis, load);
  }
}
