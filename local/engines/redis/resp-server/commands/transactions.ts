import { CommandError, messages } from '../errors.ts';
import { NULL_ARRAY, OK, type Reply } from '../protocol/reply.ts';
import type { CommandContext, CommandTable } from './command.ts';

function multi(_: readonly string[], { session }: CommandContext): Reply {
  if (session.transaction) throw new CommandError('ERR MULTI calls can not be nested');
  session.transaction = { requests: [], broken: false };
  return OK;
}

function exec(_: readonly string[], context: CommandContext): Reply {
  const { session, state, database } = context;
  const { transaction } = session;
  if (!transaction) throw new CommandError('ERR EXEC without MULTI');
  session.transaction = undefined;
  // Looking at a watched key whose time is over ends it, and that is a change.
  for (const key of session.watched) database.entry(key);
  const spoiled = session.watchedChanged;
  state.watches.unwatch(session);
  if (transaction.broken) throw new CommandError(messages.execAbort);
  return spoiled ? NULL_ARRAY : transaction.requests.map((request) => context.execute(request));
}

function discard(_: readonly string[], { session, state }: CommandContext): Reply {
  if (!session.transaction) throw new CommandError('ERR DISCARD without MULTI');
  session.transaction = undefined;
  state.watches.unwatch(session);
  return OK;
}

function watch(keys: readonly string[], { session, state, database }: CommandContext): Reply {
  if (session.transaction) throw new CommandError('ERR WATCH inside MULTI is not allowed');
  for (const key of keys) {
    database.entry(key);
    state.watches.watch(session, key);
  }
  return OK;
}

function unwatch(_: readonly string[], { session, state }: CommandContext): Reply {
  state.watches.unwatch(session);
  return OK;
}

const flags = ['immediate'] as const;

export const transactionCommands = {
  MULTI: { arity: 1, flags, run: multi },
  EXEC: { arity: 1, flags, run: exec },
  DISCARD: { arity: 1, flags, run: discard },
  WATCH: { arity: -2, flags, run: watch },
  UNWATCH: { arity: 1, flags: [], run: unwatch },
} satisfies CommandTable;
