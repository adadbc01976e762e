import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#kit/telemetry/logger.ts';
import type { Day } from '../domain/kpis.ts';
import { Mailbox } from '../domain/mailbox.ts';
import { growth } from '../domain/rate.ts';
import type { Answers, GameFacts } from './answers.ts';
import { type Changes, tenantKey } from './changes.ts';
import type { AnalyticsStore, DataClass, LiveFigures, Tenant } from './store.ts';

export interface LiveRate {
  readonly at: string;
  readonly eventsPerSecond: number;
  readonly playersOnline: number;
  readonly dataAsOf: string | null;
}

export interface LiveMetrics {
  readonly analytics_subscriptions: { inc(labels: { field: string }): void; dec(labels: { field: string }): void };
}

export interface LiveOptions {
  readonly store: AnalyticsStore;
  readonly answers: Answers;
  readonly changes: Changes;
  readonly metrics: LiveMetrics;
  readonly logger: Logger;
}

/** What a game looks like now; the same for all who watch it. */
interface Look {
  /** Unknown at the first look, which has nothing to compare with. */
  readonly rate: LiveRate | undefined;
  readonly today: Day;
}

interface Figures extends LiveFigures {
  readonly atMillis: number;
}

interface Listener {
  tell(look: Look): void;
  close(): void;
}

interface Watched {
  readonly game: GameFacts;
  readonly tenant: Tenant;
  readonly listeners: Set<Listener>;
  before: Figures | undefined;
  look: Look | undefined;
  loop: Promise<void>;
}

/** The shortest time between two looks at a game. */
const TICK_MILLIS = 1_000;
/** A game in which nobody plays is looked at more rarely: its players leave, its data grows older. */
const ASLEEP_MILLIS = 10_000;
const MILLIS_PER_SECOND = 1_000;

const withoutMoment = ({ dataAsOf: _, ...day }: Day): string => JSON.stringify(day);

/** What has grown between two looks. */
function rateOf(before: Figures, now: Figures): LiveRate {
  const seconds = (now.atMillis - before.atMillis) / MILLIS_PER_SECOND;
  return {
    at: new Date().toISOString(),
    eventsPerSecond: growth(before.minutes, now.minutes) / seconds,
    playersOnline: now.playersOnline,
    dataAsOf: now.dataAsOf,
  };
}

/** Looks at each watched game once for all who watch it, and not at all when nobody does. */
export class LiveGames {
  readonly #options: LiveOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #stopping = new AbortController();

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** How many games are looked at. */
  get games(): number {
    return this.#watched.size;
  }

  /** One message a look, until the consumer ends it. */
  rates(game: GameFacts, dataClass: DataClass): Mailbox<LiveRate> {
    return this.#listen('liveRate', this.#watch(game, dataClass), ({ rate }) => rate);
  }

  /** The current day at once, then whenever it changed. */
  todays(game: GameFacts, dataClass: DataClass): Mailbox<Day> {
    let last: string | undefined;
    return this.#listen('today', this.#watch(game, dataClass), ({ today }) => {
      const shown = withoutMoment(today);
      const news = shown !== last;
      last = shown;
      return news ? today : undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const watched = [...this.#watched.values()];
    for (const { listeners } of watched) for (const listener of listeners) listener.close();
    await Promise.all(watched.map(({ loop }) => loop));
  }

  /** A mailbox that gets what `messageOf` makes of each look; undefined is no message. */
  #listen<Message>(field: string, watched: Watched, messageOf: (look: Look) => Message | undefined): Mailbox<Message> {
    const { analytics_subscriptions: open } = this.#options.metrics;
    const mailbox = new Mailbox<Message>(() => {
      open.dec({ field });
      this.#leave(watched, listener);
    });
    const listener: Listener = {
      tell: (look) => {
        const message = messageOf(look);
        if (message !== undefined) mailbox.put(message);
      },
      close: () => mailbox.close(),
    };
    open.inc({ field });
    watched.listeners.add(listener);
    if (watched.look) listener.tell(watched.look);
    if (this.#stopping.signal.aborted) mailbox.close();
    return mailbox;
  }

  #watch(game: GameFacts, dataClass: DataClass): Watched {
    const tenant = { gameId: game.id, dataClass };
    const known = this.#watched.get(tenantKey(tenant));
    if (known) return known;
    const empty = { listeners: new Set<Listener>(), before: undefined, look: undefined, loop: Promise.resolve() };
    const watched: Watched = { game, tenant, ...empty };
    this.#watched.set(tenantKey(tenant), watched);
    // The first look comes after the first listener is there.
    watched.loop = Promise.resolve().then(() => this.#keepLooking(watched));
    return watched;
  }

  #leave(watched: Watched, listener: Listener): void {
    watched.listeners.delete(listener);
    const key = tenantKey(watched.tenant);
    if (watched.listeners.size === 0 && this.#watched.get(key) === watched) this.#watched.delete(key);
  }

  async #keepLooking(watched: Watched): Promise<void> {
    const { signal } = this.#stopping;
    let lookedAtMillis = Number.NEGATIVE_INFINITY;
    while (watched.listeners.size > 0 && !signal.aborted) {
      const due = performance.now() - lookedAtMillis >= ASLEEP_MILLIS;
      // Without a rate its watchers have seen nothing yet.
      if (due || !watched.look?.rate || this.#options.changes.isAwake(watched.tenant)) {
        lookedAtMillis = performance.now();
        await this.#look(watched);
      }
      await sleep(TICK_MILLIS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(watched: Watched): Promise<void> {
    const { store, answers, logger } = this.#options;
    const { game, tenant, before } = watched;
    try {
      const figures: Figures = { ...(await store.live(tenant)), atMillis: performance.now() };
      watched.before = figures;
      watched.look = {
        rate: before && rateOf(before, figures),
        today: await answers.today(game, tenant.dataClass),
      };
      for (const listener of [...watched.listeners]) listener.tell(watched.look);
    } catch (error) {
      // Watchers keep their last message; its moment shows how old it is.
      logger.warn({ error }, 'live figures cannot be read now');
    }
  }
}
