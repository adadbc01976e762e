import { describe, expect, test } from '@jest/globals';
import { isTest, sourceFiles, textOf } from '#tests/support/sources.ts';
import { type FunctionSize, functionsOf, largestTable, parse } from '#tests/support/syntax.ts';

const BUDGET = { functionLinesAtP90: 25, functionLines: 60, parameters: 3, fileLines: 300 } as const;

interface Located extends FunctionSize {
  readonly file: string;
}

const parsed = sourceFiles
  .map((file) => ({ file, text: textOf(file) }))
  .map((source) => ({ ...source, syntax: parse(source.file, source.text) }));

/** A describe block is a chapter, not a function. */
const functions: readonly Located[] = parsed.flatMap(({ file, syntax }) =>
  functionsOf(syntax)
    .filter(({ handedTo }) => handedTo !== 'describe')
    .map((size) => ({ file, ...size })),
);

const where = ({ file, line }: Located): string => `${file}:${line}`;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

describe('budgets', () => {
  test(`nine of ten functions have at most ${BUDGET.functionLinesAtP90} lines`, () => {
    const own = functions.filter(({ file }) => !isTest(file)).map(({ lines }) => lines);
    expect(own.length).toBeGreaterThan(100);
    expect(percentile(own, 0.9)).toBeLessThanOrEqual(BUDGET.functionLinesAtP90);
  });

  test(`no function has more than ${BUDGET.functionLines} lines`, () => {
    const long = functions.filter(({ lines }) => lines > BUDGET.functionLines);
    expect(long.map((one) => `${where(one)} has ${one.lines} lines; name its parts`)).toEqual([]);
  });

  test(`no function takes more than ${BUDGET.parameters} parameters`, () => {
    // A row of test.each comes as one parameter a column.
    const wide = functions.filter(({ parameters, handedTo }) => parameters > BUDGET.parameters && handedTo !== 'test');
    expect(wide.map((one) => `${where(one)} takes ${one.parameters}; hand them over as one object`)).toEqual([]);
  });

  test(`no file has more than ${BUDGET.fileLines} lines, unless most of them are one table`, () => {
    const long = parsed
      .map(({ file, text, syntax }) => ({ file, lines: text.split('\n').length - 1, table: largestTable(syntax) }))
      .filter(({ lines, table }) => lines > BUDGET.fileLines && table < lines / 2);
    expect(long.map(({ file, lines }) => `${file} has ${lines} lines; a part is waiting for its name`)).toEqual([]);
  });
});
