import { argument } from '../arguments.ts';
import { type Reply, SetReply } from '../protocol/reply.ts';
import type { SetValue } from '../values/set.ts';
import { type CommandContext, type CommandTable, grow, read, write } from './command.ts';
import { scanCollection } from './scanning.ts';

function setOf(args: readonly string[], { database }: CommandContext): SetValue | undefined {
  return database.collection(argument(args, 0), 'set');
}

function sadd(args: readonly string[], { database }: CommandContext): Reply {
  const set = database.obtain(argument(args, 0), 'set');
  const added = args.slice(1).filter((member) => set.add(member)).length;
  if (added > 0) database.changed(argument(args, 0));
  return added;
}

function srem(args: readonly string[], context: CommandContext): Reply {
  const set = setOf(args, context);
  const removed = args.slice(1).filter((member) => set?.delete(member)).length;
  if (removed > 0) context.database.changed(argument(args, 0));
  return removed;
}

function smismember(args: readonly string[], context: CommandContext): Reply {
  const set = setOf(args, context);
  return args.slice(1).map((member) => (set?.members.has(member) ? 1 : 0));
}

export const setCommands = {
  SADD: { arity: -3, flags: grow, run: sadd },
  SREM: { arity: -3, flags: write, run: srem },
  SMEMBERS: { arity: 2, flags: read, run: (args, context) => new SetReply([...(setOf(args, context)?.members ?? [])]) },
  SISMEMBER: {
    arity: 3,
    flags: read,
    run: (args, context) => (setOf(args, context)?.members.has(argument(args, 1)) ? 1 : 0),
  },
  SMISMEMBER: { arity: -3, flags: read, run: smismember },
  SCARD: { arity: 2, flags: read, run: (args, context) => setOf(args, context)?.size ?? 0 },
  SSCAN: {
    arity: -3,
    flags: read,
    run: scanCollection({
      command: 'sscan',
      source: (key, { database }) => database.collection(key, 'set')?.members.values(),
      name: (member) => member,
      present: (member) => [member],
    }),
  },
} satisfies CommandTable;
