import { argument, integer } from '../arguments.ts';
import { CommandError, syntaxError, wrongArity } from '../errors.ts';
import { MapReply, OK, PONG, type Reply, Status } from '../protocol/reply.ts';
import { redisVersion } from '../state.ts';
import type { CommandContext, CommandTable } from './command.ts';

function ping(args: readonly string[], { session }: CommandContext): Reply {
  if (args.length > 1) throw wrongArity('ping');
  if (session.subscriptions > 0 && session.version === 2) return ['pong', args[0] ?? ''];
  return args[0] ?? PONG;
}

/** `HELLO [2|3 [AUTH user password] [SETNAME name]]`. There is no password here, so every one is right. */
function hello(args: readonly string[], { session, state }: CommandContext): Reply {
  const version =
    args[0] === undefined
      ? session.version
      : integer(args[0], 'ERR Protocol version is not an integer or out of range');
  if (version !== 2 && version !== 3) throw new CommandError('NOPROTO unsupported protocol version');
  for (let at = 1; at < args.length; ) {
    const option = argument(args, at).toUpperCase();
    if (option === 'AUTH') argument(args, at + 2);
    else if (option === 'SETNAME') session.name = clientName(argument(args, at + 1));
    else throw new CommandError(`ERR Syntax error in HELLO option '${argument(args, at)}'`);
    at += option === 'AUTH' ? 3 : 2;
  }
  session.version = version;
  const facts: [string, Reply][] = [
    ['server', 'redis'],
    ['version', redisVersion],
    ['proto', version],
    ['id', session.id],
    ['mode', 'standalone'],
    ['role', 'master'],
    ['modules', []],
    ['databases', 1],
    ['clients', state.sessions.size],
  ];
  return new MapReply(facts.flat());
}

function auth(args: readonly string[]): Reply {
  if (args.length > 2) throw syntaxError();
  if (args.length === 2) return OK;
  throw new CommandError(
    'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  );
}

function clientName(name: string): string {
  if (!/^[!-~]*$/.test(name)) {
    throw new CommandError('ERR Client names cannot contain spaces, newlines or special characters.');
  }
  return name;
}

const clientCommands: Readonly<Record<string, (args: readonly string[], context: CommandContext) => Reply>> = {
  ID: (_, { session }) => session.id,
  GETNAME: (_, { session }) => session.name || null,
  SETNAME: ([name = ''], { session }) => {
    session.name = clientName(name);
    return OK;
  },
  SETINFO: ([attribute = '', value]) => {
    if (value === undefined) throw wrongArity('client|setinfo');
    if (!/^lib-(?:name|ver)$/i.test(attribute)) throw new CommandError(`ERR Unrecognized option '${attribute}'`);
    return OK;
  },
};

function client(args: readonly string[], context: CommandContext): Reply {
  const [name = '', ...rest] = args;
  const run = Object.hasOwn(clientCommands, name.toUpperCase()) ? clientCommands[name.toUpperCase()] : undefined;
  if (!run) throw new CommandError(`ERR unknown subcommand '${name}'. Try CLIENT HELP.`);
  return run(rest, context);
}

function quit(_: readonly string[], { session }: CommandContext): Reply {
  session.transport.end();
  return OK;
}

function reset(_: readonly string[], { session, state }: CommandContext): Reply {
  session.transaction = undefined;
  state.watches.unwatch(session);
  state.pubsub.leave(session);
  session.name = '';
  session.version = 2;
  return new Status('RESET');
}

const anywhere = ['immediate', 'subscribed'] as const;

export const connectionCommands = {
  PING: { arity: -1, flags: ['subscribed'], run: ping },
  ECHO: { arity: 2, flags: [], run: (args) => argument(args, 0) },
  HELLO: { arity: -1, flags: ['no-multi'], run: hello },
  AUTH: { arity: -2, flags: ['no-multi'], run: auth },
  CLIENT: { arity: -2, flags: [], run: client },
  QUIT: { arity: -1, flags: anywhere, run: quit },
  RESET: { arity: 1, flags: anywhere, run: reset },
} satisfies CommandTable;
