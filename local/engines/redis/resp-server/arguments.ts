import { CommandError, messages, syntaxError } from './errors.ts';

const int64 = { minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n } as const;
const decimalInteger = /^-?(?:0|[1-9]\d*)$/;
const decimalFloat = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinity = /^([+-]?)inf(?:inity)?$/i;

/** Missing arguments are refused by arity before a command runs; what is still missing then is a syntax error. */
export function argument(args: readonly string[], index: number): string {
  const value = args[index];
  if (value === undefined) throw syntaxError();
  return value;
}

/** A whole number that JavaScript holds exactly. */
export function integer(text: string, problem: string = messages.notInteger): number {
  const value = decimalInteger.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new CommandError(problem);
  return value === 0 ? 0 : value;
}

/** A whole number of 64 bits, as counters are. */
export function integer64(text: string): bigint {
  if (!decimalInteger.test(text) || text.length > 20) throw new CommandError(messages.notInteger);
  return within64(BigInt(text), messages.notInteger);
}

export function within64(value: bigint, problem: string = messages.overflow): bigint {
  if (value < int64.minimum || value > int64.maximum) throw new CommandError(problem);
  return value;
}

export function positiveInteger(text: string, problem: string = messages.notPositive): number {
  const value = integer(text, problem);
  if (value < 0) throw new CommandError(problem);
  return value;
}

/** A double, also "inf" and "-inf". */
export function float(text: string, problem: string = messages.notFloat): number {
  const infinite = infinity.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!decimalFloat.test(text)) throw new CommandError(problem);
  return Number(text);
}

/** Reads the options that follow the fixed arguments of a command. */
export class OptionReader {
  readonly #args: readonly string[];
  #at: number;

  constructor(args: readonly string[], start: number) {
    this.#args = args;
    this.#at = start;
  }

  /** The next word in capitals; undefined at the end. */
  keyword(): string | undefined {
    const word = this.#args[this.#at];
    if (word !== undefined) this.#at += 1;
    return word?.toUpperCase();
  }

  /** The value that belongs to the option before it. */
  value(): string {
    const value = argument(this.#args, this.#at);
    this.#at += 1;
    return value;
  }

  integer(): number {
    return integer(this.value());
  }

  /** Steps back, when what was read is no option but the first of the data. */
  unread(): void {
    this.#at -= 1;
  }

  rest(): readonly string[] {
    return this.#args.slice(this.#at);
  }
}

export type OptionTable<Target> = Readonly<Record<string, (target: Target, read: OptionReader) => void>>;

/** Lets every option of the table change the target; a word that is not in it is a syntax error. */
export function readOptions<Target>(reader: OptionReader, table: OptionTable<Target>, target: Target): Target {
  for (let word = reader.keyword(); word !== undefined; word = reader.keyword()) {
    const apply = Object.hasOwn(table, word) ? table[word] : undefined;
    if (!apply) throw syntaxError();
    apply(target, reader);
  }
  return target;
}

/** As `readOptions`, for options that stand before the data; stops at the first word that is none. */
export function readLeadingOptions<Target>(reader: OptionReader, table: OptionTable<Target>, target: Target): Target {
  for (let word = reader.keyword(); word !== undefined; word = reader.keyword()) {
    const apply = Object.hasOwn(table, word) ? table[word] : undefined;
    if (!apply) {
      reader.unread();
      return target;
    }
    apply(target, reader);
  }
  return target;
}
