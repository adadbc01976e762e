import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RestartPolicy } from './back-off.ts';
import type { LocalError } from './errors.ts';
import type { Readiness } from './readiness.ts';
import type { StopPlan } from './terminate.ts';

/** One child process of the platform on this machine. */
export interface ProcessSpec {
  /** Names its record, its log and every message about it. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** On top of the little that is inherited (PATH, HOME, locale, time zone). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** To run as somebody else; only root can. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Both its output streams are appended here. */
  readonly logFile: string;
  readonly ready: Readiness;
  /** The highest stage is stopped first, one stage after the other; within a stage all at once. */
  readonly stage: number;
  /** Left out: not started again. Only a process that was ready once is started again. */
  readonly restart?: RestartPolicy;
  readonly stop?: StopPlan;
  /** The port that it will listen on, for messages. */
  readonly port?: number;
  /** It ends by itself when we are gone, as children of `nodeCommand` do. */
  readonly watchesParent?: boolean;
  readonly onExit?: (exit: ProcessExit) => void;
  /** Makes one clear error of what it wrote before it ended unready; undefined: the last line is quoted. */
  readonly explain?: (output: string) => LocalError | undefined;
}

export interface ProcessExit {
  readonly name: string;
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It was asked to stop. */
  readonly expected: boolean;
  /** When it will be started again; undefined: not at all. */
  readonly restartInMillis?: number;
}

export type ProcessState =
  | 'starting'
  | 'ready'
  /** Ended by itself; waits for its next start. */
  | 'waiting'
  | 'stopping'
  | 'stopped'
  /** Ended by itself and is not started again. */
  | 'failed';

/** Long enough for a service to drain. */
export const defaultStop: StopPlan = { signals: ['SIGTERM'], waitMillis: 10_000 };

const parentWatch = pathToFileURL(resolve(import.meta.dirname, 'parent-watch.ts')).href;

/** A script that runs on our own Node and ends gracefully when we are gone. */
export function nodeCommand(script: string, args: readonly string[] = [], nodeFlags: readonly string[] = []) {
  return {
    command: process.execPath,
    args: [...nodeFlags, '--import', parentWatch, script, ...args],
    watchesParent: true,
  } as const;
}
