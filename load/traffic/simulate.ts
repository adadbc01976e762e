import type { IncomingEvent } from '#catalog/events/index.ts';
import { DAY_MILLIS, HOUR_MILLIS, instantOf, localDay, offsetMillis } from './clock.ts';
import { type Schedule, TimeOrder } from './order.ts';
import { activeChance, type Player, playerOf } from './player.ts';
import { Random } from './random.ts';
import { playSession } from './session.ts';
import { daysPerVersion, hourlyRhythm } from './world.ts';

export interface SimulationOptions {
  /** The same options give the same events, to the byte. */
  readonly seed: string | number;
  readonly game: string;
  /** All of them install within the days; most in the first. */
  readonly players: number;
  /** The first instant, for example 2026-09-01T00:00:00Z. */
  readonly from: string;
  readonly days: number;
}

const meanExtraSessions = 1.3;
const pauseMillis = 10 * 60_000;

const rhythm = hourlyRhythm.map((weight, hour) => ({ hour, weight }));

/** A time of day, as the daily rhythm has it. */
export function timeOfDay(random: Random): number {
  return Math.floor((random.weighted(rhythm).hour + random.unit()) * HOUR_MILLIS);
}

export const appVersion = (dayOfGame: number): string => `1.${Math.floor(dayOfGame / daysPerVersion)}.0`;

/** Launches are front-loaded: the share of installs falls from day to day and never ends. */
function installMillis(random: Random, from: number, { days, timeZone }: { days: number; timeZone: string }): number {
  const shares = Array.from({ length: days }, (_, day) => ({ day, weight: 1 / (1 + day / 4) + 0.1 }));
  const day = from + random.weighted(shares).day * DAY_MILLIS;
  const wanted = timeOfDay(random) - ((day + offsetMillis(day, timeZone)) % DAY_MILLIS);
  return day + ((wanted + DAY_MILLIS) % DAY_MILLIS);
}

/** One player's sessions in time order, from installing to the end. */
class Life implements Schedule {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #player: Player;
  readonly #from: number;
  readonly #installed: number;
  #day: number;
  #starts: number[];
  #busyUntil = 0;

  constructor(options: SimulationOptions, number: number) {
    this.#options = options;
    this.#from = Date.parse(options.from);
    this.#random = new Random(options.seed, options.game, 'life', number);
    this.#player = playerOf(options.seed, options.game, number);
    const { timeZone } = this.#player.market;
    this.#installed = installMillis(this.#random, this.#from, { days: options.days, timeZone });
    this.#day = localDay(this.#installed, this.#player.market.timeZone);
    this.#starts = [this.#installed, ...this.#startsOf(this.#day).filter((start) => start > this.#installed)];
  }

  nextEvents(): readonly IncomingEvent[] | undefined {
    const startMillis = this.#nextStart();
    if (startMillis === undefined) return undefined;
    const events = playSession(this.#player, {
      game: this.#options.game,
      startMillis,
      appVersion: appVersion(Math.floor((startMillis - this.#from) / DAY_MILLIS)),
      random: this.#random,
    });
    this.#busyUntil = Date.parse(events.at(-1)?.event_timestamp ?? '') + pauseMillis;
    return events;
  }

  #nextStart(): number | undefined {
    const end = this.#from + this.#options.days * DAY_MILLIS;
    while (this.#day * DAY_MILLIS < end + DAY_MILLIS) {
      const start = this.#starts.shift();
      if (start !== undefined && start >= this.#busyUntil) return start < end ? start : undefined;
      if (start === undefined) this.#nextDay();
    }
    return undefined;
  }

  #nextDay(): void {
    this.#day += 1;
    const age = this.#day - localDay(this.#installed, this.#player.market.timeZone);
    this.#starts = this.#random.chance(activeChance(this.#player, age)) ? this.#startsOf(this.#day) : [];
  }

  #startsOf(day: number): number[] {
    const count = 1 + this.#random.poisson(meanExtraSessions * this.#player.loyalty);
    return Array.from({ length: count }, () =>
      instantOf(day, timeOfDay(this.#random), this.#player.market.timeZone),
    ).sort((one, other) => one - other);
  }
}

/**
 * Everything that the players do from the first instant to the end of the last day, in time order; sessions that are
 * open at the end are cut off. Memory grows with the players, not with the days.
 */
export function* simulate(options: SimulationOptions): Generator<IncomingEvent, void, undefined> {
  const end = new Date(Date.parse(options.from) + options.days * DAY_MILLIS).toISOString();
  const lives = Array.from({ length: options.players }, (_, number) => new Life(options, number));
  for (const event of new TimeOrder(lives).events()) if (event.event_timestamp < end) yield event;
}
