import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './errors.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';

/** How a process is asked to end: each signal in turn with its time to obey, then SIGKILL. */
export interface StopPlan {
  readonly signals: readonly NodeJS.Signals[];
  /** For each signal. */
  readonly waitMillis: number;
}

const pollMillis = 25;
/** After SIGKILL only the kernel is waited for. */
const killWaitMillis = 5_000;

/** Ends a process that need not be a child of ours; resolves when it is gone, with whether it took SIGKILL. */
export async function terminate(identity: ProcessIdentity, plan: StopPlan): Promise<{ readonly killed: boolean }> {
  for (const signal of plan.signals) {
    if (!isAlive(identity)) return { killed: false };
    signalProcess(identity.pid, signal);
    if (await goneWithin(identity, plan.waitMillis)) return { killed: false };
  }
  killGroup(identity.pid);
  await goneWithin(identity, killWaitMillis);
  return { killed: true };
}

async function goneWithin(identity: ProcessIdentity, waitMillis: number): Promise<boolean> {
  const deadline = performance.now() + waitMillis;
  while (isAlive(identity)) {
    if (performance.now() >= deadline) return false;
    await sleep(pollMillis);
  }
  return true;
}

/** A process that ended between the look and the signal is what we wanted. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

/** Children are started as leaders of their own group, so this reaches what they started themselves, too. */
export function killGroup(pid: number): void {
  signalProcess(pid, 'SIGKILL');
  signalProcess(-pid, 'SIGKILL');
}
