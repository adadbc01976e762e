import { describe, expect, test } from '@jest/globals';
import { forbidden, layers, wrongForm } from '#tests/support/layers.ts';
import { isTest, sourceFiles, textOf } from '#tests/support/sources.ts';
import { clockDates, importsOf, membersOf, parse } from '#tests/support/syntax.ts';

const parsed = sourceFiles.map((file) => ({ file, syntax: parse(file, textOf(file)) }));

const problemsOf = (judge: (file: string, specifier: string) => string | undefined): readonly string[] =>
  parsed.flatMap(({ file, syntax }) =>
    importsOf(syntax).flatMap(({ specifier, line }) => {
      const problem = judge(file, specifier);
      return problem === undefined ? [] : [`${file}:${line} imports «${specifier}»: ${problem}`];
    }),
  );

describe('the architecture', () => {
  test('lets each layer import what its row allows, and services only what stands below in themselves', () => {
    expect(problemsOf(forbidden)).toEqual([]);
  });

  test('writes imports inside a layer relative and across layers by subpath', () => {
    expect(problemsOf(wrongForm)).toEqual([]);
  });

  test.each([
    ['charts/app.ts', '#infra/app.ts', 'the layer charts may use catalog, chaos'],
    ['catalog/index.ts', '../kit/errors.ts', 'the layer catalog may use nothing of ours'],
    ['local/index.ts', '#services/analytics-api/index.ts', 'the layer local may use catalog, chaos, kit'],
    ['bin/cli.ts', '#services/analytics-api/index.ts', 'the layer bin may use'],
    ['kit/errors.ts', '#tests/support/sources.ts', 'nothing imports tests'],
    ['services/analytics-api/index.ts', '../user-service/index.ts', 'services never meet'],
    ['services/analytics-api/edges/a.ts', '../index.ts', 'edges of a service may use'],
    ['services/analytics-api/domain/a.ts', '../edges/b.ts', 'domain of a service may use domain'],
    ['services/analytics-api/domain/a.ts', 'node:fs', 'a domain only computes'],
    ['services/analytics-api/domain/a.ts', '@platformatic/kafka', 'a domain only computes'],
    ['services/analytics-api/domain/a.ts', '#kit/errors.ts', 'a domain may use the catalog and itself'],
  ])('does not let %s import %s', (file, specifier, sentence) => {
    expect(forbidden(file, specifier)).toContain(sentence);
  });

  test('has a row for each folder of TypeScript', () => {
    const folders = new Set(sourceFiles.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
    expect([...folders].filter((folder) => !Object.hasOwn(layers, folder ?? ''))).toEqual([]);
  });
});

describe('the domain of a service', () => {
  test('asks no clock: time comes in as a value', () => {
    const domain = parsed.filter(({ file }) => /^services\/[^/]+\/domain\//.test(file) && !isTest(file));
    const asked = domain.flatMap(({ file, syntax }) =>
      [...membersOf(syntax, 'Date', 'now'), ...membersOf(syntax, 'performance', 'now'), ...clockDates(syntax)].map(
        (line) => `${file}:${line} reads the clock; take the time as a parameter`,
      ),
    );
    expect(asked).toEqual([]);
  });
});

describe('the environment', () => {
  /** `environment.ts` parses it; local and bin hand it to processes; tests and tools are on their own. */
  const mayRead = (file: string): boolean =>
    /(?:^|\/)environment\.ts$/.test(file) || /^(?:bin|local)\//.test(file) || isTest(file) || !file.includes('/');

  test('is read by environment.ts, by the local platform and by the command line only', () => {
    const readers = parsed
      .filter(({ file }) => !mayRead(file))
      .flatMap(({ file, syntax }) =>
        membersOf(syntax, 'process', 'env').map(
          (line) => `${file}:${line} reads process.env; parse it in environment.ts`,
        ),
      );
    expect(readers).toEqual([]);
  });
});
