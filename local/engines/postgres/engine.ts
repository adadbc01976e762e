import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkPorts, freePort, refuseConflicts } from '../../ports/index.ts';
import {
  LocalError,
  type ManagedProcess,
  type ProcessExit,
  type ProcessSpec,
  restartAlways,
  Supervisor,
} from '../../processes/index.ts';
import { type Account, accountFor, commandFor, spawnUser } from './account.ts';
import { locateBinaries } from './binaries.ts';
import { clusterFolderOf, createCluster, hasCluster } from './cluster.ts';
import { explainPostgres } from './explain.ts';
import { endLeftover, readPostmasterFile, stopPlan } from './postmaster.ts';
import { type AdminAccess, checkSuperuser, connectionString, ensureDatabase, ensureRole } from './roles.ts';
import { type PostgresSettings, settingArguments } from './settings.ts';

export interface PostgresOptions {
  /** Made when missing; holds `cluster/` and the log. */
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly superuserPassword: string;
  /** Server parameters over those of settings.ts. */
  readonly settings?: PostgresSettings;
  /** Whose child it becomes; left out: it gets a supervisor of its own for its data folder. */
  readonly supervisor?: Supervisor;
  /** Left out: `postgres.log` in the data folder. */
  readonly logFile?: string;
  readonly onExit?: (exit: ProcessExit) => void;
}

export interface PostgresEngine {
  readonly port: number;
  /** Of the server; undefined while it is being started again. */
  readonly pid: number | undefined;
  readonly process: ManagedProcess;
  /** A URL for node-postgres and psql. */
  connectionString(database: string, role: string, password: string): string;
  ensureDatabase(database: { readonly name: string; readonly owner: string }): Promise<void>;
  ensureRole(role: { readonly name: string; readonly password: string }): Promise<void>;
  /** Fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
}

const startTimeoutMillis = 60_000;
/** After a SIGKILL the server's children need a moment to notice. */
const stillEnding = { attempts: 40, pauseMillis: 250 } as const;

/**
 * Starts a real PostgreSQL on 127.0.0.1 and resolves when it takes connections. The data folder is made at the first
 * start and found again by the next one; a server that a killed parent left there is stopped first; one that ends by
 * itself is started again. Throws a LocalError for whatever the user can put right.
 */
export async function startPostgres(wanted: PostgresOptions): Promise<PostgresEngine> {
  const options = { ...wanted, dataDir: resolve(wanted.dataDir) };
  const supervisor = options.supervisor ?? (await Supervisor.open(options.dataDir));
  try {
    const access = { port: options.port || (await freePort()), superuserPassword: options.superuserPassword };
    const server = await startServer(options, access.port, supervisor);
    await checkSuperuser(access).catch(async (error) => {
      await supervisor.stopProcess(server);
      throw error;
    });
    return engineOf(server, access, () => (options.supervisor ? supervisor.stopProcess(server) : supervisor.stop()));
  } catch (error) {
    if (!options.supervisor) await supervisor.stop();
    throw error;
  }
}

async function startServer(options: PostgresOptions, port: number, supervisor: Supervisor): Promise<ManagedProcess> {
  const folder = clusterFolderOf(options.dataDir);
  const binaries = locateBinaries();
  const exists = hasCluster(folder);
  const account = accountFor(folder, binaries.postgres);
  if (exists) await endLeftover(folder);
  refuseConflicts(await checkPorts([{ name: 'postgres', port }]));
  if (!exists) await createCluster(folder, options.superuserPassword, { binaries, account });
  return startWhenFree(supervisor, specOf(options, port, { account, program: binaries.postgres }));
}

function specOf(
  { dataDir, settings, onExit, logFile = join(dataDir, 'postgres.log') }: PostgresOptions,
  port: number,
  { account, program }: { readonly account: Account; readonly program: string },
): ProcessSpec {
  const folder = clusterFolderOf(dataDir);
  const user = spawnUser(account);
  return {
    name: 'postgres',
    ...commandFor(account, program, ['-D', folder, '-p', String(port), ...settingArguments(settings)]),
    cwd: '/',
    ...(user ? { user } : {}),
    logFile,
    ready: { kind: 'probe', probe: (pid) => takesConnections(folder, pid), timeoutMillis: startTimeoutMillis },
    stage: 0,
    restart: restartAlways,
    stop: stopPlan,
    port,
    explain: explainPostgres,
    ...(onExit ? { onExit } : {}),
  };
}

/** A standby says so and takes connections too; waiting for "ready" there would be waiting for ever. */
async function takesConnections(folder: string, pid: number): Promise<boolean> {
  const file = readPostmasterFile(folder);
  // The file of a killed predecessor stays and still says ready.
  return file?.pid === pid && (file.status === 'ready' || file.status === 'standby');
}

async function startWhenFree(supervisor: Supervisor, spec: ProcessSpec): Promise<ManagedProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await supervisor.start(spec);
    } catch (error) {
      const ending = error instanceof LocalError && error.code === 'POSTGRES_STILL_ENDING';
      if (!ending || attempt === stillEnding.attempts) throw error;
      await sleep(stillEnding.pauseMillis);
    }
  }
}

function engineOf(server: ManagedProcess, access: AdminAccess, stop: () => Promise<void>): PostgresEngine {
  return {
    port: access.port,
    process: server,
    get pid() {
      return server.pid;
    },
    connectionString: (database, role, password) => connectionString(access.port, database, { role, password }),
    ensureDatabase: (database) => ensureDatabase(access, database),
    ensureRole: (role) => ensureRole(access, role),
    stop,
  };
}
