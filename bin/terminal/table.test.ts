import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { table, visibleLength } from './table.ts';

const columns = [{ title: 'NAME' }, { title: 'N', align: 'right' as const }];

describe('a table', () => {
  test('puts words to the left and numbers to the right', () => {
    expect(
      table(columns, [
        ['a', '10'],
        ['long name', '7'],
      ]),
    ).toBe(['NAME        N', 'a          10', 'long name   7'].join('\n'));
  });

  test('is as wide with colours as without', () => {
    expect(visibleLength(table(columns, [['\u001b[32mready\u001b[39m', '1']]))).toBe(
      table(columns, [['ready', '1']]).length,
    );
  });

  test('has one line a row and no space at a line’s end, whatever the cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '–') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const lines = table(columns, rows).split('\n');
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) expect(line).toBe(line.trimEnd());
      }),
    );
  });
});
