import { argument } from '../arguments.ts';
import { CommandError, wrongArity } from '../errors.ts';
import { compileGlob } from '../glob.ts';
import { MapReply, type Reply } from '../protocol/reply.ts';
import { redisVersion, type ServerState } from '../state.ts';
import type { Command, CommandContext, CommandTable } from './command.ts';

type Section = (state: ServerState) => Readonly<Record<string, string | number>>;

const sections: Readonly<Record<string, Section>> = {
  Server: ({ startedAt }) => ({
    redis_version: redisVersion,
    server_name: 'gamemetrics-development',
    redis_mode: 'standalone',
    process_id: process.pid,
    uptime_in_seconds: Math.floor((Date.now() - startedAt) / 1_000),
  }),
  Clients: ({ sessions }) => ({ connected_clients: sessions.size }),
  Memory: ({ database }) => ({
    used_memory: database.usedBytes,
    used_memory_rss: process.memoryUsage.rss(),
    maxmemory: database.options.maximumBytes,
    maxmemory_policy: database.options.memoryPolicy,
  }),
  Persistence: () => ({ loading: 0, aof_enabled: 0 }),
  Stats: ({ commandsProcessed, connectionsReceived, database }) => ({
    total_connections_received: connectionsReceived,
    total_commands_processed: commandsProcessed,
    expired_keys: database.expiredKeys,
    evicted_keys: database.evictedKeys,
  }),
  Replication: () => ({ role: 'master', connected_slaves: 0 }),
  Keyspace: ({ database }) =>
    database.size > 0 ? { db0: `keys=${database.size},expires=${database.expiringKeys}` } : {},
};

function info(args: readonly string[], { state }: CommandContext): Reply {
  const wanted = args
    .map((name) => name.toLowerCase())
    .filter((name) => !['all', 'default', 'everything'].includes(name));
  const shown = Object.entries(sections).filter(([name]) => wanted.length === 0 || wanted.includes(name.toLowerCase()));
  return shown
    .map(([name, section]) => {
      const lines = Object.entries(section(state)).map(([field, value]) => `${field}:${value}\r\n`);
      return `# ${name}\r\n${lines.join('')}`;
    })
    .join('\r\n');
}

function settings({ options }: ServerState['database']): [string, string][] {
  return Object.entries({
    maxmemory: String(options.maximumBytes),
    'maxmemory-policy': options.memoryPolicy,
    databases: '1',
    appendonly: 'no',
    save: '',
    timeout: '0',
    'notify-keyspace-events': '',
  });
}

function config(args: readonly string[], { database }: CommandContext): Reply {
  const [subcommand, ...patterns] = args;
  if (subcommand?.toUpperCase() !== 'GET') {
    throw new CommandError(`ERR unknown subcommand '${subcommand}'. This development server knows CONFIG GET only`);
  }
  if (patterns.length === 0) throw wrongArity('config|get');
  const matchers = patterns.map((pattern) => compileGlob(pattern.toLowerCase()));
  return new MapReply(
    settings(database)
      .filter(([name]) => matchers.some((matches) => matches(name)))
      .flat(),
  );
}

function describe([name, { arity, flags }]: [string, Command]): Reply {
  const shown = flags.filter((flag) => flag === 'readonly' || flag === 'write' || flag === 'denyoom');
  return [name.toLowerCase(), arity, shown, 1, 1, 1];
}

function describeNamed(table: CommandTable, name: string): Reply {
  const command = Object.hasOwn(table, name.toUpperCase()) ? table[name.toUpperCase()] : undefined;
  return command ? describe([name.toUpperCase(), command]) : null;
}

const aboutCommands = new Map<string, (table: CommandTable, names: readonly string[]) => Reply>([
  ['COUNT', (table) => Object.keys(table).length],
  ['DOCS', () => new MapReply([])],
  ['INFO', (table, names) => names.map((name) => describeNamed(table, name))],
]);

/** COMMAND, COMMAND COUNT, COMMAND INFO name …, COMMAND DOCS: what client libraries ask for. */
export function commandCommand(table: () => CommandTable): Command {
  const run = (args: readonly string[]): Reply => {
    if (args.length === 0) return Object.entries(table()).map(describe);
    const about = aboutCommands.get(argument(args, 0).toUpperCase());
    if (!about) throw new CommandError(`ERR unknown subcommand '${args[0]}'. Try COMMAND HELP.`);
    return about(table(), args.slice(1));
  };
  return { arity: -1, flags: [], run };
}

export const serverCommands = {
  INFO: { arity: -1, flags: [], run: info },
  CONFIG: { arity: -2, flags: [], run: config },
} satisfies CommandTable;
