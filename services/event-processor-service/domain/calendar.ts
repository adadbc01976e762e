/** Days and minutes as whole numbers since 1970-01-01: cheap keys, exact arithmetic. */

export const MINUTE_MILLIS = 60_000;
export const HOUR_MINUTES = 60;
export const DAY_MILLIS = 86_400_000;
/** Every offset that a zone has had within the age that we accept changes at a multiple of this. */
const STEP_MILLIS = 15 * MINUTE_MILLIS;
const maxCachedSteps = 20_000;

export const minuteOf = (millis: number): number => Math.floor(millis / MINUTE_MILLIS);
export const utcDayOf = (millis: number): number => Math.floor(millis / DAY_MILLIS);
const dayNames = new Map<number, string>();
const maxDayNames = 10_000;

/** `2026-11-20`; remembered, because every event of a batch asks for the same few. */
export function dayName(day: number): string {
  const known = dayNames.get(day);
  if (known) return known;
  if (dayNames.size >= maxDayNames) dayNames.clear();
  const name = new Date(day * DAY_MILLIS).toISOString().slice(0, 10);
  dayNames.set(day, name);
  return name;
}

/** The days of one IANA time zone. */
export class Calendar {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** Errors: RangeError for a zone that does not exist. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
      era: 'short',
    });
  }

  /** The number of the day that a moment falls on in this zone. */
  dayOf(millis: number): number {
    const step = Math.floor(millis / STEP_MILLIS);
    const known = this.#offsets.get(step);
    const offset = known ?? this.#learn(step);
    return Math.floor((millis + offset) / DAY_MILLIS);
  }

  #learn(step: number): number {
    const offset = this.#offsetAt(step * STEP_MILLIS);
    if (this.#offsets.size >= maxCachedSteps) this.#offsets.clear();
    this.#offsets.set(step, offset);
    return offset;
  }

  #offsetAt(millis: number): number {
    const parts = Object.fromEntries(this.#format.formatToParts(millis).map(({ type, value }) => [type, value]));
    const number = (name: string) => Number(parts[name]);
    const local = Date.UTC(number('year'), number('month') - 1, number('day'));
    const time = ((number('hour') * 60 + number('minute')) * 60 + number('second')) * 1000;
    return local + time - millis;
  }
}
