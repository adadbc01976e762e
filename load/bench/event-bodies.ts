import { simulate } from '../traffic/simulate.ts';

const DIGITS = Buffer.from('0123456789abcdef');
const ID_FIELD = '"event_id":"';
/** The counter takes the last group of the UUID. */
const COUNTER_OFFSET = ID_FIELD.length + 24;
const COUNTER_DIGITS = 12;
const distinctBodies = 200;

interface Template {
  readonly bytes: Buffer;
  /** Where the counters of its events stand. */
  readonly places: readonly number[];
}

function templateOf(json: string): Template {
  const bytes = Buffer.from(json);
  const places: number[] = [];
  for (let at = bytes.indexOf(ID_FIELD); at >= 0; at = bytes.indexOf(ID_FIELD, at + 1))
    places.push(at + COUNTER_OFFSET);
  return { bytes, places };
}

/** Bodies of simulated events, each event with an id that never comes again; made by patching bytes, so it costs little. */
export class EventBodies {
  readonly #templates: readonly Template[];
  readonly #eventsEach: number;
  #counter = 0;
  #next = 0;

  constructor(game: string, eventsEach: number) {
    const from = new Date(Date.now() - 12 * 3_600_000).toISOString();
    const needed = eventsEach * distinctBodies;
    const events = simulate({ seed: 'bench', game, players: 2000, from, days: 1 }).take(needed).toArray();
    this.#eventsEach = eventsEach;
    this.#templates = Array.from({ length: distinctBodies }, (_, number) => {
      const list = events.slice(number * eventsEach, (number + 1) * eventsEach);
      return templateOf(JSON.stringify(eventsEach === 1 ? list[0] : list));
    });
  }

  get eventsEach(): number {
    return this.#eventsEach;
  }

  next(): Buffer {
    const { bytes, places } = this.#templates[this.#next] ?? { bytes: Buffer.alloc(0), places: [] };
    this.#next = (this.#next + 1) % this.#templates.length;
    const body = Buffer.from(bytes);
    for (const place of places) this.#stamp(body, place);
    return body;
  }

  #stamp(body: Buffer, place: number): void {
    this.#counter += 1;
    for (let digit = COUNTER_DIGITS - 1, rest = this.#counter; digit >= 0; digit -= 1, rest = Math.floor(rest / 16))
      body[place + digit] = DIGITS[rest % 16] ?? 0;
  }
}
