/** Calendar days as `YYYY-MM-DD`; arithmetic is on days, so no time zone can shift it. */
const DAY_MILLIS = 86_400_000;
const PATTERN = /^\d{4}-\d{2}-\d{2}$/;
/** A year and a day: every leap year fits. */
export const MAX_RANGE_DAYS = 366;

/** True for a day that exists: 2026-02-30 does not. */
export function isDay(text: string): boolean {
  if (!PATTERN.test(text)) return false;
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MILLIS).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MILLIS);
}

/** What is wrong with a range, or undefined. */
export function rangeProblem(from: string, to: string): string | undefined {
  const length = daysBetween(from, to) + 1;
  if (length < 1) return `from ${from} is after to ${to}`;
  return length > MAX_RANGE_DAYS ? `from ${from} to ${to} are ${length} days; at most ${MAX_RANGE_DAYS}` : undefined;
}

/** Every day of a range, both ends included. */
export function eachDay(from: string, to: string): readonly string[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));
}

/** Making one takes longer than asking it a hundred times; there are some 600 time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, format);
  return format;
}

/** The day on which a moment falls in a time zone. */
export const dayOf = (moment: Date, timeZone: string): string => formatOf(timeZone).format(moment);
