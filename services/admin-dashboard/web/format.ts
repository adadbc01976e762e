import type { Money } from './api/documents.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const percentage = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

const COMPACT_FROM = 100_000;

export const count = (value: number): string => (Math.abs(value) >= COMPACT_FROM ? compact : whole).format(value);

/** A rate by the second: small ones keep a digit. */
export const rate = (value: number): string => (value < 10 ? tenths : whole).format(value);

export const percent = (value: number | null): string => (value === null ? '–' : percentage.format(value));

/** Minor units to the currency's own form: 1999 USD → $19.99, 500 JPY → ¥500. */
export function money(amount: Money): string {
  return moneyFormat(amount).format(major(amount));
}

const moneyFormat = ({ currency }: Money) => new Intl.NumberFormat('en', { style: 'currency', currency });

/** Minor units as a number of the currency: 1999 USD → 19.99. */
export function major(amount: Money): number {
  const digits = moneyFormat(amount).resolvedOptions().maximumFractionDigits ?? 2;
  return amount.amountMinor / 10 ** digits;
}

export const dollars = (usd: number, digits = 0): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: digits }).format(usd);

/** `20 Nov, 14:03:07` in a time zone. */
export function moment(at: string, timeZone: string): string {
  const date = { day: 'numeric', month: 'short' } as const;
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...date, ...time, timeZone }).format(Date.parse(at));
}

export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  const total = Math.round(seconds);
  const minutes = Math.floor(total / 60);
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min ${total % 60} s`;
}

/** `3 s`, `2 min`: how old the answer is. */
export function age(moment: string, nowMillis: number): string {
  const seconds = Math.max(0, Math.round((nowMillis - Date.parse(moment)) / 1_000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

const DAY_MILLIS = 86_400_000;

/** A day in a time zone, shifted by days of the calendar: what the API calls a Date. */
export function dayIn(timeZone: string, nowMillis: number, shiftDays = 0): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(nowMillis);
  return new Date(Date.parse(`${today}T12:00:00Z`) + shiftDays * DAY_MILLIS).toISOString().slice(0, 10);
}

const named = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** `2026-11-20` → `Fri 20 Nov`: a day is a day, whatever the visitor's clock says. */
export const dayName = (date: string): string => named.format(Date.parse(`${date}T12:00:00Z`));
