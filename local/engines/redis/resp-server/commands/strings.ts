import { argument, OptionReader, type OptionTable, readOptions } from '../arguments.ts';
import { CommandError, syntaxError, wrongArity } from '../errors.ts';
import { OK, type Reply } from '../protocol/reply.ts';
import { type CommandContext, type CommandTable, grow, read, write } from './command.ts';
import { type Clock, deadline, type expiryUnits, never } from './expiry.ts';

/** Value of a string key that would grow beyond what one request may carry. */
const maximumStringBytes = 64 * 1024 * 1024;

interface SetOptions {
  readonly command: string;
  readonly clock: Clock;
  condition?: 'NX' | 'XX';
  get: boolean;
  keepTtl: boolean;
  expiresAt?: number;
}

function condition(wanted: 'NX' | 'XX') {
  return (options: SetOptions) => {
    if (options.condition && options.condition !== wanted) throw syntaxError();
    options.condition = wanted;
  };
}

function expiry(unit: keyof typeof expiryUnits) {
  return (options: SetOptions, reader: OptionReader) => {
    if (options.expiresAt !== undefined || options.keepTtl) throw syntaxError();
    options.expiresAt = deadline(reader.value(), unit, options);
  };
}

const expiryOptions = {
  EX: expiry('EX'),
  PX: expiry('PX'),
  EXAT: expiry('EXAT'),
  PXAT: expiry('PXAT'),
} satisfies OptionTable<SetOptions>;

const setOptions: OptionTable<SetOptions> = {
  ...expiryOptions,
  NX: condition('NX'),
  XX: condition('XX'),
  GET: (options) => {
    options.get = true;
  },
  KEEPTTL: (options) => {
    if (options.expiresAt !== undefined) throw syntaxError();
    options.keepTtl = true;
  },
};

/** GETEX: KEEPTTL's place is taken by PERSIST, and both at once are no more possible than there. */
const getexOptions: OptionTable<SetOptions> = {
  ...expiryOptions,
  PERSIST: (options) => {
    if (options.expiresAt !== undefined) throw syntaxError();
    options.expiresAt = never;
  },
};

function set(args: readonly string[], { database }: CommandContext): Reply {
  const [key, value] = [argument(args, 0), argument(args, 1)];
  const initial: SetOptions = { command: 'set', clock: database, get: false, keepTtl: false };
  const options = readOptions(new OptionReader(args, 2), setOptions, initial);
  const before = database.entry(key);
  const previous = options.get ? (database.string(key) ?? null) : null;
  const refused =
    options.condition === 'NX' ? before !== undefined : options.condition === 'XX' && before === undefined;
  if (refused) return options.get ? previous : null;
  const expiresAt = options.keepTtl && before ? before.expiresAt : (options.expiresAt ?? never);
  if (expiresAt <= database.now()) database.delete(key);
  else database.set(key, value, expiresAt);
  return options.get ? previous : OK;
}

function setex(command: string, unit: 'EX' | 'PX') {
  return (args: readonly string[], { database }: CommandContext): Reply => {
    const expiresAt = deadline(argument(args, 1), unit, { command, clock: database });
    database.set(argument(args, 0), argument(args, 2), expiresAt);
    return OK;
  };
}

function getex(args: readonly string[], { database }: CommandContext): Reply {
  const key = argument(args, 0);
  const initial: SetOptions = { command: 'getex', clock: database, get: true, keepTtl: false };
  const { expiresAt } = readOptions(new OptionReader(args, 1), getexOptions, initial);
  const value = database.string(key);
  if (value !== undefined && expiresAt !== undefined) database.expireAt(key, expiresAt);
  return value ?? null;
}

function getdel(args: readonly string[], { database }: CommandContext): Reply {
  const value = database.string(argument(args, 0));
  if (value !== undefined) database.delete(argument(args, 0));
  return value ?? null;
}

function mget(args: readonly string[], { database }: CommandContext): Reply {
  return args.map((key) => {
    const value = database.entry(key)?.value;
    return typeof value === 'string' ? value : null;
  });
}

function mset(args: readonly string[], { database }: CommandContext): Reply {
  if (args.length % 2 !== 0) throw wrongArity('mset');
  for (let at = 0; at < args.length; at += 2) database.set(argument(args, at), argument(args, at + 1));
  return OK;
}

function setnx(args: readonly string[], { database }: CommandContext): Reply {
  if (database.entry(argument(args, 0))) return 0;
  database.set(argument(args, 0), argument(args, 1));
  return 1;
}

function append(args: readonly string[], { database }: CommandContext): Reply {
  const key = argument(args, 0);
  const value = (database.string(key) ?? '') + argument(args, 1);
  if (value.length > maximumStringBytes) {
    throw new CommandError(`ERR string exceeds maximum allowed size (${maximumStringBytes} bytes)`);
  }
  database.set(key, value, database.entry(key)?.expiresAt);
  return value.length;
}

function getset(args: readonly string[], { database }: CommandContext): Reply {
  const previous = database.string(argument(args, 0));
  database.set(argument(args, 0), argument(args, 1));
  return previous ?? null;
}

export const stringCommands = {
  GET: { arity: 2, flags: read, run: (args, { database }) => database.string(argument(args, 0)) ?? null },
  SET: { arity: -3, flags: grow, run: set },
  SETEX: { arity: 4, flags: grow, run: setex('setex', 'EX') },
  PSETEX: { arity: 4, flags: grow, run: setex('psetex', 'PX') },
  SETNX: { arity: 3, flags: grow, run: setnx },
  GETSET: { arity: 3, flags: grow, run: getset },
  GETDEL: { arity: 2, flags: write, run: getdel },
  GETEX: { arity: -2, flags: write, run: getex },
  MGET: { arity: -2, flags: read, run: mget },
  MSET: { arity: -3, flags: grow, run: mset },
  APPEND: { arity: 3, flags: grow, run: append },
  STRLEN: { arity: 2, flags: read, run: (args, { database }) => database.string(argument(args, 0))?.length ?? 0 },
} satisfies CommandTable;
