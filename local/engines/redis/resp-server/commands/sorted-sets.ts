import { argument, float, OptionReader, type OptionTable, positiveInteger, readLeadingOptions } from '../arguments.ts';
import { CommandError, messages, syntaxError } from '../errors.ts';
import { DoubleReply, formatDouble, NULL_ARRAY, type Reply } from '../protocol/reply.ts';
import type { SortedSet } from '../values/sorted-set.ts';
import { type CommandContext, type CommandTable, grow, read, write } from './command.ts';
import { scanCollection } from './scanning.ts';

type AddFlag = 'NX' | 'XX' | 'GT' | 'LT' | 'CH' | 'INCR';

function flag(word: AddFlag) {
  return (flags: Set<AddFlag>) => {
    flags.add(word);
  };
}

const addFlags: OptionTable<Set<AddFlag>> = {
  NX: flag('NX'),
  XX: flag('XX'),
  GT: flag('GT'),
  LT: flag('LT'),
  CH: flag('CH'),
  INCR: flag('INCR'),
};

export function sortedSetOf(args: readonly string[], { database }: CommandContext): SortedSet | undefined {
  return database.collection(argument(args, 0), 'zset');
}

interface Addition {
  readonly flags: ReadonlySet<AddFlag>;
  readonly pairs: readonly { readonly score: number; readonly member: string }[];
}

function readAddition(args: readonly string[]): Addition {
  const reader = new OptionReader(args, 1);
  const flags = readLeadingOptions(reader, addFlags, new Set<AddFlag>());
  const rest = reader.rest();
  if (rest.length === 0 || rest.length % 2 !== 0) throw syntaxError();
  refuseContradictions(flags, rest.length / 2);
  const pairs = [];
  for (let at = 0; at < rest.length; at += 2) {
    pairs.push({ score: float(argument(rest, at)), member: argument(rest, at + 1) });
  }
  return { flags, pairs };
}

function refuseContradictions(flags: ReadonlySet<AddFlag>, pairs: number): void {
  if (flags.has('NX') && flags.has('XX')) {
    throw new CommandError('ERR XX and NX options at the same time are not compatible');
  }
  if ([flags.has('NX'), flags.has('GT'), flags.has('LT')].filter(Boolean).length > 1) {
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible');
  }
  if (flags.has('INCR') && pairs > 1) {
    throw new CommandError('ERR INCR option supports a single increment-element pair');
  }
}

/** The score that a member gets, undefined when the flags forbid it. */
function newScore(before: number | undefined, given: number, flags: ReadonlySet<AddFlag>): number | undefined {
  if (before === undefined) return flags.has('XX') ? undefined : given;
  if (flags.has('NX')) return undefined;
  const after = flags.has('INCR') ? before + given : given;
  if (Number.isNaN(after)) throw new CommandError(messages.nanScore);
  const forbidden = (flags.has('GT') && after <= before) || (flags.has('LT') && after >= before);
  return forbidden ? undefined : after;
}

interface Outcome {
  added: number;
  changed: number;
  /** Of the last pair; undefined when the flags forbade it. */
  score: number | undefined;
}

function addAll(set: SortedSet, { flags, pairs }: Addition): Outcome {
  const outcome: Outcome = { added: 0, changed: 0, score: undefined };
  for (const { score, member } of pairs) {
    const before = set.score(member);
    outcome.score = newScore(before, score, flags);
    if (outcome.score === undefined) continue;
    set.set(member, outcome.score);
    if (before === undefined) outcome.added += 1;
    else if (before !== outcome.score) outcome.changed += 1;
  }
  return outcome;
}

function zadd(args: readonly string[], context: CommandContext): Reply {
  const addition = readAddition(args);
  const { flags } = addition;
  const key = argument(args, 0);
  const known = sortedSetOf(args, context);
  if (!known && flags.has('XX')) return flags.has('INCR') ? null : 0;
  const { added, changed, score: last } = addAll(known ?? context.database.obtain(key, 'zset'), addition);
  if (added + changed > 0) context.database.changed(key);
  if (flags.has('INCR')) return score(last);
  return flags.has('CH') ? added + changed : added;
}

function zincrby(args: readonly string[], context: CommandContext): Reply {
  const by = float(argument(args, 1));
  const member = argument(args, 2);
  const before = sortedSetOf(args, context)?.score(member) ?? 0;
  const after = before + by;
  if (Number.isNaN(after)) throw new CommandError(messages.nanScore);
  context.database.obtain(argument(args, 0), 'zset').set(member, after);
  context.database.changed(argument(args, 0));
  return new DoubleReply(after);
}

function zrem(args: readonly string[], context: CommandContext): Reply {
  const set = sortedSetOf(args, context);
  const removed = args.slice(1).filter((member) => set?.delete(member)).length;
  if (removed > 0) context.database.changed(argument(args, 0));
  return removed;
}

function score(value: number | undefined): Reply {
  return value === undefined ? null : new DoubleReply(value);
}

function rank(reverse: boolean) {
  return (args: readonly string[], context: CommandContext): Reply => {
    const set = sortedSetOf(args, context);
    const position = set?.rank(argument(args, 1));
    if (args.length > 3 || (args[2] !== undefined && args[2].toUpperCase() !== 'WITHSCORE')) throw syntaxError();
    if (!set || position === undefined) return args[2] === undefined ? null : NULL_ARRAY;
    const found = reverse ? set.size - 1 - position : position;
    return args[2] === undefined ? found : [found, score(set.score(argument(args, 1)))];
  };
}

/** Members and scores, in pairs for RESP3 clients that gave a count, flat for all others. */
function pop(fromEnd: boolean) {
  return (args: readonly string[], context: CommandContext): Reply => {
    const count = args[1] === undefined ? 1 : positiveInteger(args[1]);
    const set = sortedSetOf(args, context);
    if (!set) return [];
    const taken = fromEnd
      ? set.slice(Math.max(set.size - count, 0), set.size).reverse()
      : set.slice(0, Math.min(count, set.size));
    for (const { member } of taken) set.delete(member);
    if (taken.length > 0) context.database.changed(argument(args, 0));
    const pairs = taken.map((item) => [item.member, new DoubleReply(item.score)]);
    return args[1] !== undefined && context.session.version === 3 ? pairs : pairs.flat();
  };
}

export const sortedSetCommands = {
  ZADD: { arity: -4, flags: grow, run: zadd },
  ZREM: { arity: -3, flags: write, run: zrem },
  ZSCORE: {
    arity: 3,
    flags: read,
    run: (args, context) => score(sortedSetOf(args, context)?.score(argument(args, 1))),
  },
  ZMSCORE: {
    arity: -3,
    flags: read,
    run: (args, context) => {
      const set = sortedSetOf(args, context);
      return args.slice(1).map((member) => score(set?.score(member)));
    },
  },
  ZINCRBY: { arity: 4, flags: grow, run: zincrby },
  ZCARD: { arity: 2, flags: read, run: (args, context) => sortedSetOf(args, context)?.size ?? 0 },
  ZRANK: { arity: -3, flags: read, run: rank(false) },
  ZREVRANK: { arity: -3, flags: read, run: rank(true) },
  ZPOPMIN: { arity: -2, flags: write, run: pop(false) },
  ZPOPMAX: { arity: -2, flags: write, run: pop(true) },
  ZSCAN: {
    arity: -3,
    flags: read,
    run: scanCollection({
      command: 'zscan',
      source: (key, { database }) => database.collection(key, 'zset')?.members(),
      name: ({ member }) => member,
      present: (item) => [item.member, formatDouble(item.score)],
    }),
  },
} satisfies CommandTable;
