import type { Money } from './api/documents.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const percentage = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

const COMPACT_FROM = 100_000;

export const count = (value: number): string => (Math.abs(value) >= COMPACT_FROM ? compact : whole).format(value);

export const percent = (value: number | null): string => (value === null ? '–' : percentage.format(value));

/** Minor units to the currency's own form: 1999 USD → $19.99, 500 JPY → ¥500. */
export function money({ currency, amountMinor }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  const minutes = Math.floor(seconds / 60);
  return minutes >= 60
    ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    : `${minutes} min ${Math.round(seconds % 60)} s`;
}

/** `3 s`, `2 min`: how old the answer is. */
export function age(moment: string, nowMillis: number): string {
  const seconds = Math.max(0, Math.round((nowMillis - Date.parse(moment)) / 1_000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** The change from one value to the next, `+12 %`; nothing to compare gives nothing. */
export function change(now: number, before: number | undefined): string | undefined {
  if (!before) return undefined;
  const share = (now - before) / before;
  return `${share >= 0 ? '+' : '−'}${percentage.format(Math.abs(share))}`;
}

/** A day in a time zone, shifted by days: what the API calls a Date. */
export function dayIn(timeZone: string, nowMillis: number, shiftDays = 0): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(nowMillis + shiftDays * 86_400_000);
}
