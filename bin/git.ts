import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { ExplainedError } from '#catalog/index.ts';

const run = promisify(execFile);

const OUTPUT_BYTES = 67_108_864;

/** Git refused or is not there. */
export class GitError extends ExplainedError {
  override readonly name = 'GitError';
}

const wordsOf = (error: unknown): string => {
  const { stderr, message, code } = error as { readonly stderr?: string; readonly message?: string; code?: unknown };
  if (code === 'ENOENT') return 'there is no git on the PATH, or no such folder';
  return (stderr?.trim() || message || String(error)).split('\n').at(-1) ?? '';
};

/** What git prints, as it is. @throws GitError with its last words. */
export async function git(folder: string, words: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('git', [...words], { cwd: folder, maxBuffer: OUTPUT_BYTES });
    return stdout;
  } catch (cause) {
    throw new GitError('GIT_FAILED', `git ${words.join(' ')} failed: ${wordsOf(cause)}`, { cause });
  }
}

/** The same, for what reads its input. */
export async function gitWith(folder: string, words: readonly string[], input: string): Promise<void> {
  const child = spawn('git', [...words], { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  // Whatever git says by its exit code is the better message than a pipe that it closed.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new GitError(
      'GIT_FAILED',
      `git ${words.join(' ')} failed: ${said.trim().split('\n').at(-1) || `code ${code}`}`,
    );
}
