export const HOUR_MILLIS = 3_600_000;
export const DAY_MILLIS = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** What a clock on the wall shows, as if it were UTC; whole minutes. */
function wallClock(millis: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(millis)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** Offsets change on quarter hours only, so one answer serves a quarter of an hour. Bounded by being emptied. */
const QUARTER_MILLIS = HOUR_MILLIS / 4;
const cacheLimit = 50_000;
const offsets = new Map<string, Map<number, number>>();

/** What to add to UTC to get local time, in milliseconds. */
export function offsetMillis(millis: number, timeZone: string): number {
  const quarter = Math.floor(millis / QUARTER_MILLIS);
  let cache = offsets.get(timeZone);
  if (!cache || cache.size > cacheLimit) {
    cache = new Map();
    offsets.set(timeZone, cache);
  }
  let offset = cache.get(quarter);
  if (offset === undefined) {
    const start = quarter * QUARTER_MILLIS;
    offset = wallClock(start, timeZone) - start;
    cache.set(quarter, offset);
  }
  return offset;
}

/** Days since 1970-01-01 on the wall calendar of a zone. */
export function localDay(millis: number, timeZone: string): number {
  return Math.floor((millis + offsetMillis(millis, timeZone)) / DAY_MILLIS);
}

/** `2026-11-20`. */
export function dayName(day: number): string {
  return new Date(day * DAY_MILLIS).toISOString().slice(0, 10);
}

/** The instant of a time of day on a local calendar day; near a clock change it may be an hour off. */
export function instantOf(day: number, millisOfDay: number, timeZone: string): number {
  const wall = day * DAY_MILLIS + millisOfDay;
  return wall - offsetMillis(wall - offsetMillis(wall, timeZone), timeZone);
}
