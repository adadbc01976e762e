import { argument, float, integer64, within64 } from '../arguments.ts';
import { CommandError, messages } from '../errors.ts';
import type { Reply } from '../protocol/reply.ts';
import { type CommandContext, type CommandTable, grow } from './command.ts';

/** Digits after the point that INCRBYFLOAT keeps, as Redis does. */
const fractionDigits = 17;
/** Beyond it exact decimals would only cost memory. */
const largestExactExponent = 300;

function increment(context: CommandContext, key: string, by: bigint): Reply {
  const { database } = context;
  const before = database.string(key);
  const after = within64((before === undefined ? 0n : integer64(before)) + by);
  database.set(key, String(after), database.entry(key)?.expiresAt);
  return after;
}

function decrementBy(args: readonly string[], context: CommandContext): Reply {
  const by = within64(-integer64(argument(args, 1)), 'ERR decrement would overflow');
  return increment(context, argument(args, 0), by);
}

function incrementByFloat(args: readonly string[], { database }: CommandContext): Reply {
  const key = argument(args, 0);
  const sum = addDecimals(database.string(key) ?? '0', argument(args, 1));
  database.set(key, sum, database.entry(key)?.expiresAt);
  return sum;
}

/**
 * The sum as people expect it of decimals: 0.1 + 0.2 is 0.3. Redis adds in the long doubles of its platform; the two
 * agree in the first 17 digits.
 */
export function addDecimals(a: string, b: string): string {
  const [x, y] = [float(a), float(b)];
  if (!Number.isFinite(x + y)) throw new CommandError(messages.nanOrInfinity);
  const [exactX, exactY] = [parseDecimal(a), parseDecimal(b)];
  if (!exactX || !exactY) return formatLarge(x + y);
  const digits = Math.max(exactX.fraction, exactY.fraction);
  const sum =
    exactX.units * 10n ** BigInt(digits - exactX.fraction) + exactY.units * 10n ** BigInt(digits - exactY.fraction);
  return formatDecimal(sum, digits);
}

interface Decimal {
  readonly units: bigint;
  /** Digits of the units that stand after the point. */
  readonly fraction: number;
}

function parseDecimal(text: string): Decimal | undefined {
  const [mantissa = '', exponentText = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > largestExactExponent) return undefined;
  const units = BigInt(`${whole.replace('+', '')}${fraction}`);
  const places = fraction.length - exponent;
  return places >= 0 ? { units, fraction: places } : { units: units * 10n ** BigInt(-places), fraction: 0 };
}

function formatDecimal(units: bigint, fraction: number): string {
  const extra = Math.max(fraction - fractionDigits, 0);
  const divisor = 10n ** BigInt(extra);
  const half = divisor / 2n;
  const rounded = (units + (units < 0n ? -half : half)) / divisor;
  const places = fraction - extra;
  const digits = String(rounded < 0n ? -rounded : rounded).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const rest = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${rounded < 0n ? '-' : ''}${whole}${rest ? `.${rest}` : ''}`;
}

function formatLarge(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

export const numberCommands = {
  INCR: { arity: 2, flags: grow, run: (args, context) => increment(context, argument(args, 0), 1n) },
  DECR: { arity: 2, flags: grow, run: (args, context) => increment(context, argument(args, 0), -1n) },
  INCRBY: {
    arity: 3,
    flags: grow,
    run: (args, context) => increment(context, argument(args, 0), integer64(argument(args, 1))),
  },
  DECRBY: { arity: 3, flags: grow, run: decrementBy },
  INCRBYFLOAT: { arity: 3, flags: grow, run: incrementByFloat },
} satisfies CommandTable;
