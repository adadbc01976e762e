import { argument, integer, positiveInteger } from '../arguments.ts';
import { NULL_ARRAY, OK, type Reply } from '../protocol/reply.ts';
import type { ListValue } from '../values/list.ts';
import { type CommandContext, type CommandTable, grow, read, write } from './command.ts';

function listOf(args: readonly string[], { database }: CommandContext): ListValue | undefined {
  return database.collection(argument(args, 0), 'list');
}

function push(end: 'pushHead' | 'pushTail') {
  return (args: readonly string[], { database }: CommandContext): Reply => {
    const list = database.obtain(argument(args, 0), 'list');
    for (const item of args.slice(1)) list[end](item);
    database.changed(argument(args, 0));
    return list.size;
  };
}

function take(list: ListValue, end: 'popHead' | 'popTail', count: number): string[] {
  const items: string[] = [];
  for (let left = Math.min(count, list.size); left > 0; left -= 1) items.push(list[end]() ?? '');
  return items;
}

/** With a count it answers an array, without one the single item. */
function pop(end: 'popHead' | 'popTail') {
  return (args: readonly string[], context: CommandContext): Reply => {
    const single = args[1] === undefined;
    const count = single ? 1 : positiveInteger(argument(args, 1));
    const list = listOf(args, context);
    if (!list) return single ? null : NULL_ARRAY;
    const items = take(list, end, count);
    if (items.length > 0) context.database.changed(argument(args, 0));
    return single ? (items[0] ?? null) : items;
  };
}

/** Redis ranges: both ends included, negative ones counted from the end; here as start and end without the last. */
export function rangeWithin(size: number, first: number, last: number): { start: number; end: number } {
  const start = Math.max(first < 0 ? size + first : first, 0);
  const end = Math.min((last < 0 ? size + last : last) + 1, size);
  return start < end ? { start, end } : { start: 0, end: 0 };
}

function lrange(args: readonly string[], context: CommandContext): Reply {
  const [first, last] = [integer(argument(args, 1)), integer(argument(args, 2))];
  const list = listOf(args, context);
  if (!list) return [];
  const { start, end } = rangeWithin(list.size, first, last);
  return list.slice(start, end);
}

function ltrim(args: readonly string[], context: CommandContext): Reply {
  const [first, last] = [integer(argument(args, 1)), integer(argument(args, 2))];
  const list = listOf(args, context);
  if (!list) return OK;
  const { start, end } = rangeWithin(list.size, first, last);
  for (let left = list.size - end; left > 0; left -= 1) list.popTail();
  for (let left = start; left > 0; left -= 1) list.popHead();
  context.database.changed(argument(args, 0));
  return OK;
}

export const listCommands = {
  LPUSH: { arity: -3, flags: grow, run: push('pushHead') },
  RPUSH: { arity: -3, flags: grow, run: push('pushTail') },
  LPOP: { arity: -2, flags: write, run: pop('popHead') },
  RPOP: { arity: -2, flags: write, run: pop('popTail') },
  LRANGE: { arity: 4, flags: read, run: lrange },
  LLEN: { arity: 2, flags: read, run: (args, context) => listOf(args, context)?.size ?? 0 },
  LTRIM: { arity: 4, flags: write, run: ltrim },
} satisfies CommandTable;
