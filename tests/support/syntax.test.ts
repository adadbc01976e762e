import { describe, expect, test } from '@jest/globals';
import { anyTypes, clockDates, functionsOf, importsOf, largestTable, membersOf, parse } from './syntax.ts';

const PROGRAM = `#!/usr/bin/env node
// «ä» takes two bytes, and lines still count
import { a } from './a.ts';
import type { B } from '#b/b.ts';
export * from 'c';

const late = async (): Promise<unknown> => import('./d.ts');

class Thing {
  constructor(private_: any) {}
  method(one: number, two: number, three: number, four: number): number {
    return one + two + three + four + Number(process.env.HOME) + Date.now();
  }
}

describe('chapter', () => {
  test.each([1])('row', (row, other) => {
    new Date();
    new Date(0);
  });
});
`;

describe('what is read from a program', () => {
  const syntax = parse('a.ts', PROGRAM);

  test('its imports, with their lines: static, of types, of everything, and while it runs', () => {
    expect(importsOf(syntax)).toEqual([
      { specifier: './a.ts', line: 3 },
      { specifier: '#b/b.ts', line: 4 },
      { specifier: 'c', line: 5 },
      { specifier: './d.ts', line: 7 },
    ]);
  });

  test('its functions, with their lines, parameters and whom they are handed to', () => {
    expect(functionsOf(syntax)).toEqual([
      { line: 7, lines: 1, parameters: 0, handedTo: '' },
      { line: 10, lines: 1, parameters: 1, handedTo: '' },
      { line: 11, lines: 3, parameters: 4, handedTo: '' },
      { line: 16, lines: 6, parameters: 0, handedTo: 'describe' },
      { line: 17, lines: 4, parameters: 2, handedTo: 'test' },
    ]);
  });

  test('where it reads the environment and the clock, and where a type is any', () => {
    expect(membersOf(syntax, 'process', 'env')).toEqual([12]);
    expect(membersOf(syntax, 'Date', 'now')).toEqual([12]);
    expect(clockDates(syntax)).toEqual([18]);
    expect(anyTypes(syntax)).toEqual([10]);
  });

  test('the lines of its largest table', () => {
    expect(largestTable(parse('b.ts', 'const a = [\n1,\n2,\n];\nconst b = { c: 1 };\n'))).toBe(4);
  });

  test('lines also where many files were read before', () => {
    for (let index = 0; index < 3; index += 1) parse('c.ts', '// ü\n'.repeat(100));
    expect(importsOf(parse('d.ts', "\n\nimport 'x';\n"))).toEqual([{ specifier: 'x', line: 3 }]);
  });
});
