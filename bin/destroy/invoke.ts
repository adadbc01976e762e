import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ExplainedError } from '#catalog/index.ts';
import type { Invocation } from '#verify/destroy/index.ts';

export interface Answer {
  readonly code: number;
  /** Without blanks at its ends. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A step failed; what was done stays done, and the plan can be run again. */
export class DestroyError extends ExplainedError {
  override readonly name = 'DestroyError';
}

/** Answers are lists of names; a page of a bucket is the largest. */
const ANSWER_BYTES = 8_388_608;

export const typed = ({ program, words }: Invocation): string =>
  [program, ...words]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');

/** Runs a program and waits for its end. @throws DestroyError when it cannot be started or says too much. */
export async function invoke(invocation: Invocation): Promise<Answer> {
  const { program, words } = invocation;
  const child = spawn(program, [...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof texts) => (chunk: Buffer) => {
    texts[name] += chunk.toString('utf8');
    if (texts[name].length > ANSWER_BYTES) child.kill();
  };
  child.stdout.on('data', collect('stdout'));
  child.stderr.on('data', collect('stderr'));
  try {
    const [code, signal] = await once(child, 'close');
    if (signal) throw new Error(`it was ended by ${String(signal)}`);
    return { code: Number(code), stdout: texts.stdout.trim(), stderr: texts.stderr.trim() };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DestroyError('PROGRAM_FAILED', `«${typed(invocation)}» could not be run: ${why}.`, { cause });
  }
}

/** What a program says. @throws DestroyError with its last words when it fails. */
export async function answerOf(invocation: Invocation): Promise<string> {
  const { code, stdout, stderr } = await invoke(invocation);
  if (code === 0) return stdout;
  const words = stderr.split('\n').at(-1) || `exit code ${code}`;
  throw new DestroyError(
    'STEP_FAILED',
    `«${typed(invocation)}» failed: ${words}. Mend it and run the command again: what is gone is skipped.`,
  );
}
