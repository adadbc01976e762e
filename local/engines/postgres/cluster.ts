import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inheritedEnvironment, LocalError, systemCode } from '../../processes/index.ts';
import { type Account, commandFor, spawnUser } from './account.ts';
import { type Binaries, postgresMajor } from './binaries.ts';
import { explainPostgres } from './explain.ts';

export const superuser = 'postgres';
const initTimeoutMillis = 120_000;

/** True when the folder holds a cluster that these binaries can open; throws when it is one of another major version. */
export function hasCluster(folder: string): boolean {
  const version = readVersion(folder);
  if (version === undefined || version === postgresMajor) return version !== undefined;
  throw new LocalError('POSTGRES_VERSION', {
    detail: `The data in ${folder} was written by PostgreSQL ${version}, and this is PostgreSQL ${postgresMajor}.`,
    fix: `Go back to a release with PostgreSQL ${version} to export the data, or start empty with --reset.`,
  });
}

function readVersion(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    throw new LocalError('POSTGRES_DATA_UNREADABLE', {
      detail: `The data folder ${folder} cannot be read (${code}).`,
      fix: 'Start as its owner, or choose another folder with --data.',
      cause: error,
    });
  }
}

/**
 * Makes a cluster: UTF-8, the same sort order on every system, passwords by SCRAM for every connection. It is made
 * beside its place and then renamed, so that an interrupted start leaves nothing half made.
 */
export async function createCluster(
  folder: string,
  superuserPassword: string,
  { binaries, account }: { readonly binaries: Binaries; readonly account: Account },
): Promise<void> {
  const place: Place = {
    unfinished: `${folder}.unfinished`,
    passwordFile: join(dirname(folder), `.password.${process.pid}`),
  };
  try {
    prepareFolders(place, superuserPassword, account);
    await runInitdb(place, binaries, account);
    renameSync(place.unfinished, folder);
  } catch (error) {
    rmSync(place.unfinished, { recursive: true, force: true });
    throw error instanceof LocalError ? error : cannotCreate(folder, error);
  } finally {
    rmSync(place.passwordFile, { force: true });
  }
}

interface Place {
  readonly unfinished: string;
  readonly passwordFile: string;
}

function prepareFolders({ unfinished, passwordFile }: Place, password: string, { user }: Account): void {
  mkdirSync(dirname(unfinished), { recursive: true });
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
}

function cannotCreate(folder: string, error: unknown): LocalError {
  const code = systemCode(error);
  const known = { ENOSPC: 'No space left on device', EACCES: 'Permission denied', EROFS: 'Read-only file system' };
  const explained = code && code in known ? explainPostgres(known[code as keyof typeof known]) : undefined;
  return (
    explained ??
    new LocalError('POSTGRES_INIT_FAILED', {
      detail: `The data folder ${folder} cannot be made (${code ?? String(error)}).`,
      fix: 'Choose another folder with --data.',
      cause: error,
    })
  );
}

function runInitdb({ unfinished, passwordFile }: Place, binaries: Binaries, account: Account): Promise<void> {
  const { command, args } = commandFor(account, binaries.initdb, [
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The builtin C.UTF-8 needs no locale of the machine: https://www.postgresql.org/docs/18/locale.html
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]);
  const options = { env: inheritedEnvironment(), cwd: '/', timeout: initTimeoutMillis, ...spawnUser(account) };
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve();
      const said = stderr.trim().split('\n').at(-1) ?? '';
      const unknown = {
        detail: `PostgreSQL could not make its data folder ${unfinished}: ${said}`,
        fix: 'Choose another folder with --data.',
      };
      return reject(explainPostgres(stdout + stderr) ?? new LocalError('POSTGRES_INIT_FAILED', unknown));
    });
  });
}

/** The cluster's place within the data folder of the engine, beside its log and its records. */
export function clusterFolderOf(dataFolder: string): string {
  return join(dataFolder, 'cluster');
}
