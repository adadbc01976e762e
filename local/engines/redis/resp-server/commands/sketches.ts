import { argument } from '../arguments.ts';
import { OK, type Reply } from '../protocol/reply.ts';
import { HyperLogLog } from '../values/hyperloglog.ts';
import { type CommandContext, type CommandTable, grow, read } from './command.ts';

function pfadd(args: readonly string[], { database }: CommandContext): Reply {
  const key = argument(args, 0);
  const isNew = database.collection(key, 'hyperloglog') === undefined;
  const sketch = database.obtain(key, 'hyperloglog');
  const changed = args.slice(1).filter((member) => sketch.add(member)).length > 0;
  if (!changed && !isNew) return 0;
  database.changed(key);
  return 1;
}

function union(keys: readonly string[], { database }: CommandContext): HyperLogLog {
  const merged = new HyperLogLog();
  for (const key of keys) {
    const sketch = database.collection(key, 'hyperloglog');
    if (sketch) merged.merge(sketch);
  }
  return merged;
}

function pfmerge(args: readonly string[], context: CommandContext): Reply {
  const key = argument(args, 0);
  const merged = union(args, context);
  context.database.set(key, merged, context.database.entry(key)?.expiresAt);
  return OK;
}

export const sketchCommands = {
  PFADD: { arity: -2, flags: grow, run: pfadd },
  PFCOUNT: { arity: -2, flags: read, run: (keys, context) => union(keys, context).estimate() },
  PFMERGE: { arity: -2, flags: grow, run: pfmerge },
} satisfies CommandTable;
