import { setTimeout as sleep } from 'node:timers/promises';
import { readLog } from './log-file.ts';

/** When a started process counts as ready. */
export type Readiness =
  /** A GET of the address answers 2xx. */
  | { readonly kind: 'http'; readonly url: string; readonly timeoutMillis: number }
  /** A line of its output is a JSON object that `accept` takes, for example `{"listening":6379}`. */
  | {
      readonly kind: 'json-line';
      readonly accept: (line: Readonly<Record<string, unknown>>) => boolean;
      readonly timeoutMillis: number;
    }
  /** Whatever shows it: the probe is asked about this pid until it answers true; an exception means "not yet". */
  | { readonly kind: 'probe'; readonly probe: (pid: number) => Promise<boolean>; readonly timeoutMillis: number };

/** One run of a process. */
export interface ProcessRun {
  readonly pid: number;
  readonly logFile: string;
  /** Where the output of this run begins. */
  readonly fromByte: number;
}

const pollMillis = 25;
const probeTimeoutMillis = 1_000;

/** Resolves true when ready, false when the time is over; rejects when the signal fires, because the process ended. */
export async function becomesReady(ready: Readiness, run: ProcessRun, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + ready.timeoutMillis;
  const ask = questions[ready.kind] as (ready: Readiness, run: ProcessRun) => Promise<boolean>;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (await ask(ready, run).catch(() => false)) return true;
    await sleep(pollMillis, undefined, { signal });
  }
  return false;
}

type Question<Kind extends Readiness['kind']> = (
  ready: Extract<Readiness, { kind: Kind }>,
  run: ProcessRun,
) => Promise<boolean>;

const questions = {
  http: async ({ url }) => {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(probeTimeoutMillis),
      headers: { connection: 'close' },
    });
    await answer.body?.cancel();
    return answer.ok;
  },
  'json-line': async ({ accept }, { logFile, fromByte }) => {
    const text = await readLog(logFile, fromByte);
    return text.split('\n').some((line) => line.startsWith('{') && acceptsLine(line, accept));
  },
  probe: ({ probe }, { pid }) => probe(pid),
} satisfies { [Kind in Readiness['kind']]: Question<Kind> };

function acceptsLine(line: string, accept: (line: Readonly<Record<string, unknown>>) => boolean): boolean {
  try {
    const value: unknown = JSON.parse(line);
    // The line starts with a brace, so what was parsed is an object.
    return accept(value as Readonly<Record<string, unknown>>);
  } catch {
    // A line that is still being written, or one that only looks like JSON.
    return false;
  }
}
