import { argument, integer, OptionReader, type OptionTable, readOptions } from '../arguments.ts';
import type { Entry } from '../database.ts';
import { CommandError, syntaxError } from '../errors.ts';
import { compileGlob } from '../glob.ts';
import { OK, type Reply, Status } from '../protocol/reply.ts';
import type { Value } from '../values/value.ts';
import { type CommandContext, type CommandTable, read, write } from './command.ts';
import { anyDeadline, type expiryUnits, never } from './expiry.ts';
import { scanOptions } from './scanning.ts';

/** A sketch is a string to Redis, too. */
export function typeOf(value: Value): string {
  return typeof value === 'string' || value.kind === 'hyperloglog' ? 'string' : value.kind;
}

function del(args: readonly string[], { database }: CommandContext): Reply {
  return args.filter((key) => database.delete(key)).length;
}

type ExpireCondition = 'NX' | 'XX' | 'GT' | 'LT';

function expireCondition(word: ExpireCondition) {
  return (conditions: Set<ExpireCondition>) => {
    conditions.add(word);
  };
}

const expireOptions: OptionTable<Set<ExpireCondition>> = {
  NX: expireCondition('NX'),
  XX: expireCondition('XX'),
  GT: expireCondition('GT'),
  LT: expireCondition('LT'),
};

/** A key that stays ends later than any that does not. */
const allows: { readonly [Condition in ExpireCondition]: (before: number, after: number) => boolean } = {
  NX: (before) => before === never,
  XX: (before) => before !== never,
  GT: (before, after) => after > before,
  LT: (before, after) => after < before,
};

function readExpireConditions(args: readonly string[]): Set<ExpireCondition> {
  const conditions = readOptions(new OptionReader(args, 2), expireOptions, new Set<ExpireCondition>());
  if (conditions.has('NX') && conditions.size > 1) {
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible');
  }
  if (conditions.has('GT') && conditions.has('LT')) {
    throw new CommandError('ERR GT and LT options at the same time are not compatible');
  }
  return conditions;
}

function expire(command: string, unit: keyof typeof expiryUnits) {
  return (args: readonly string[], { database }: CommandContext): Reply => {
    const expiresAt = anyDeadline(argument(args, 1), unit, { command, clock: database });
    const conditions = readExpireConditions(args);
    const entry = database.entry(argument(args, 0));
    if (!entry || ![...conditions].every((each) => allows[each](entry.expiresAt, expiresAt))) return 0;
    database.expireAt(argument(args, 0), expiresAt);
    return 1;
  };
}

function persist(args: readonly string[], { database }: CommandContext): Reply {
  const entry = database.entry(argument(args, 0));
  if (!entry || entry.expiresAt === never) return 0;
  database.expireAt(argument(args, 0), never);
  return 1;
}

/** -2 for no key, -1 for a key that stays. */
function timeLeft(present: (entry: Entry, now: number) => number) {
  return (args: readonly string[], { database }: CommandContext): Reply => {
    const entry = database.entry(argument(args, 0));
    if (!entry) return -2;
    return entry.expiresAt === never ? -1 : present(entry, database.now());
  };
}

function keys(args: readonly string[], { database }: CommandContext): Reply {
  const matches = compileGlob(argument(args, 0));
  return [...database.entries()].map(([key]) => key).filter(matches);
}

function scan(args: readonly string[], { database, state }: CommandContext): Reply {
  const cursor = argument(args, 0);
  if (!/^\d{1,20}$/.test(cursor)) throw new CommandError('ERR invalid cursor');
  const { count, matches, type } = scanOptions(new OptionReader(args, 1), true);
  const page = state.scans.page('keys', { cursor, count, source: () => database.entries() });
  const found = page.items.filter(([key, { value }]) => matches(key) && (type === undefined || typeOf(value) === type));
  return [page.cursor, found.map(([key]) => key)];
}

function flush(args: readonly string[], { database }: CommandContext): Reply {
  const mode = args[0]?.toUpperCase();
  if (args.length > 1 || (mode !== undefined && mode !== 'SYNC' && mode !== 'ASYNC')) throw syntaxError();
  database.clear();
  return OK;
}

export const keyCommands = {
  DEL: { arity: -2, flags: write, run: del },
  UNLINK: { arity: -2, flags: write, run: del },
  EXISTS: { arity: -2, flags: read, run: (args, { database }) => args.filter((key) => database.entry(key)).length },
  TYPE: {
    arity: 2,
    flags: read,
    run: (args, { database }) => {
      const entry = database.entry(argument(args, 0));
      return new Status(entry ? typeOf(entry.value) : 'none');
    },
  },
  EXPIRE: { arity: -3, flags: write, run: expire('expire', 'EX') },
  PEXPIRE: { arity: -3, flags: write, run: expire('pexpire', 'PX') },
  EXPIREAT: { arity: -3, flags: write, run: expire('expireat', 'EXAT') },
  PEXPIREAT: { arity: -3, flags: write, run: expire('pexpireat', 'PXAT') },
  PERSIST: { arity: 2, flags: write, run: persist },
  TTL: { arity: 2, flags: read, run: timeLeft(({ expiresAt }, now) => Math.floor((expiresAt - now + 500) / 1_000)) },
  PTTL: { arity: 2, flags: read, run: timeLeft(({ expiresAt }, now) => expiresAt - now) },
  EXPIRETIME: { arity: 2, flags: read, run: timeLeft(({ expiresAt }) => Math.floor((expiresAt + 500) / 1_000)) },
  PEXPIRETIME: { arity: 2, flags: read, run: timeLeft(({ expiresAt }) => expiresAt) },
  KEYS: { arity: 2, flags: read, run: keys },
  SCAN: { arity: -2, flags: read, run: scan },
  DBSIZE: { arity: 1, flags: read, run: (_, { database }) => database.size },
  FLUSHDB: { arity: -1, flags: write, run: flush },
  FLUSHALL: { arity: -1, flags: write, run: flush },
  SELECT: {
    arity: 2,
    flags: read,
    run: (args) => {
      if (integer(argument(args, 0), 'ERR invalid DB index') !== 0)
        throw new CommandError('ERR DB index is out of range');
      return OK;
    },
  },
} satisfies CommandTable;
