import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KafkaError } from './errors.ts';

interface Holder {
  readonly pid: number;
  /** The script that the process runs: a process id alone may have been given to somebody else since. */
  readonly script: string;
}

const lockName = 'broker.lock';
const lockedHere = new Set<string>();

/**
 * Takes a data directory for one broker; returns what gives it back. A lock of a process that is gone is taken over.
 * @throws KafkaError INVALID_REQUEST naming the holder
 */
export const lockDirectory = (dataDir: string): (() => void) => {
  const directory = resolve(dataDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, lockName);
  const holder = readHolder(path);
  if (lockedHere.has(directory) || (holder !== undefined && isAlive(holder))) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `The data directory ${directory} is in use by process ${holder?.pid ?? process.pid}. Stop it, or choose another directory.`,
    );
  }
  writeFileSync(path, JSON.stringify({ pid: process.pid, script: process.argv[1] ?? '' } satisfies Holder));
  lockedHere.add(directory);
  return () => {
    lockedHere.delete(directory);
    rmSync(path, { force: true });
  };
};

const readHolder = (path: string): Holder | undefined => {
  try {
    // Written above; a file that is torn or something else is no lock.
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    return Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
};

/** Our own process id in a lock that we do not hold is left over from an earlier life (containers: always 1). */
const isAlive = ({ pid, script }: Holder): boolean => {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return runsScript(pid, script);
};

const runsScript = (pid: number, script: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(script);
  } catch {
    // No /proc on this system: a live process with that id is taken at its word.
    return true;
  }
};
