import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#kit/telemetry/logger.ts';
import type { Day } from '../domain/kpis.ts';
import { growth } from '../domain/rate.ts';
import type { Answers, GameFacts } from './answers.ts';
import type { AnalyticsStore, DataClass, LiveFigures } from './store.ts';

export interface LiveRate {
  readonly at: string;
  readonly eventsPerSecond: number;
  readonly playersOnline: number;
  readonly dataAsOf: string;
}

export interface LiveOptions {
  readonly store: AnalyticsStore;
  readonly answers: Answers;
  readonly logger: Logger;
}

/** What one game in one data class looks like now; the same object for all who watch it. */
interface Watched {
  readonly game: GameFacts;
  readonly dataClass: DataClass;
  watchers: number;
  loop: Promise<void>;
  rate: LiveRate | undefined;
  today: Day | undefined;
  readonly wake: Set<() => void>;
}

const LOOK_MILLIS = 1_000;
const MILLIS_PER_SECOND = 1_000;

const withoutMoment = ({ dataAsOf: _, ...day }: Day): string => JSON.stringify(day);

/** Looks at a watched game once a second, however many watch it, and not at all when nobody does. */
export class LiveGames {
  readonly #options: LiveOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #stopping = new AbortController();

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** One message a second until the consumer ends it. */
  async *rates(game: GameFacts, dataClass: DataClass): AsyncGenerator<LiveRate> {
    let last: LiveRate | undefined;
    for await (const { rate } of this.#changes(game, dataClass)) {
      if (rate && rate !== last) yield rate;
      last = rate;
    }
  }

  /** The current day at once, then whenever it changed. */
  async *todays(game: GameFacts, dataClass: DataClass): AsyncGenerator<Day> {
    let last: string | undefined;
    for await (const { today } of this.#changes(game, dataClass)) {
      const shown = today && withoutMoment(today);
      if (today && shown !== last) yield today;
      last = shown;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { wake } of this.#watched.values()) for (const call of wake) call();
    await Promise.all([...this.#watched.values()].map(({ loop }) => loop));
  }

  async *#changes(game: GameFacts, dataClass: DataClass): AsyncGenerator<Watched> {
    const watched = this.#watch(game, dataClass);
    try {
      while (!this.#stopping.signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        watched.wake.add(resolve);
        await promise;
        watched.wake.delete(resolve);
        if (!this.#stopping.signal.aborted) yield watched;
      }
    } finally {
      this.#leave(watched);
    }
  }

  #watch(game: GameFacts, dataClass: DataClass): Watched {
    const key = `${dataClass}:${game.id}`;
    const known = this.#watched.get(key);
    if (known) {
      known.watchers += 1;
      return known;
    }
    const watched: Watched = {
      game,
      dataClass,
      watchers: 1,
      loop: Promise.resolve(),
      rate: undefined,
      today: undefined,
      wake: new Set(),
    };
    this.#watched.set(key, watched);
    watched.loop = this.#look(watched);
    return watched;
  }

  #leave(watched: Watched): void {
    watched.watchers -= 1;
    if (watched.watchers === 0) this.#watched.delete(`${watched.dataClass}:${watched.game.id}`);
  }

  async #look(watched: Watched): Promise<void> {
    const { store, answers, logger } = this.#options;
    let before: { readonly figures: LiveFigures; readonly atMillis: number } | undefined;
    while (watched.watchers > 0 && !this.#stopping.signal.aborted) {
      try {
        const figures = await store.live({ gameId: watched.game.id, dataClass: watched.dataClass });
        const atMillis = performance.now();
        if (before) {
          const seconds = (atMillis - before.atMillis) / MILLIS_PER_SECOND;
          watched.rate = {
            at: new Date().toISOString(),
            eventsPerSecond: growth(before.figures.minutes, figures.minutes) / seconds,
            playersOnline: figures.playersOnline,
            dataAsOf: figures.dataAsOf,
          };
        }
        before = { figures, atMillis };
        watched.today = await answers.today(watched.game, watched.dataClass);
      } catch (error) {
        // Watchers keep their last message; its moment shows how old it is.
        logger.warn({ error }, 'live figures cannot be read now');
      } finally {
        for (const call of [...watched.wake]) call();
      }
      await sleep(LOOK_MILLIS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}
