import type { Database } from '../database.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Session } from '../session.ts';
import type { ServerState } from '../state.ts';

export type CommandFlag =
  | 'readonly'
  | 'write'
  /** Refused, or paid for by eviction, when memory is full. */
  | 'denyoom'
  /** Runs at once within MULTI instead of being queued. */
  | 'immediate'
  /** Has no place within MULTI. */
  | 'no-multi'
  /** Allowed to a RESP2 client that has subscriptions. */
  | 'subscribed';

export interface CommandContext {
  readonly database: Database;
  readonly session: Session;
  readonly state: ServerState;
  /** The command is one of an EXEC. */
  readonly inTransaction: boolean;
  /** Runs another request as this session's, as EXEC does; its errors are answers. */
  readonly execute: (request: readonly string[]) => Reply;
}

export interface Command {
  /** Number of words with the command's name; negative: at least so many. */
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  /** Gets the words after the name. Throws a CommandError for what the client did wrong. */
  readonly run: (args: readonly string[], context: CommandContext) => Reply;
}

/** Commands of one data type by their names in capitals. */
export type CommandTable = Readonly<Record<string, Command>>;

export const read = ['readonly'] as const;
/** Changes data without needing more memory. */
export const write = ['write'] as const;
export const grow = ['write', 'denyoom'] as const;
