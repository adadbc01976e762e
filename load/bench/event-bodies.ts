import { simulate } from '../traffic/simulate.ts';

const DIGITS = Buffer.from('0123456789abcdef');
const ID_FIELD = '"event_id":"';
/** The counter takes the last group of the UUID. */
const COUNTER_OFFSET = ID_FIELD.length + 24;
const COUNTER_DIGITS = 12;
const PLAYER_FIELD = '"player_id":"player-';
const TIME_FIELD = '"event_timestamp":"';
const distinctBodies = 200;
/** Every round of the bodies is played by others, so that some 20,000 players take turns. */
const crews = 32;

interface Template {
  readonly bytes: Buffer;
  /** Where what changes from body to body stands in each of its events. */
  readonly counters: readonly number[];
  readonly players: readonly number[];
  readonly times: readonly number[];
}

function placesOf(bytes: Buffer, field: string, offset: number): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(field); at >= 0; at = bytes.indexOf(field, at + 1)) places.push(at + offset);
  return places;
}

function templateOf(json: string): Template {
  const bytes = Buffer.from(json);
  return {
    bytes,
    counters: placesOf(bytes, ID_FIELD, COUNTER_OFFSET),
    players: placesOf(bytes, PLAYER_FIELD, PLAYER_FIELD.length),
    times: placesOf(bytes, TIME_FIELD, TIME_FIELD.length),
  };
}

/**
 * Bodies of simulated events that happen now, each with an id that never comes again; made by patching bytes, so it
 * costs little.
 */
export class EventBodies {
  readonly #templates: readonly Template[];
  readonly #eventsEach: number;
  #counter: number;
  #next = 0;
  #round = 0;

  /** `firstId`: where the ids begin to count, for several makers of bodies in one run. */
  constructor(game: string, eventsEach: number, firstId = 0) {
    const from = new Date(Date.now() - 12 * 3_600_000).toISOString();
    const needed = eventsEach * distinctBodies;
    const events = simulate({ seed: 'bench', game, players: 2000, from, days: 1 }).take(needed).toArray();
    this.#eventsEach = eventsEach;
    this.#counter = firstId;
    this.#templates = Array.from({ length: distinctBodies }, (_, number) => {
      const list = events.slice(number * eventsEach, (number + 1) * eventsEach);
      return templateOf(JSON.stringify(eventsEach === 1 ? list[0] : list));
    });
  }

  get eventsEach(): number {
    return this.#eventsEach;
  }

  next(): Buffer {
    const template = this.#templates[this.#next];
    if (!template) throw new Error('there are no templates');
    this.#next = (this.#next + 1) % this.#templates.length;
    if (this.#next === 0) this.#round = (this.#round + 1) % crews;
    const body = Buffer.from(template.bytes);
    for (const place of template.counters) this.#stamp(body, place);
    for (const place of template.players) this.#crew(body, place);
    const now = Buffer.from(new Date().toISOString());
    for (const place of template.times) now.copy(body, place);
    return body;
  }

  #stamp(body: Buffer, place: number): void {
    this.#counter += 1;
    for (let digit = COUNTER_DIGITS - 1, rest = this.#counter; digit >= 0; digit -= 1, rest = Math.floor(rest / 16))
      body[place + digit] = DIGITS[rest % 16] ?? 0;
  }

  #crew(body: Buffer, place: number): void {
    body[place] = DIGITS[this.#round >> 4] ?? 0;
    body[place + 1] = DIGITS[this.#round % 16] ?? 0;
  }
}
