import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NOT_BUILT_DIGEST } from '#catalog/names.ts';
import { gm } from '#tests/support/command-line.ts';
import { publish } from './index.ts';
import { planOf } from './plan.ts';
import { digestOf, parseRecord, RECORD_FILE } from './record.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const API = `image: registry.example/gamemetrics/analytics-api@${DIGEST}\n`;
const UNBUILT = `image: registry.example/gamemetrics/user-service@${NOT_BUILT_DIGEST}\n`;

let root = '';
const at = (...parts: readonly string[]): string => join(root, ...parts);
const inTree = (path: string): string => at('tree', path);

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const git = (...words: readonly string[]): string =>
  execFileSync('git', [...words], { cwd: at('tree'), encoding: 'utf8' }).trim();

function commitAll(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

const synthesize = (path: string, text: string): void => write(at('dist', 'gitops', path), text);

const run = (changes: Partial<Parameters<typeof publish>[0]> = {}) =>
  publish({
    from: at('dist'),
    directory: at('tree'),
    environments: ['dev'],
    reason: 'a first release',
    dryRun: false,
    ...changes,
  });

const commits = (): number => Number(git('rev-list', '--count', 'HEAD'));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gm-publish-'));
  mkdirSync(at('tree'));
  git('init', '--quiet', '--initial-branch', 'main');
  for (const [key, value] of Object.entries({ 'user.name': 'CI', 'user.email': 'ci@gamemetrics.example' }))
    git('config', key, value);
  write(inTree('README.md'), 'by hand\n');
  write(inTree('dev/by-hand.yaml'), 'ours: no\n');
  commitAll('by hand');
  synthesize('dev/api/Deployment.yaml', API);
  synthesize('dev/users/Deployment.yaml', UNBUILT);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('gm publish', () => {
  test('adds what was synthesized in one commit that says why, how much and which images', async () => {
    const { add, commit, images } = await run();
    expect(add).toEqual(['dev/api/Deployment.yaml', 'dev/users/Deployment.yaml']);
    expect(commits()).toBe(2);
    expect(git('rev-parse', 'HEAD')).toBe(commit);
    expect(git('log', '-1', '--format=%B')).toBe(
      [
        'a first release',
        '',
        'dev: 2 added, 0 changed, 0 pruned.',
        '',
        'Images:',
        `- dev registry.example/gamemetrics/analytics-api@${DIGEST}`,
        '- dev registry.example/gamemetrics/user-service@not built',
      ].join('\n'),
    );
    expect(images.map(({ built }) => built)).toEqual([true, false]);
    expect(git('status', '--porcelain')).toBe('');
  });

  test('makes no commit when the tree is right already', async () => {
    await run();
    const again = await run();
    expect([again.commit, again.add, again.change, again.prune]).toEqual([undefined, [], [], []]);
    expect(commits()).toBe(2);
  });

  test('changes and prunes what it owns, with the folders that become empty, and nothing else', async () => {
    await run();
    rmSync(at('dist', 'gitops', 'dev', 'users'), { recursive: true });
    synthesize('dev/api/Deployment.yaml', `${API}replicas: 2\n`);
    const { change, prune } = await run({ reason: 'users go' });
    expect([change, prune]).toEqual([['dev/api/Deployment.yaml'], ['dev/users/Deployment.yaml']]);
    expect(existsSync(inTree('dev/users'))).toBe(false);
    expect(readFileSync(inTree('dev/by-hand.yaml'), 'utf8')).toBe('ours: no\n');
    expect([...parseRecord(readFileSync(inTree(RECORD_FILE), 'utf8')).keys()]).toEqual(['dev/api/Deployment.yaml']);
  });

  test('leaves environments alone that are not published now', async () => {
    synthesize('prod/api/Deployment.yaml', API);
    await run({ environments: ['dev', 'prod'] });
    rmSync(at('dist', 'gitops', 'prod', 'api'), { recursive: true });
    synthesize('dev/api/Deployment.yaml', `${API}replicas: 2\n`);
    const { prune } = await run();
    expect(prune).toEqual([]);
    expect(existsSync(inTree('prod/api/Deployment.yaml'))).toBe(true);
  });

  test('puts back what was edited by hand, and says so', async () => {
    await run();
    write(inTree('dev/api/Deployment.yaml'), 'image: mine\n');
    unlinkSync(inTree('dev/users/Deployment.yaml'));
    commitAll('a quick fix');
    const { edited } = await run();
    expect(edited).toEqual(['dev/api/Deployment.yaml', 'dev/users/Deployment.yaml']);
    expect(readFileSync(inTree('dev/api/Deployment.yaml'), 'utf8')).toBe(API);
    expect(git('log', '-1', '--format=%B')).toContain('Edited by hand, and put back:\n- dev/api/Deployment.yaml');
  });

  test('publishes what the tree ignores, and takes over a file that is right already', async () => {
    write(inTree('.gitignore'), '*.yaml\n');
    write(inTree('dev/api/Deployment.yaml'), API);
    git('add', '--force', 'dev/api/Deployment.yaml');
    commitAll('ignored');
    const { add } = await run();
    expect(add).toEqual(['dev/users/Deployment.yaml']);
    expect(git('ls-files', 'dev')).toContain('dev/users/Deployment.yaml');
  });

  test('changes nothing with --dry-run', async () => {
    const { add, commit } = await run({ dryRun: true });
    expect([add.length, commit]).toEqual([2, undefined]);
    expect(git('status', '--porcelain')).toBe('');
    expect(commits()).toBe(1);
  });

  test('leaves the tree as it was when the commit is refused', async () => {
    write(inTree('.git/hooks/pre-commit'), '#!/bin/sh\necho "not on a Friday" >&2\nexit 1\n');
    execFileSync('chmod', ['+x', inTree('.git/hooks/pre-commit')]);
    await expect(run()).rejects.toThrow('not on a Friday');
    expect(git('status', '--porcelain')).toBe('');
    expect(existsSync(inTree(RECORD_FILE))).toBe(false);
  });

  const refusals: readonly (readonly [what: string, prepare: () => void, sentence: string])[] = [
    ['a file that is not committed', () => write(inTree('draft.txt'), 'x'), 'such as «draft.txt»'],
    ['a change that is not committed', () => write(inTree('README.md'), 'x'), 'such as «README.md»'],
    ['no branch', () => void git('checkout', '--quiet', '--detach'), 'is on no branch'],
    ['no repository', () => rmSync(inTree('.git'), { recursive: true }), 'is not a working tree of git'],
    ['no folder', () => rmSync(at('tree'), { recursive: true }), 'does not exist'],
    ['no output', () => rmSync(at('dist'), { recursive: true }), 'Run «npm run synth» first'],
    [
      'a file of somebody else in the way',
      () => {
        write(inTree('dev/api/Deployment.yaml'), 'mine');
        commitAll('mine');
      },
      'dev/api/Deployment.yaml would be overwritten, and nobody published them',
    ],
    [
      'a link that leads out of the tree',
      () => {
        symlinkSync(root, inTree('dev/api'));
        commitAll('a link');
      },
      'it is no plain file or folder',
    ],
    [
      'a record that nobody can read',
      () => {
        write(inTree(RECORD_FILE), '{}');
        commitAll('a record');
      },
      'is not a record of files and their digests',
    ],
  ];

  test.each(refusals)('refuses %s and changes nothing', async (_, prepare, sentence) => {
    prepare();
    await expect(run()).rejects.toThrow(sentence);
    expect(existsSync(inTree(RECORD_FILE)) && readFileSync(inTree(RECORD_FILE), 'utf8') !== '{}').toBe(false);
  });

  test('refuses a folder inside a repository, and an output without a file', async () => {
    await expect(run({ directory: inTree('dev') })).rejects.toThrow('Name its top');
    rmSync(at('dist', 'gitops', 'dev'), { recursive: true });
    mkdirSync(at('dist', 'gitops', 'dev'));
    await expect(run()).rejects.toThrow('has no file');
  });

  test.each(['../../etc/passwd', '/etc/passwd', '.git/config', 'dev//a'])(
    'does not believe a record that names %s',
    (path) => {
      const text = JSON.stringify({ version: 1, about: '', files: { [path]: digestOf('') } });
      expect(() => parseRecord(text)).toThrow('which is no file of the tree');
    },
  );

  test('prunes only what is there and owned', () => {
    const owned = new Map([
      ['dev/gone.yaml', digestOf('a')],
      ['dev/old.yaml', digestOf('b')],
    ]);
    const present = new Map([['dev/old.yaml', 'b']]);
    const plan = planOf({ wanted: new Map(), present, owned, environments: ['dev'] });
    expect([plan.prune, plan.edited]).toEqual([['dev/old.yaml'], ['dev/gone.yaml']]);
  });

  test('answers in JSON from the command line, and wants a reason', async () => {
    const words = ['publish', at('tree'), '--from', at('dist'), '--env', 'dev'];
    const refused = await gm(words);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--reason TEXT is missing')]);
    const done = await gm([...words, '--reason', 'by CI', '--json']);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ reason: 'by CI', commit: git('rev-parse', 'HEAD') });
  });
});
