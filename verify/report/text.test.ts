import { describe, expect, test } from '@jest/globals';
import { renderMarkdown } from './markdown.ts';
import { mergeFindings, nothingFound, type Problem, type Report } from './model.ts';
import { type Colours, plainText, renderReport } from './text.ts';

const problem = (changes: Partial<Problem> = {}): Problem => ({
  check: 'references',
  environment: 'dev',
  file: 'gitops/dev/a.yaml',
  object: 'Pod b/a',
  path: 'spec.x',
  value: 'y',
  rule: 'secret: no secret has this name',
  fix: 'Write «z»',
  ...changes,
});

function reportOf(changes: Partial<Report> = {}): Report {
  const problems = changes.problems ?? [];
  return {
    root: 'dist',
    schemas: 'none',
    environments: [{ environment: 'dev', manifests: 2, templates: 1, resources: 3 }],
    checks: [
      {
        ...nothingFound,
        name: 'references',
        summary: 'What is named exists.',
        problems,
        seconds: 0.12,
        counts: [{ what: 'secret', count: 1234 }],
      },
    ],
    problems,
    notes: [],
    trusted: [],
    seconds: 1.5,
    ...changes,
  };
}

describe('the report for people', () => {
  test('ends with the number of problems and the time', () => {
    expect(renderReport(reportOf())).toMatch(
      /dev: 2 objects, 3 AWS resources in 1 template\nschemas: none\n0 problems in 1\.5 s$/,
    );
  });

  test('gives of each problem the object, the path, the value, the rule, the fix and the file', () => {
    expect(renderReport(reportOf({ problems: [problem()] }))).toContain(
      [
        'references: 1 problem',
        '  Pod b/a  spec.x',
        '    «y» secret: no secret has this name. Write «z».',
        '    dev: gitops/dev/a.yaml',
      ].join('\n'),
    );
  });

  test('tells the same mistake in several objects and environments once', () => {
    const problems = (['dev', 'prod'] as const).flatMap((environment) =>
      ['a', 'b', 'c', 'd'].map((name) =>
        problem({ environment, object: `Pod b/${name}`, file: `gitops/${environment}/${name}.yaml` }),
      ),
    );
    const text = renderReport(reportOf({ problems }));
    expect(text.match(/no secret has this name/g)).toHaveLength(1);
    expect(text).toContain('  Pod b/a, Pod b/b, Pod b/c and 1 more  spec.x');
    expect(text).toContain('    dev, prod: gitops/dev/a.yaml and 7 more files');
    expect(text).toContain('8 problems in');
  });

  test('says how many problems it leaves out, and where they all are', () => {
    const problems = Array.from({ length: 50 }, (_, index) => problem({ value: String(index) }));
    expect(renderReport(reportOf({ problems }))).toContain('… and 10 more; --json prints all of them.');
  });

  test('lists what is taken on trust and what is worth knowing', () => {
    const trusted = [{ check: 'schema', subject: 'v1 Pod', why: 'no schemas are at hand', count: 2 }];
    const notes = [{ check: 'references', environment: 'dev' as const, subject: 'registry/a', sentence: 'not built' }];
    const text = renderReport(reportOf({ trusted, notes }));
    expect(text).toContain('Taken on trust\n  v1 Pod: no schemas are at hand (2 times)');
    expect(text).toContain('Worth knowing\n  a (dev): not built');
  });

  test('is plain unless it is given colours', () => {
    const colours: Colours = { ...plainText, red: (text) => `<${text}>` };
    const report = reportOf({ problems: [problem()] });
    expect(renderReport(report)).not.toContain('<');
    expect(renderReport(report, colours)).toContain('<«y»>');
  });
});

describe('findings of several environments', () => {
  test('add up: counts and trust of one subject become one line', () => {
    const one = {
      ...nothingFound,
      problems: [problem()],
      counts: [{ what: 'secret', count: 2 }],
      trusted: [{ check: 'c', subject: 's', why: 'w', count: 3 }],
    };
    expect(mergeFindings([one, one])).toEqual({
      problems: [problem(), problem()],
      notes: [],
      counts: [{ what: 'secret', count: 4 }],
      trusted: [{ check: 'c', subject: 's', why: 'w', count: 6 }],
    });
  });
});

describe('the report for a pull request', () => {
  test('has the verdict, what is wrong, what was looked at and what is taken on trust', () => {
    const trusted = [{ check: 'schema', subject: 'CEL rules', why: 'not evaluated', count: 2 }];
    const text = renderMarkdown(reportOf({ problems: [problem({ path: 'a|b' })], trusted }));
    expect(text).toContain('### Not verified: 1 problem');
    expect(text).toContain(String.raw`a\|b`);
    expect(text).toContain('| references | 1 | 1,234 | 0.1 s | What is named exists. |');
    expect(text).toContain('- CEL rules: not evaluated (2 times)');
    expect(renderMarkdown(reportOf())).toContain('### Verified: 0 problems');
  });
});
