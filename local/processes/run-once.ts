import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inheritedEnvironment } from './environment.ts';
import { LocalError } from './errors.ts';
import { closeLog, logSize, openLog, readLog } from './log-file.ts';
import type { ProcessSpec } from './spec.ts';

/** A process that does one thing and ends, such as a migration. */
export type OneShot = Pick<ProcessSpec, 'name' | 'command' | 'args' | 'env' | 'cwd' | 'logFile'> & {
  readonly timeoutMillis: number;
};

/** Resolves when it ended with code 0. Throws a LocalError `PROCESS_FAILED` with the last line that it wrote. */
export async function runOnce({ name, command, args = [], env, cwd, logFile, timeoutMillis }: OneShot): Promise<void> {
  const fromByte = await logSize(logFile);
  const log = openLog(logFile);
  const child = spawn(command, args, {
    cwd,
    env: { ...inheritedEnvironment(), ...env },
    // Our end of stdin closes with us, and with it the child.
    stdio: ['pipe', log, log],
    timeout: timeoutMillis,
    killSignal: 'SIGKILL',
  });
  closeLog(log);
  const [code, signal] = await once(child, 'exit');
  if (code === 0) return;
  const said = (await readLog(logFile, fromByte)).trim().split('\n').at(-1);
  throw new LocalError('PROCESS_FAILED', {
    detail: `${name} ${signal ? `was ended by ${signal}` : `ended with code ${code}`}${said ? `: ${said}` : '.'}`,
    fix: `See ${logFile}.`,
  });
}
