import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { checkPorts, freePort, refuseConflicts } from '../../ports/index.ts';
import {
  inheritedEnvironment,
  LocalError,
  type ManagedProcess,
  nodeCommand,
  type ProcessExit,
  type ProcessSpec,
  restartAlways,
  Supervisor,
  unwritable,
} from '../../processes/index.ts';
import { systemProbe } from './probe.ts';

export interface RedisOptions {
  /** Made when missing. */
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Approximate bytes that keys and values may take. */
  readonly maximumBytes?: number;
  /** `system` needs redis-server or valkey-server on PATH; left out: that if there, else our own. */
  readonly program?: 'system' | 'embedded';
  /** Whose child it becomes; left out: it gets a supervisor of its own for its data folder. */
  readonly supervisor?: Supervisor;
  /** Left out: `redis.log` in the data folder. */
  readonly logFile?: string;
  readonly onExit?: (exit: ProcessExit) => void;
}

export interface RedisEngine {
  readonly port: number;
  /** For ioredis. */
  readonly url: string;
  /** Which program serves: what it is called, or `resp-server`, our own. */
  readonly program: string;
  readonly pid: number | undefined;
  readonly process: ManagedProcess;
  stop(): Promise<void>;
}

const systemPrograms = ['redis-server', 'valkey-server'] as const;
const ownProgram = 'resp-server';
const ownScript = resolve(import.meta.dirname, 'resp-server', 'main.ts');
/** Filled to it, our own server takes about 200 MB resident, and twice that for a while when it evicts without pause. */
const defaultMaximumBytes = 64 * 1024 * 1024;
const startTimeoutMillis = 30_000;
const stop = { signals: ['SIGTERM'], waitMillis: 10_000 } as const;

/** The Redis or Valkey of this machine as an absolute path; undefined when there is none. */
export function findSystemRedis(path: string = inheritedEnvironment().PATH ?? ''): string | undefined {
  const candidates = systemPrograms.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  return candidates.find((file) => existsSync(file));
}

/**
 * Starts a Redis on 127.0.0.1 and resolves when it answers. It is a cache: data survives an orderly stop always, and
 * a SIGKILL up to the last second with a real Redis, not at all with our own server.
 */
export async function startRedis(wanted: RedisOptions): Promise<RedisEngine> {
  const options = { ...wanted, dataDir: resolve(wanted.dataDir) };
  const program = chooseProgram(options);
  const supervisor = options.supervisor ?? (await Supervisor.open(options.dataDir));
  try {
    const port = options.port || (await freePort());
    refuseConflicts(await checkPorts([{ name: 'redis', port }]));
    await mkdir(options.dataDir, { recursive: true }).catch((error) => {
      throw unwritable(options.dataDir, error);
    });
    const server = await supervisor.start(specOf(options, port, program));
    return engineOf(server, port, () => (options.supervisor ? supervisor.stopProcess(server) : supervisor.stop()));
  } catch (error) {
    if (!options.supervisor) await supervisor.stop();
    throw error;
  }
}

/** The path of a system's server, undefined for our own. */
function chooseProgram({ program }: RedisOptions): string | undefined {
  const found = program === 'embedded' ? undefined : findSystemRedis();
  if (program !== 'system' || found) return found;
  throw new LocalError('REDIS_MISSING', {
    detail: `Neither ${systemPrograms.join(' nor ')} is on PATH.`,
    fix: 'Install one of them, or leave the choice to the platform, which brings a small server of its own.',
  });
}

function specOf(options: RedisOptions, port: number, program: string | undefined): ProcessSpec {
  const { dataDir, onExit, logFile = join(dataDir, 'redis.log') } = options;
  return {
    name: 'redis',
    ...(program ? systemCommand(program, port, options) : ownCommand(port, options)),
    logFile,
    stage: 0,
    restart: restartAlways,
    stop,
    port,
    ...(onExit ? { onExit } : {}),
  };
}

function systemCommand(program: string, port: number, { dataDir, maximumBytes }: RedisOptions) {
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: dataDir,
    appendonly: 'yes',
    save: '',
    maxmemory: maximumBytes ?? defaultMaximumBytes,
    'maxmemory-policy': 'allkeys-lru',
    daemonize: 'no',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const probe = () => systemProbe(port);
  return { command: program, args, ready: { kind: 'probe', probe, timeoutMillis: startTimeoutMillis } } as const;
}

function ownCommand(port: number, { dataDir, maximumBytes }: RedisOptions) {
  const env = {
    RESP_PORT: String(port),
    RESP_DATA_DIR: dataDir,
    RESP_MAXIMUM_BYTES: String(maximumBytes ?? defaultMaximumBytes),
  };
  const accept = (line: Readonly<Record<string, unknown>>) => line.ready === true;
  return {
    ...nodeCommand(ownScript),
    env,
    ready: { kind: 'json-line', accept, timeoutMillis: startTimeoutMillis },
  } as const;
}

function engineOf(server: ManagedProcess, port: number, stopEngine: () => Promise<void>): RedisEngine {
  const own = server.spec.command === process.execPath;
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    program: own ? ownProgram : (systemPrograms.find((name) => server.spec.command.endsWith(name)) ?? ownProgram),
    process: server,
    get pid() {
      return server.pid;
    },
    stop: stopEngine,
  };
}
