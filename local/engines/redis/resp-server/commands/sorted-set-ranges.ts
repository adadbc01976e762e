import { argument, float, integer, OptionReader, type OptionTable, readOptions } from '../arguments.ts';
import { CommandError, messages } from '../errors.ts';
import { DoubleReply, type Reply } from '../protocol/reply.ts';
import type { ScoredMember, SortedSet } from '../values/sorted-set.ts';
import { type CommandContext, type CommandTable, read, write } from './command.ts';
import { rangeWithin } from './lists.ts';
import { sortedSetOf } from './sorted-sets.ts';

/** Ranks from `start` up to and without `end`. */
interface Ranks {
  readonly start: number;
  readonly end: number;
}

interface Bound {
  readonly score: number;
  readonly exclusive: boolean;
}

function bound(text: string): Bound {
  const exclusive = text.startsWith('(');
  return { score: float(exclusive ? text.slice(1) : text, messages.minMaxNotFloat), exclusive };
}

function ranksByScore(set: SortedSet, low: Bound, high: Bound): Ranks {
  const start = set.countBelow(low.score, low.exclusive);
  const end = set.countBelow(high.score, !high.exclusive);
  return start < end ? { start, end } : { start: 0, end: 0 };
}

interface RangeOptions {
  by: 'rank' | 'score';
  reverse: boolean;
  withScores: boolean;
  limit?: { readonly offset: number; readonly count: number };
}

const withScores = {
  WITHSCORES: (options) => {
    options.withScores = true;
  },
} satisfies OptionTable<RangeOptions>;

const withLimit = {
  LIMIT: (options, reader) => {
    options.limit = { offset: reader.integer(), count: reader.integer() };
  },
} satisfies OptionTable<RangeOptions>;

const rangeOptions: OptionTable<RangeOptions> = {
  ...withScores,
  ...withLimit,
  BYSCORE: (options) => {
    options.by = 'score';
  },
  BYLEX: () => {
    throw new CommandError('ERR BYLEX is not available in the development server');
  },
  REV: (options) => {
    options.reverse = true;
  },
};

/** The part of a range that LIMIT leaves; a negative count means all, a negative offset nothing, as in Redis. */
function limited({ start, end }: Ranks, { reverse, limit }: RangeOptions): Ranks {
  if (!limit) return { start, end };
  if (limit.offset < 0) return { start: 0, end: 0 };
  const count = limit.count < 0 ? end - start : limit.count;
  if (reverse) {
    const last = Math.max(end - limit.offset, start);
    return { start: Math.max(last - count, start), end: last };
  }
  const first = Math.min(start + limit.offset, end);
  return { start: first, end: Math.min(first + count, end) };
}

function mirrored({ start, end }: Ranks, size: number): Ranks {
  return start === end ? { start, end } : { start: size - end, end: size - start };
}

function present(items: readonly ScoredMember[], options: RangeOptions, { session }: CommandContext): Reply {
  if (!options.withScores) return items.map(({ member }) => member);
  const pairs = items.map(({ member, score }) => [member, new DoubleReply(score)]);
  return session.version === 3 ? pairs : pairs.flat();
}

function range(table: OptionTable<RangeOptions>, initial: Pick<RangeOptions, 'by' | 'reverse'>) {
  return (args: readonly string[], context: CommandContext): Reply => {
    const options = readOptions<RangeOptions>(new OptionReader(args, 3), table, { ...initial, withScores: false });
    if (options.limit && options.by === 'rank') {
      throw new CommandError('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
    }
    const ranksOf = ranksFor(args, options);
    const set = sortedSetOf(args, context);
    if (!set) return [];
    const { start, end } = limited(ranksOf(set), options);
    const items = set.slice(start, end);
    return present(options.reverse ? items.reverse() : items, options, context);
  };
}

/** Reads the two bounds first, so that wrong ones are errors also for a key that does not exist. */
function ranksFor(args: readonly string[], { by, reverse }: RangeOptions): (set: SortedSet) => Ranks {
  const [first, last] = [argument(args, 1), argument(args, 2)];
  if (by === 'score') {
    const [low, high] = reverse ? [bound(last), bound(first)] : [bound(first), bound(last)];
    return (set) => ranksByScore(set, low, high);
  }
  const [from, to] = [integer(first), integer(last)];
  return (set) => {
    const ranks = rangeWithin(set.size, from, to);
    return reverse ? mirrored(ranks, set.size) : ranks;
  };
}

function zcount(args: readonly string[], context: CommandContext): Reply {
  const [low, high] = [bound(argument(args, 1)), bound(argument(args, 2))];
  const set = sortedSetOf(args, context);
  if (!set) return 0;
  const { start, end } = ranksByScore(set, low, high);
  return end - start;
}

function removeRange(by: 'rank' | 'score') {
  return (args: readonly string[], context: CommandContext): Reply => {
    const ranksOf = ranksFor(args, { by, reverse: false, withScores: false });
    const set = sortedSetOf(args, context);
    if (!set) return 0;
    const { start, end } = ranksOf(set);
    for (const { member } of set.slice(start, end)) set.delete(member);
    if (end > start) context.database.changed(argument(args, 0));
    return end - start;
  };
}

export const sortedSetRangeCommands = {
  ZRANGE: { arity: -4, flags: read, run: range(rangeOptions, { by: 'rank', reverse: false }) },
  ZREVRANGE: { arity: -4, flags: read, run: range(withScores, { by: 'rank', reverse: true }) },
  ZRANGEBYSCORE: {
    arity: -4,
    flags: read,
    run: range({ ...withScores, ...withLimit }, { by: 'score', reverse: false }),
  },
  ZREVRANGEBYSCORE: {
    arity: -4,
    flags: read,
    run: range({ ...withScores, ...withLimit }, { by: 'score', reverse: true }),
  },
  ZCOUNT: { arity: 4, flags: read, run: zcount },
  ZREMRANGEBYRANK: { arity: 4, flags: write, run: removeRange('rank') },
  ZREMRANGEBYSCORE: { arity: 4, flags: write, run: removeRange('score') },
} satisfies CommandTable;
