import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process started, as its operating system writes it down: together with the pid it names one process for good,
 * so that a pid which was given to somebody else meanwhile is never signalled. Undefined for a process that is not
 * there or has ended and only waits to be reaped.
 * Linux: field 22 of /proc/PID/stat (proc_pid_stat(5)); elsewhere: lstart of ps(1).
 */
export function startMark(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStartMark(pid) : psStartMark(pid);
}

function linuxStartMark(pid: number): string | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The name of the program stands in parentheses and may itself hold spaces and parentheses. */
export function parseStat(stat: string): string | undefined {
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : fields[18];
}

function psStartMark(pid: number): string | undefined {
  try {
    const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
    const output = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      env,
      encoding: 'utf8',
      timeout: 2_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [state, ...words] = output.trim().split(/\s+/);
    return !state || state.startsWith('Z') ? undefined : words.join('_');
  } catch {
    return undefined;
  }
}

/** One process of one boot of this machine. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startMark: string;
  /** Ticks since boot repeat after a reboot; the boot does not. Empty where the system has no such id. */
  readonly boot: string;
}

const boot = readBoot();

function readBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Undefined when the process has ended already. */
export function identify(pid: number): ProcessIdentity | undefined {
  const mark = startMark(pid);
  return mark === undefined ? undefined : { pid, startMark: mark, boot };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identity.boot === boot && startMark(identity.pid) === identity.startMark;
}
