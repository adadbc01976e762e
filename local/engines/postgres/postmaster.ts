import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify, type StopPlan, terminate } from '../../processes/index.ts';

/** SIGINT is the fast shutdown of `pg_ctl stop -m fast`, SIGQUIT the immediate one (recovery at the next start). */
export const stopPlan: StopPlan = { signals: ['SIGINT', 'SIGQUIT'], waitMillis: 10_000 };

/** What a running server writes into its cluster folder (utils/pidfile.h of PostgreSQL 18). */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | 'unknown';
}

const line = { pid: 0, port: 3, status: 7 } as const;
const statuses = ['starting', 'stopping', 'ready', 'standby'] as const;

/** Undefined when no server runs, or none that got as far as writing it. */
export function readPostmasterFile(clusterFolder: string): PostmasterFile | undefined {
  try {
    return parsePostmasterFile(readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n').map((each) => each.trim());
  // A standalone backend writes its pid negated.
  const pid = Math.abs(Number(lines[line.pid]));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  const status = statuses.find((each) => each === lines[line.status]) ?? 'unknown';
  return { pid, port: Number(lines[line.port] ?? 0) || 0, status };
}

/**
 * Makes way for a start: a server that was left behind in this folder is stopped in order, and a file that is
 * torn or whose pid belongs to another program by now is removed, because PostgreSQL would refuse to start over it.
 */
export async function endLeftover(clusterFolder: string): Promise<PostmasterFile | undefined> {
  const found = readPostmasterFile(clusterFolder);
  const identity = found && identify(found.pid);
  if (identity && worksIn(identity.pid, clusterFolder)) {
    await terminate(identity, stopPlan);
    return found;
  }
  // With the pid of an ended process it stays: PostgreSQL reads in it which shared memory to wait for.
  if (found && !identity) return undefined;
  rmSync(join(clusterFolder, 'postmaster.pid'), { force: true });
  return undefined;
}

/** A server's working folder is its cluster; where that cannot be read, its command line names it. */
function worksIn(pid: number, clusterFolder: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterFolder);
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(clusterFolder);
  } catch {
    // Another user's process: not one that we started.
    return false;
  }
}
