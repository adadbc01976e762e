import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RevisionError, withOutputs } from './revision.ts';

let repository: string;

const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words], {
    cwd: repository,
    encoding: 'utf8',
  });

/** A program that synthesizes what its revision says, or fails. */
const program = (word: string): string => `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const out = process.argv[4];
if ('${word}' === 'broken') { console.error('It is broken.'); process.exit(1); }
for (const part of ['aws', 'gitops']) mkdirSync(join(out, part), { recursive: true });
const shared = readFileSync(join(import.meta.dirname, '../node_modules/shared.txt'), 'utf8');
writeFileSync(join(out, 'word'), '${word} ' + shared);
process.exit(1);
`;

const commit = (word: string): void => {
  writeFileSync(join(repository, 'bin', 'cli.ts'), program(word));
  git('add', 'bin');
  git('commit', '--quiet', '--message', word);
};

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'gm-repository-'));
  git('init', '--quiet', '--initial-branch', 'main');
  for (const folder of ['bin', 'node_modules']) mkdirSync(join(repository, folder));
  writeFileSync(join(repository, 'node_modules', 'shared.txt'), 'installed');
  commit('first');
  commit('broken');
  commit('third');
  writeFileSync(join(repository, 'bin', 'cli.ts'), program('uncommitted'));
});

afterAll(() => rmSync(repository, { recursive: true, force: true }));

const wordsOf = (folder: string): string => readFileSync(join(folder, 'word'), 'utf8');

describe('a revision beside the working tree', () => {
  test.each([
    ['HEAD', 'third installed'],
    ['HEAD~2', 'first installed'],
    ['main', 'third installed'],
  ])(
    '%s is synthesized as it was committed, with the packages that are installed, findings or not',
    async (revision, expected) => {
      const found = await withOutputs(repository, revision, ({ before, after }) =>
        Promise.resolve([wordsOf(before), wordsOf(after)]),
      );
      expect(found).toEqual([expected, 'uncommitted installed']);
    },
  );

  test('leaves nothing behind: no folder, no worktree', async () => {
    let folder = '';
    await withOutputs(repository, 'HEAD', ({ before }) => {
      folder = before;
      return Promise.resolve();
    });
    expect(existsSync(folder)).toBe(false);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['nonsense', '«nonsense» is no revision of this repository. Name a branch, a tag or a commit.'],
    ['--help', '«--help» is no revision of this repository. Name a branch, a tag or a commit.'],
    ['HEAD~1', '«HEAD~1» cannot be synthesized: It is broken.'],
  ])('%s is refused with a sentence', async (revision, sentence) => {
    const refused = withOutputs(repository, revision, () => Promise.resolve());
    await expect(refused).rejects.toThrow(RevisionError);
    await expect(refused).rejects.toThrow(sentence);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  });
});
