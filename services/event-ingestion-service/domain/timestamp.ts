const ZERO = 48;
const NINE = 57;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** The number of `count` digits at a place, or NaN. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let place = at; place < at + count; place += 1) {
    const code = text.charCodeAt(place);
    if (!(code >= ZERO && code <= NINE)) return Number.NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0);
}

/** Midnight UTC of a date that exists, in milliseconds; NaN for others and for those before the epoch. */
function dayOf(text: string): number {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  const exists = year >= 1970 && day >= 1 && day <= daysIn(year, month);
  if (text[4] !== '-' || text[7] !== '-' || !exists) return Number.NaN;
  return Date.UTC(year, month - 1, day);
}

/** Milliseconds of the time of day; a leap second is not a time that clocks of games show. */
function timeOf(text: string): number {
  const [hour, minute, second] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)];
  const separators = (text[10] === 'T' || text[10] === 't') && text[13] === ':' && text[16] === ':';
  if (!separators || !(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Where the fraction of a second ends, or -1 when it has a dot but no digits. */
function endOfFraction(text: string): number {
  if (text[19] !== '.') return 19;
  let end = 20;
  while (text.charCodeAt(end) >= ZERO && text.charCodeAt(end) <= NINE) end += 1;
  return end > 20 ? end : -1;
}

/** What to take off to get UTC. */
function offsetOf(text: string, at: number): number {
  const sign = text[at];
  if ((sign === 'Z' || sign === 'z') && text.length === at + 1) return 0;
  const [hours, minutes] = [digits(text, at + 1, 2), digits(text, at + 4, 2)];
  const valid = text.length === at + 6 && text[at + 3] === ':' && hours < 24 && minutes < 60;
  if (!valid || (sign !== '+' && sign !== '-')) return Number.NaN;
  return (hours * 60 + minutes) * (sign === '+' ? 60_000 : -60_000);
}

/**
 * Milliseconds since the epoch of an RFC 3339 date-time, or NaN. Stricter than `Date.parse`, which moves the 30th of
 * February into March; digits below a millisecond are cut.
 */
export function parseTimestamp(text: string): number {
  const zone = endOfFraction(text);
  if (zone < 0) return Number.NaN;
  const fraction =
    zone === 19 ? 0 : Math.floor(digits(text, 20, Math.min(3, zone - 20)) * 10 ** Math.max(0, 23 - zone));
  return dayOf(text) + timeOf(text) + fraction - offsetOf(text, zone);
}

const maxPlainLength = '2026-11-20T22:30:00.000000Z'.length;

/** The same instant in UTC as every store of ours can read it; text that is so already stays as it is. */
export function toUtc(text: string, millis: number): string {
  const plain = text.endsWith('Z') && text[10] === 'T' && text.length <= maxPlainLength;
  return plain ? text : new Date(millis).toISOString();
}
