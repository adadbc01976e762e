import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KIB = 1024;

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly residentKiB: number;
  readonly cpuSeconds: number;
}

/** `[[days-]hours:]minutes:seconds`, as ps(1) prints it. */
export function secondsOf(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  const parts = (clock ?? '').split(':').map(Number);
  return Number(days) * 86_400 + parts.reduce((sum, part) => sum * 60 + part, 0);
}

async function rows(): Promise<readonly Row[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=,time='], {
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, resident, time]) => ({
      pid: Number(pid),
      parent: Number(parent),
      residentKiB: Number(resident),
      cpuSeconds: secondsOf(time ?? ''),
    }));
}

export interface Usage {
  /** Of the largest process of that name: PostgreSQL is one process a connection, each with the shared buffers. */
  readonly residentMiB: number;
  /** Of all of them. */
  readonly cpuSeconds: number;
}

/** What each process and its children hold now and have used so far; ps(1) counts CPU in whole seconds on Linux. */
export async function usageOf(processes: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, Usage>> {
  const all = await rows();
  const leaders = new Set(processes.values());
  return new Map(
    [...processes].map(([name, leader]) => {
      const own = all.filter(({ pid, parent }) => pid === leader || (parent === leader && !leaders.has(pid)));
      const residentMiB = Math.max(0, ...own.map(({ residentKiB }) => residentKiB)) / KIB;
      return [name, { residentMiB, cpuSeconds: own.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) }];
    }),
  );
}

/** The largest resident size of each process that any look saw. */
export class Residents {
  readonly #largest = new Map<string, number>();

  look(usage: ReadonlyMap<string, Usage>): void {
    for (const [name, { residentMiB }] of usage)
      this.#largest.set(name, Math.max(this.#largest.get(name) ?? 0, residentMiB));
  }

  get largest(): ReadonlyMap<string, number> {
    return this.#largest;
  }
}
