import type { Node } from '../tree/node.ts';

/** Compares a field before and after; a field that is not there has no value. */
export type Comparison = (before: Node, after: Node) => boolean;

const numberOf = ({ value }: Node): number | undefined => {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? undefined : number;
};

const same = (before: Node, after: Node): boolean => JSON.stringify(before.value) === JSON.stringify(after.value);

export const changed: Comparison = (before, after) => !same(before, after);
/** It was there, and is another or gone. */
export const changedOrLost: Comparison = (before, after) => before.exists && !same(before, after);
export const lost: Comparison = (before, after) => before.exists && !after.exists;
export const gained: Comparison = (before, after) => !before.exists && after.exists;

/** A number that is smaller now; one that went away is no number. */
export const lowered: Comparison = (before, after) => {
  const [old, now] = [numberOf(before), numberOf(after)];
  return old !== undefined && now !== undefined && now < old;
};
export const raised: Comparison = (before, after) => lowered(after, before);
/** Smaller, or there for the first time: a limit where there was none. */
export const limited: Comparison = (before, after) => lowered(before, after) || gained(before, after);

const isOn = ({ value }: Node): boolean => value === true || value === 'true' || value === 'enabled';
export const turnedOff: Comparison = (before, after) => isOn(before) && !isOn(after);
export const turnedOn: Comparison = (before, after) => !isOn(before) && isOn(after);

export const becomes =
  (...values: readonly unknown[]): Comparison =>
  (before, after) =>
    !values.includes(before.value) && values.includes(after.value);
export const leaves =
  (...values: readonly unknown[]): Comparison =>
  (before, after) =>
    values.includes(before.value) && !values.includes(after.value);

const VERSION_PART = /\d+/g;

/** Numbers of a version one after the other: `4.3-IV0` is 4, 3, 0. */
export function compareVersions(left: string, right: string): number {
  const [lefts, rights] = [left, right].map((text) => [...text.matchAll(VERSION_PART)].map(([part]) => Number(part)));
  const length = Math.max(lefts?.length ?? 0, rights?.length ?? 0);
  for (let index = 0; index < length; index += 1) {
    const difference = (lefts?.[index] ?? 0) - (rights?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const versionOf = ({ value }: Node): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

export const olderVersion: Comparison = (before, after) => {
  const [old, now] = [versionOf(before), versionOf(after)];
  return old !== undefined && now !== undefined && compareVersions(now, old) < 0;
};
export const newerVersion: Comparison = (before, after) => olderVersion(after, before);

const UNITS: Readonly<Record<string, number>> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const bytesOf = ({ value }: Node): number | undefined => {
  const found = /^(?<number>[\d.]+)(?<unit>Ki|Mi|Gi|Ti|)$/.exec(String(value ?? ''))?.groups;
  return found ? Number(found.number) * (UNITS[found.unit ?? ''] ?? 1) : undefined;
};
/** A size such as `20Gi` that is smaller now. */
export const shrunk: Comparison = (before, after) => {
  const [old, now] = [bytesOf(before), bytesOf(after)];
  return old !== undefined && now !== undefined && now < old;
};

/** Whether a pattern with `*` for any characters covers a text, itself a pattern perhaps. */
export function allows(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
