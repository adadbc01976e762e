import type { IncomingEvent } from '#catalog/events/index.ts';
import { offsetMillis } from './clock.ts';
import { type Schedule, TimeOrder } from './order.ts';
import { type Player, playerOf } from './player.ts';
import { Random } from './random.ts';
import { playSession } from './session.ts';
import { hourlyRhythm } from './world.ts';

export interface LiveOptions {
  readonly seed: string | number;
  readonly game: string;
  /** On average; it fluctuates as arrivals do. */
  readonly eventsPerSecond: number;
  /** The moment from which on events are wanted. */
  readonly startMillis: number;
}

const appVersion = '1.7.0';
const newPlayerShare = 0.04;
/** Sessions that began this long before the start are under way at the start, so that the rate is there at once. */
const warmUpMillis = 12 * 60_000;
const sampleSize = 400;
const populationPerSession = 12;
const smallestPopulation = 500;
/** Players whose progress is remembered; the others begin again at level one. */
const maxRemembered = 50_000;
const busiestHour = Math.max(...hourlyRhythm);
const triesPerArrival = 20;

/** One session, handed out once. */
class OneSession implements Schedule {
  #events: readonly IncomingEvent[] | undefined;

  constructor(events: readonly IncomingEvent[]) {
    this.#events = events;
  }

  nextEvents(): readonly IncomingEvent[] | undefined {
    const events = this.#events;
    this.#events = undefined;
    return events;
  }
}

const timeOf = (event: IncomingEvent | undefined): number => Date.parse(event?.event_timestamp ?? '');

/** What an average session is, found by playing some. */
function averages(options: LiveOptions): { readonly events: number; readonly seconds: number } {
  const random = new Random(options.seed, 'averages');
  let [events, millis] = [0, 0];
  for (let number = 0; number < sampleSize; number += 1) {
    const player = veteran(options, number);
    const session = playSession(player, { game: options.game, startMillis: 0, appVersion, random });
    events += session.length;
    millis += timeOf(session.at(-1));
  }
  return { events: events / sampleSize, seconds: millis / sampleSize / 1000 };
}

/** A player who registered long ago. */
function veteran(options: LiveOptions, number: number): Player {
  const player = playerOf(options.seed, options.game, number);
  player.progress.sessions = 1 + (number % 50);
  player.progress.level = 1 + (number % 40);
  return player;
}

const opening: ReadonlySet<string> = new Set(['player_registered', 'session_start']);

/** Of a session that is under way at `startMillis`: it opens some time before what is left of it. */
function underWay(events: readonly IncomingEvent[], startMillis: number, random: Random): readonly IncomingEvent[] {
  const rest = events.filter((event) => timeOf(event) >= startMillis);
  if (rest.length === events.length) return events;
  const openMillis = Math.floor(random.between(startMillis, timeOf(rest[0])));
  const event_timestamp = new Date(openMillis).toISOString();
  const opened = events.filter(({ event_type }) => opening.has(event_type)).filter((event) => !rest.includes(event));
  return [...opened.map((event) => ({ ...event, event_timestamp })), ...rest];
}

/** Players who come and go as in a game that has been running for long, at a chosen rate of events. */
export class LiveTraffic {
  readonly #options: LiveOptions;
  readonly #random: Random;
  readonly #order = new TimeOrder([]);
  readonly #players = new Map<number, Player>();
  readonly #busyUntil = new Map<number, number>();
  readonly #meanGapMillis: number;
  readonly #population: number;
  #nextArrivalMillis: number;
  #arrivals = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
    // The start is part of the seed: a second run must not repeat the ids of the first.
    this.#random = new Random(options.seed, options.game, 'live', options.startMillis);
    const { events, seconds } = averages(options);
    const sessionsPerSecond = options.eventsPerSecond / events;
    this.#meanGapMillis = 1000 / sessionsPerSecond;
    this.#population = Math.max(smallestPopulation, Math.ceil(sessionsPerSecond * seconds * populationPerSession));
    this.#nextArrivalMillis = options.startMillis - warmUpMillis;
    this.#arrive(options.startMillis);
  }

  /** The events whose time has come since the last call, in time order. */
  due(nowMillis: number): readonly IncomingEvent[] {
    this.#arrive(nowMillis);
    const now = new Date(nowMillis).toISOString();
    const events: IncomingEvent[] = [];
    while ((this.#order.nextTime ?? '~') <= now) {
      const event = this.#order.next();
      if (event) events.push(event);
    }
    return events;
  }

  #arrive(untilMillis: number): void {
    while (this.#nextArrivalMillis <= untilMillis) {
      this.#begin(this.#nextArrivalMillis);
      this.#nextArrivalMillis += this.#random.exponential(this.#meanGapMillis);
    }
  }

  #begin(atMillis: number): void {
    const startMillis = Math.floor(atMillis);
    const [number, player] = this.#random.chance(newPlayerShare)
      ? this.#newPlayer(startMillis)
      : this.#pick(startMillis);
    const events = playSession(player, { game: this.#options.game, startMillis, appVersion, random: this.#random });
    const endMillis = timeOf(events.at(-1));
    this.#arrivals += 1;
    this.#remember(number, player, endMillis);
    if (endMillis < this.#options.startMillis) return;
    const visible = underWay(events, this.#options.startMillis, this.#random);
    this.#order.add(new OneSession(visible), this.#arrivals);
  }

  /** Numbered by the clock, so that no run registers the players of another. */
  #newPlayer(startMillis: number): readonly [number, Player] {
    const number = startMillis * 64 + (this.#arrivals % 64);
    return [number, playerOf(this.#options.seed, this.#options.game, number)];
  }

  /** Somebody who is not playing; who lives where it is evening is more likely. */
  #pick(atMillis: number): readonly [number, Player] {
    for (let tries = 0; ; tries += 1) {
      const number = this.#random.whole(0, this.#population - 1);
      const player = this.#players.get(number) ?? veteran(this.#options, number);
      const free = (this.#busyUntil.get(number) ?? 0) < atMillis;
      const local = new Date(atMillis + offsetMillis(atMillis, player.market.timeZone)).getUTCHours();
      const likely = this.#random.chance((hourlyRhythm[local] ?? 0) / busiestHour);
      if ((free && likely) || tries > triesPerArrival) return [number, player];
    }
  }

  #remember(number: number, player: Player, busyUntilMillis: number): void {
    this.#players.delete(number);
    this.#players.set(number, player);
    this.#busyUntil.set(number, busyUntilMillis);
    if (this.#players.size <= maxRemembered) return;
    const oldest = this.#players.keys().next().value ?? number;
    this.#players.delete(oldest);
    this.#busyUntil.delete(oldest);
  }
}
