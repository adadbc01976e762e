import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { catalog } from '#catalog/index.ts';
import { commands } from '../commands/index.ts';
import { ciFacts } from './ci.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly 'runs-on'?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<
    Record<string, { readonly inputs?: Readonly<Record<string, { readonly options?: string[] }>> }>
  >;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: { readonly steps: readonly Step[] };
}

const files = globSync('.github/{workflows/*.yml,actions/*/action.yml}', { cwd: ROOT }).sort();
const textOf = (file: string): string => readFileSync(resolve(ROOT, file), 'utf8');
const read = (file: string): Workflow => parse(textOf(file));
const workflows = files.filter((file) => file.includes('/workflows/')).map((file) => ({ file, ...read(file) }));
const jobs = workflows.flatMap(({ file, jobs: all = {} }) =>
  Object.entries(all).map(([name, job]) => ({ name: `${file} ${name}`, job })),
);
const steps = files.flatMap((file) => {
  const { jobs: all = {}, runs } = read(file);
  return [...Object.values(all).flatMap((job) => job.steps ?? []), ...(runs?.steps ?? [])].map((step) => ({
    file,
    step,
  }));
});

/** `gm WORDS` in a script, with the options that it names. */
const calls = steps.flatMap(({ file, step: { run = '' } }) =>
  [...run.matchAll(/npm run --silent (?:gm -- (\w+)|(\w+) --|(\w+))([^|)&\n]*)/g)].map(
    ([, gm, script, plain, rest = '']) => ({
      file,
      name: gm ?? script ?? plain ?? '',
      options: [...rest.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => option),
    }),
  ),
);

describe('the workflows', () => {
  test('are read by this test', () => {
    expect(workflows.length).toBeGreaterThan(4);
    expect(calls.length).toBeGreaterThan(8);
  });

  test('pin every action of somebody else by the commit, and say which version it is', () => {
    const foreign = files.flatMap((file) =>
      textOf(file)
        .split('\n')
        .filter((line) => /^\s*(- )?uses: [^.]/.test(line)),
    );
    expect(foreign.length).toBeGreaterThan(10);
    expect(foreign.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/.test(line))).toEqual([]);
  });

  test('may read the repository and nothing more, unless a job says so', () => {
    expect(workflows.map(({ permissions }) => permissions)).toEqual(workflows.map(() => ({ contents: 'read' })));
  });

  test('get a token of GitHub only where a role of AWS is assumed', () => {
    const assumes = ({ job }: (typeof jobs)[number]): boolean =>
      job.steps?.some(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@')) ?? false;
    const asks = ({ job }: (typeof jobs)[number]): boolean => job.permissions?.['id-token'] === 'write';
    expect(jobs.filter((job) => asks(job) !== assumes(job)).map(({ name }) => name)).toEqual([]);
    expect(jobs.filter(asks).length).toBeGreaterThan(1);
  });

  test('know no long-lived key of AWS', () => {
    expect(files.filter((file) => /aws[-_](access[-_]key|secret[-_]access)/i.test(textOf(file)))).toEqual([]);
  });

  test('end: every job of their own has a limit of time', () => {
    expect(jobs.filter(({ job }) => job['runs-on'] && !job['timeout-minutes']).map(({ name }) => name)).toEqual([]);
  });

  test('leave no token of GitHub on the disk of a job that runs code of a pull request', () => {
    const ours = steps.filter(
      ({ step }) => step.uses?.startsWith('actions/checkout@') && step.with?.repository === undefined,
    );
    expect(ours.filter(({ step }) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('call commands and options that exist', () => {
    const known = new Map(commands.map(({ name, options }) => [name, options.map((option) => option.name)]));
    expect(
      calls.filter(
        ({ name, options }) => options.some((option) => !known.get(name)?.includes(option)) || !known.has(name),
      ),
    ).toEqual([]);
  });

  test('promote from every environment that has a next one', () => {
    const { on } = read('.github/workflows/promote.yml');
    const hasNext = ciFacts(catalog).environments.filter(({ next }) => next !== null);
    expect(on.workflow_dispatch?.inputs?.from?.options).toEqual(hasNext.map(({ name }) => name));
  });
});

describe('what the workflows take from the catalog', () => {
  test('is an image for each built service, and a role that the stacks make', () => {
    const { services, environments, publish } = ciFacts(catalog);
    expect(services.map(({ name }) => name)).toEqual(
      catalog.services.filter(({ status }) => status === 'built').map(({ name }) => name),
    );
    expect(publish.role).toMatch(/:role\/gamemetrics-shared-ci-publish$/);
    expect(environments.map(({ name, next }) => [name, next])).toEqual([
      ['dev', 'staging'],
      ['staging', 'prod'],
      ['prod', null],
    ]);
  });
});
