/** The part of a game's quota that this instance knows of, in one window. */
interface Usage {
  window: number;
  /** Counted here and not yet told to the others. */
  untold: number;
  /** What all instances used, as last heard, with what was told from here. */
  total: number;
}

export interface Untold {
  readonly game: string;
  readonly window: number;
  readonly events: number;
}

/**
 * Events a game may send in a window, over all instances. Requests are decided from what is known here, so that none
 * waits for the cache; instances exchange their counts some times a window, and without the cache each counts alone.
 */
export class QuotaLedger {
  readonly #limit: number;
  readonly #windowMillis: number;
  readonly #usages = new Map<string, Usage>();

  constructor(eventsPerSecond: number, windowMillis: number) {
    this.#limit = (eventsPerSecond * windowMillis) / 1000;
    this.#windowMillis = windowMillis;
  }

  /** Counts the events and answers 0, or counts nothing and answers the milliseconds until the next window. */
  take(game: string, events: number, nowMillis: number): number {
    const usage = this.#usage(game, Math.floor(nowMillis / this.#windowMillis));
    const used = usage.total + usage.untold;
    // A request larger than the whole quota may pass when it is the first: else it could never be sent.
    if (used > 0 && used + events > this.#limit) return this.#windowMillis - (nowMillis % this.#windowMillis);
    usage.untold += events;
    return 0;
  }

  /** What the others should hear; it counts as told from now on. */
  tell(): readonly Untold[] {
    const list = [...this.#usages].filter(([, { untold }]) => untold > 0);
    return list.map(([game, usage]) => {
      const { window, untold: events } = usage;
      usage.total += events;
      usage.untold = 0;
      return { game, window, events };
    });
  }

  /** What all together used in a window. */
  hear(game: string, window: number, total: number): void {
    const usage = this.#usages.get(game);
    if (usage?.window === window) usage.total = Math.max(usage.total, total);
  }

  #usage(game: string, window: number): Usage {
    const known = this.#usages.get(game);
    if (known?.window === window) return known;
    const usage = { window, untold: 0, total: 0 };
    this.#usages.set(game, usage);
    return usage;
  }
}
