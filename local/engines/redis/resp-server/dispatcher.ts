import type { Command, CommandContext } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { unavailable } from './commands/unavailable.ts';
import { CommandError, messages, wrongArity } from './errors.ts';
import { Failure, QUEUED, type Reply } from './protocol/reply.ts';
import type { Session } from './session.ts';
import type { ServerState } from './state.ts';

interface Resolved extends Command {
  readonly name: string;
  readonly denyOutOfMemory: boolean;
  readonly immediate: boolean;
  readonly allowedInMulti: boolean;
  readonly allowedSubscribed: boolean;
}

interface Call {
  readonly command: Resolved;
  readonly inTransaction: boolean;
}

const maximumQueuedRequests = 100_000;
const shownArguments = 4;
const shownArgumentLength = 64;

const table = new Map(Object.entries(commands).flatMap(([name, command]) => spellings(resolve(name, command))));

function resolve(name: string, command: Command): Resolved {
  return {
    ...command,
    name,
    denyOutOfMemory: command.flags.includes('denyoom'),
    immediate: command.flags.includes('immediate'),
    allowedInMulti: !command.flags.includes('no-multi'),
    allowedSubscribed: command.flags.includes('subscribed'),
  };
}

/** The two usual ones are found without changing case. */
function spellings(command: Resolved): [string, Resolved][] {
  return [
    [command.name, command],
    [command.name.toLowerCase(), command],
  ];
}

/** Turns requests into replies. */
export class Dispatcher {
  readonly #state: ServerState;

  constructor(state: ServerState) {
    this.#state = state;
  }

  /** One request of a client, from its words to its answer. Never throws. */
  handle(session: Session, request: readonly string[]): Reply {
    this.#state.commandsProcessed += 1;
    const [name = ''] = request;
    const command = table.get(name) ?? table.get(name.toUpperCase());
    const refusal = command ? refuse(session, command, request) : unknownCommand(request);
    if (refusal || !command) {
      if (session.transaction) session.transaction.broken = true;
      return refusal ?? unknownCommand(request);
    }
    if (session.transaction && !command.immediate) return enqueue(session.transaction.requests, request);
    const reply = this.#run(session, request, { command, inTransaction: false });
    this.#state.waiters.serve();
    return reply;
  }

  #run(session: Session, request: readonly string[], { command, inTransaction }: Call): Reply {
    const { database } = this.#state;
    if (command.denyOutOfMemory && !database.makeRoom()) return new Failure(messages.outOfMemory);
    const context: CommandContext = {
      database,
      session,
      state: this.#state,
      inTransaction,
      execute: (queued) => this.#runQueued(session, queued),
    };
    try {
      return command.run(request.slice(1), context);
    } catch (error) {
      if (error instanceof CommandError) return new Failure(error.message);
      // A bug of ours must not take everybody else's connection with it.
      process.stderr.write(`${JSON.stringify({ level: 'error', command: command.name, error: String(error) })}\n`);
      return new Failure(`ERR internal error in ${command.name}`);
    }
  }

  #runQueued(session: Session, request: readonly string[]): Reply {
    const [name = ''] = request;
    const command = table.get(name) ?? table.get(name.toUpperCase());
    return command ? this.#run(session, request, { command, inTransaction: true }) : unknownCommand(request);
  }
}

function enqueue(requests: (readonly string[])[], request: readonly string[]): Reply {
  if (requests.length >= maximumQueuedRequests)
    return new Failure(`ERR more than ${maximumQueuedRequests} commands in MULTI`);
  requests.push(request);
  return QUEUED;
}

function refuse(session: Session, command: Resolved, request: readonly string[]): Failure | undefined {
  const { name, arity } = command;
  if (arity > 0 ? request.length !== arity : request.length < -arity) return new Failure(wrongArity(name).message);
  if (session.transaction && !command.allowedInMulti) return new Failure(`ERR ${name} is not allowed in transactions`);
  if (session.subscriptions > 0 && session.version === 2 && !command.allowedSubscribed) {
    return new Failure(
      `ERR Can't execute '${name.toLowerCase()}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
    );
  }
  return undefined;
}

function unknownCommand(request: readonly string[]): Failure {
  const [name = '', ...args] = request;
  const reason = unavailable(name.toUpperCase());
  if (reason) return new Failure(reason);
  const shown = args.slice(0, shownArguments).map((arg) => `'${arg.slice(0, shownArgumentLength)}' `);
  const command = name.slice(0, shownArgumentLength);
  return new Failure(`ERR unknown command '${command}', with args beginning with: ${shown.join('')}`);
}
