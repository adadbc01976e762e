import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ExplainedError } from '#catalog/index.ts';
import { git } from './git.ts';

const run = promisify(execFile);

/** A synthesis takes seconds; one that takes minutes hangs. */
const SYNTHESIS_MILLIS = 300_000;
const OUTPUT_BYTES = 16_777_216;

/** The revision cannot be compared: there is no such revision, no repository, or it does not synthesize. */
export class RevisionError extends ExplainedError {
  override readonly name = 'RevisionError';
}

const wordsOf = (error: unknown): string => {
  const { stderr, message } = error as { readonly stderr?: string; readonly message?: string };
  return (stderr?.trim() || message || String(error)).split('\n').at(-1) ?? '';
};

/** The commit of a revision. @throws RevisionError when the repository has none of this name. */
export async function commitOf(repository: string, revision: string): Promise<string> {
  try {
    return (
      await git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
    ).trim();
  } catch (cause) {
    throw new RevisionError(
      'REVISION_UNKNOWN',
      `«${revision}» is no revision of this repository. Name a branch, a tag or a commit.`,
      { cause },
    );
  }
}

/**
 * Runs the synthesis of a source tree into a folder. Findings of policies do not stop it: what was written is compared.
 * @throws RevisionError when nothing was written.
 */
export async function synthesizeSource(source: string, outdir: string, what: string): Promise<void> {
  const words = [join(source, 'bin', 'cli.ts'), 'synth', '--out', outdir];
  const options = { cwd: source, timeout: SYNTHESIS_MILLIS, maxBuffer: OUTPUT_BYTES };
  const failure = await run(process.execPath, words, options).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (existsSync(join(outdir, 'aws')) && existsSync(join(outdir, 'gitops'))) return;
  throw new RevisionError('SYNTHESIS_FAILED', `${what} cannot be synthesized: ${wordsOf(failure)}`, { cause: failure });
}

/** Lends the source of a commit in a folder of its own, with the packages that are installed here. */
async function withWorktree(
  repository: string,
  commit: string,
  work: (source: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gm-base-'));
  const source = join(folder, 'source');
  try {
    await git(repository, ['worktree', 'add', '--detach', '--quiet', source, commit]);
    await symlink(join(repository, 'node_modules'), join(source, 'node_modules'), 'dir');
    await work(source);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await git(repository, ['worktree', 'prune']).catch(() => undefined);
  }
}

export interface Outputs {
  readonly before: string;
  readonly after: string;
}

/** Synthesizes a revision and the working tree side by side, and lends both outputs. */
export async function withOutputs<Result>(
  repository: string,
  revision: string,
  work: (outputs: Outputs) => Promise<Result>,
): Promise<Result> {
  const commit = await commitOf(repository, revision);
  const folder = await mkdtemp(join(tmpdir(), 'gm-diff-'));
  const outputs = { before: join(folder, 'before'), after: join(folder, 'after') };
  try {
    await Promise.all([
      withWorktree(repository, commit, (source) => synthesizeSource(source, outputs.before, `«${revision}»`)),
      synthesizeSource(repository, outputs.after, 'The working tree'),
    ]);
    return await work(outputs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
