import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { git, gitWith } from '../git.ts';
import type { Files } from './plan.ts';
import { PublishError } from './record.ts';

/** Every file below a folder, by its path from there with `/`. */
export function filesBelow(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8')]),
  );
}

/** A working tree of git whose top is this folder and which has nothing uncommitted. */
export class GitOpsTree {
  readonly #top: string;

  private constructor(top: string) {
    this.#top = top;
  }

  /** @throws PublishError when the folder is not such a tree. */
  static async open(folder: string): Promise<GitOpsTree> {
    if (!existsSync(folder))
      throw new PublishError('TREE_MISSING', `${folder} does not exist. Clone the GitOps repository there first.`);
    const top = await git(folder, ['rev-parse', '--show-toplevel']).catch((cause: unknown) => {
      const sentence = `${folder} is not a working tree of git. Clone the GitOps repository there, or run «git init».`;
      throw new PublishError('NO_REPOSITORY', sentence, { cause });
    });
    if (realpathSync(top.trim()) !== realpathSync(folder))
      throw new PublishError('NOT_THE_TOP', `${folder} is inside the repository ${top.trim()}. Name its top.`);
    const tree = new GitOpsTree(realpathSync(folder));
    await tree.#refuseUnfinished();
    return tree;
  }

  async #refuseUnfinished(): Promise<void> {
    const status = await git(this.#top, ['status', '--porcelain', '--untracked-files=all']);
    const lines = status.split('\n').filter((line) => line !== '');
    if (lines.length > 0)
      throw new PublishError(
        'TREE_DIRTY',
        `${this.#top} has changes that are not committed, such as «${lines[0]?.slice(3)}». Commit them or put them away.`,
      );
    await git(this.#top, ['symbolic-ref', '--quiet', 'HEAD']).catch((cause: unknown) => {
      const sentence = `${this.#top} is on no branch, so a commit would be lost. Check one out.`;
      throw new PublishError('NO_BRANCH', sentence, { cause });
    });
  }

  /** The file of a path. @throws PublishError when a link on the way leads somewhere else. */
  #file(path: string): string {
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const file = join(this.#top, ...parts.slice(0, depth));
      const entry = lstatSync(file, { throwIfNoEntry: false });
      if (entry === undefined) break;
      const isRight = depth === parts.length ? entry.isFile() : entry.isDirectory();
      if (!isRight)
        throw new PublishError(
          'PATH_TAKEN',
          `${file} is in the way of ${path}: it is no plain file or folder. Remove it.`,
        );
    }
    return join(this.#top, ...parts);
  }

  read(path: string): string | undefined {
    const file = this.#file(path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  write(path: string, text: string): void {
    const file = this.#file(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** With the folders that become empty. */
  remove(path: string): void {
    const file = this.#file(path);
    rmSync(file);
    let folder = dirname(file);
    while (folder !== this.#top && readdirSync(folder).length === 0) {
      rmdirSync(folder);
      folder = dirname(folder);
    }
  }

  /** One commit of these paths. When it fails, the tree is as it was before. */
  async commit(paths: readonly string[], message: string): Promise<string> {
    try {
      const named = ['--pathspec-from-file=-', '--pathspec-file-nul'];
      // What is ignored elsewhere is published all the same: Argo CD reads the repository, not somebody's folder.
      await gitWith(this.#top, ['--literal-pathspecs', 'add', '--all', '--force', ...named], paths.join('\0'));
      await gitWith(this.#top, ['commit', '--quiet', '--file=-', '--cleanup=verbatim'], message);
    } catch (cause) {
      await this.#restore(paths);
      throw cause;
    }
    return (await git(this.#top, ['rev-parse', 'HEAD'])).trim();
  }

  async #restore(paths: readonly string[]): Promise<void> {
    const hasCommit = await git(this.#top, ['rev-parse', '--verify', '--quiet', 'HEAD']).then(
      () => true,
      () => false,
    );
    if (hasCommit) {
      await git(this.#top, ['reset', '--quiet', '--hard', 'HEAD']);
      return;
    }
    await git(this.#top, ['rm', '--quiet', '-r', '--cached', '--ignore-unmatch', '.']);
    for (const path of paths) if (this.read(path) !== undefined) this.remove(path);
  }
}
