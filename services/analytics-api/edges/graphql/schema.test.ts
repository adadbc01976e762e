import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { scalars } from './scalars.ts';
import { createSchema } from './schema.ts';

const contract = createSchema({ scalars, resolvers: {} });
const problems = (text: string) => validate(contract, parse(text)).map(({ message }) => message);
const range = (from: string) => `{ game(id: "x") { days(from: ${from}, to: "2026-11-20") { date } } }`;

describe('the contract', () => {
  test('takes days that exist and no others', () => {
    expect(problems(range('"2024-02-29"'))).toEqual([]);
    for (const text of ['"2026-02-29"', '"yesterday"', '20261120', 'null'])
      expect(problems(range(text)).join()).toMatch(/not a day|non-null|Expected/i);
  });

  test.each(['2026-11-20T12:00:00Z', '2026-11-20T12:00:00.123+01:00'])('has %s as a moment', (moment) => {
    expect(scalars.DateTime?.serialize(moment)).toBe(moment);
  });

  test.each(['2026-11-20', '12', '2026-13-01T00:00:00Z', ''])('has no moment «%s»', (text) => {
    expect(() => scalars.DateTime?.serialize(text)).toThrow('is not a moment');
  });

  test.each([
    [{ resolvers: { Nothing: {} }, scalars: {} }, 'no type Nothing'],
    [{ resolvers: { Game: { nothing: {} } }, scalars: {} }, 'no field Game.nothing'],
    [{ resolvers: {}, scalars: { Nothing: scalars.Date as never } }, 'no scalar Nothing'],
  ])('and its behaviour cannot part without a word', (behaviour, message) => {
    expect(() => createSchema(behaviour)).toThrow(message);
  });
});
