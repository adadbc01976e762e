import { argument, integer64, within64 } from '../arguments.ts';
import { CommandError, wrongArity } from '../errors.ts';
import { MapReply, type Reply } from '../protocol/reply.ts';
import type { HashValue } from '../values/hash.ts';
import { type CommandContext, type CommandTable, grow, read, write } from './command.ts';
import { scanCollection } from './scanning.ts';

function hashOf(args: readonly string[], { database }: CommandContext): HashValue | undefined {
  return database.collection(argument(args, 0), 'hash');
}

function hset(args: readonly string[], { database }: CommandContext): Reply {
  if (args.length % 2 === 0) throw wrongArity('hset');
  const hash = database.obtain(argument(args, 0), 'hash');
  let added = 0;
  for (let at = 1; at < args.length; at += 2) if (hash.set(argument(args, at), argument(args, at + 1))) added += 1;
  database.changed(argument(args, 0));
  return added;
}

function hsetnx(args: readonly string[], context: CommandContext): Reply {
  if (hashOf(args, context)?.fields.has(argument(args, 1))) return 0;
  return hset(args, context);
}

function hdel(args: readonly string[], context: CommandContext): Reply {
  const hash = hashOf(args, context);
  const removed = args.slice(1).filter((field) => hash?.delete(field)).length;
  if (removed > 0) context.database.changed(argument(args, 0));
  return removed;
}

function hincrby(args: readonly string[], context: CommandContext): Reply {
  const [key, field, by] = [argument(args, 0), argument(args, 1), integer64(argument(args, 2))];
  const before = hashOf(args, context)?.fields.get(field) ?? '0';
  const after = within64(hashInteger(before) + by);
  context.database.obtain(key, 'hash').set(field, String(after));
  context.database.changed(key);
  return after;
}

function hashInteger(text: string): bigint {
  try {
    return integer64(text);
  } catch {
    throw new CommandError('ERR hash value is not an integer');
  }
}

function hmget(args: readonly string[], context: CommandContext): Reply {
  const hash = hashOf(args, context);
  return args.slice(1).map((field) => hash?.fields.get(field) ?? null);
}

export const hashCommands = {
  HSET: { arity: -4, flags: grow, run: hset },
  HSETNX: { arity: 4, flags: grow, run: hsetnx },
  HGET: { arity: 3, flags: read, run: (args, context) => hashOf(args, context)?.fields.get(argument(args, 1)) ?? null },
  HMGET: { arity: -3, flags: read, run: hmget },
  HGETALL: {
    arity: 2,
    flags: read,
    run: (args, context) => new MapReply([...(hashOf(args, context)?.fields ?? [])].flat()),
  },
  HDEL: { arity: -3, flags: write, run: hdel },
  HEXISTS: {
    arity: 3,
    flags: read,
    run: (args, context) => (hashOf(args, context)?.fields.has(argument(args, 1)) ? 1 : 0),
  },
  HINCRBY: { arity: 4, flags: grow, run: hincrby },
  HLEN: { arity: 2, flags: read, run: (args, context) => hashOf(args, context)?.size ?? 0 },
  HKEYS: { arity: 2, flags: read, run: (args, context) => [...(hashOf(args, context)?.fields.keys() ?? [])] },
  HVALS: { arity: 2, flags: read, run: (args, context) => [...(hashOf(args, context)?.fields.values() ?? [])] },
  HSCAN: {
    arity: -3,
    flags: read,
    run: scanCollection({
      command: 'hscan',
      source: (key, { database }) => database.collection(key, 'hash')?.fields.entries(),
      name: ([field]) => field,
      present: (pair) => pair,
    }),
  },
} satisfies CommandTable;
