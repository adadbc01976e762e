import { integer64 } from '../arguments.ts';
import { CommandError } from '../errors.ts';

export const never = Number.POSITIVE_INFINITY;

export interface Clock {
  now(): number;
}

/** What the number after each word means: how many milliseconds, and from when. */
export const expiryUnits = {
  EX: { milliseconds: 1_000, relative: true },
  PX: { milliseconds: 1, relative: true },
  EXAT: { milliseconds: 1_000, relative: false },
  PXAT: { milliseconds: 1, relative: false },
} as const;

/** Milliseconds since the epoch at which a key given this time ends; times that are over before they began are errors. */
export function deadline(
  text: string,
  unit: keyof typeof expiryUnits,
  { command, clock }: { readonly command: string; readonly clock: Clock },
): number {
  const amount = Number(integer64(text));
  const expiresAt = absolute(amount, unit, clock);
  if (amount <= 0 || !Number.isSafeInteger(expiresAt)) throw invalidExpiry(command);
  return expiresAt;
}

/** As `deadline`, for EXPIRE and its siblings, where a time in the past deletes. */
export function anyDeadline(
  text: string,
  unit: keyof typeof expiryUnits,
  { command, clock }: { readonly command: string; readonly clock: Clock },
): number {
  const expiresAt = absolute(Number(integer64(text)), unit, clock);
  if (!Number.isSafeInteger(expiresAt)) throw invalidExpiry(command);
  return expiresAt;
}

function absolute(amount: number, unit: keyof typeof expiryUnits, clock: Clock): number {
  const { milliseconds, relative } = expiryUnits[unit];
  return amount * milliseconds + (relative ? clock.now() : 0);
}

function invalidExpiry(command: string): CommandError {
  return new CommandError(`ERR invalid expire time in '${command}' command`);
}
