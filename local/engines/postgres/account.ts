import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalError } from '../../processes/index.ts';

/**
 * PostgreSQL refuses to run as root. For everybody else this is the user itself and nothing changes; root hands the
 * cluster to its owner, or to an account without rights that is there already (no account is ever created).
 */
export interface Account {
  /** Undefined: we run it as ourselves. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Put before the command where the account could not reach the files otherwise. */
  readonly prefix: readonly string[];
}

const candidates = ['postgres', 'nobody'] as const;

/** The account for a cluster folder, which need not exist yet. `binary` must be executable by it. */
export function accountFor(clusterFolder: string, binary: string): Account {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const user = ownerOf(clusterFolder) ?? unprivilegedUser();
  const parent = dirname(clusterFolder);
  if (canReach(user, binary, parent)) return { user, prefix: [] };
  const prefix = reachingPrefix(user);
  if (succeeds([...prefix, binary, '--version'])) return { prefix, user };
  throw new LocalError('FOLDER_UNREACHABLE', {
    detail: `PostgreSQL does not run as root, and user ${user.uid}, whom it runs as instead, may not enter ${parent} or ${dirname(binary)}.`,
    fix: 'Run as an ordinary user, or keep the project and its data (--data) in folders that everybody may enter.',
  });
}

/** Program and arguments as this account; `spawn` gets the rest from `spawnUser`. */
export function commandFor({ prefix }: Account, program: string, args: readonly string[]) {
  const [command = program, ...rest] = [...prefix, program, ...args];
  return { command, args: rest };
}

/** The prefix changes the user itself, and can do so only as root. */
export function spawnUser({ user, prefix }: Account): { uid: number; gid: number } | undefined {
  return prefix.length === 0 ? user : undefined;
}

function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

function unprivilegedUser(): { uid: number; gid: number } {
  for (const name of candidates) {
    const [uid, gid] = ['-u', '-g'].map((flag) => numericId(flag, name));
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new LocalError('ACCOUNT_MISSING', {
    detail: `PostgreSQL does not run as root, and this machine has no user ${candidates.join(' or ')} to run it as.`,
    fix: 'Run as an ordinary user.',
  });
}

function numericId(flag: string, name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

function canReach(user: { uid: number; gid: number }, binary: string, folder: string): boolean {
  const script = 'test -x "$1" && test -x "$2"';
  return (
    spawnSync('/bin/sh', ['-c', script, 'sh', binary, folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

/**
 * A clone under /root or in a private temporary folder: the account keeps one right of root, to pass file permissions,
 * so that nothing of the user's folders has to be opened up. setpriv(1) is part of util-linux.
 */
function reachingPrefix({ uid, gid }: { uid: number; gid: number }): string[] {
  const capability = '-all,+dac_override';
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return ['setpriv', ...ids, `--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--'];
}

function succeeds([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: '/', stdio: 'ignore' }).status === 0;
}
