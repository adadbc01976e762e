import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { measure } from './cost.ts';

const size = (text: string, variables = {}) => measure(parse(text), variables);
const cost = (text: string, variables = {}) => size(text, variables).cost;

describe('the cost of a query', () => {
  test.each([
    ['a field each', '{ a b c }', 3],
    [
      'the fields of a day for every day of a range',
      '{ g { days(from: "2026-01-01", to: "2026-01-10") { x y } } }',
      20,
    ],
    ['a range that runs backwards as one day', '{ days(from: "2026-01-10", to: "2026-01-01") { x } }', 1],
    ['a usual number of rows where none is said', '{ games { id name } }', 40],
    ['minutes by their number', '{ eventRate(minutes: 60) { minute events } }', 120],
    ['minutes by the default of the schema', '{ eventRate { minute } }', 30],
    ['a page by its size', '{ leaderboard(board: "b", first: 5) { edges { node { rank score } } } }', 10],
    ['a list of events, and not their number', '{ events(from: "a", first: 50) { x } days { events } }', 80],
    ['the types that are named', '{ typeRates(minutes: 10, types: ["a", "b"]) { type } }', 20],
    ['the steps of a funnel', '{ funnel(steps: ["a", "b", "c"]) { x } }', 30],
    ['every alias', '{ a: x b: x c: x }', 3],
    ['fragments where they are spread', '{ ...F ...F } fragment F on Query { a b }', 4],
    ['inline fragments', '{ ... on Query { a b } }', 2],
    ['every operation of the document', 'query A { a } query B { b c }', 3],
  ])('counts %s', (_, text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  test('takes arguments from the variables, and from their defaults where they are not given', () => {
    const text = 'query ($m: Int = 1440) { eventRate(minutes: $m) { minute } }';
    expect(cost(text)).toBe(1_440);
    expect(cost(text, { m: 5 })).toBe(5);
  });

  test('is bounded work, although fragments that spread others twice stand for 2^60 fields', () => {
    const levels = Array.from(
      { length: 60 },
      (_, level) => `fragment F${level} on Q { ...F${level + 1} ...F${level + 1} }`,
    );
    expect(cost(`{ ...F0 } ${levels.join(' ')} fragment F60 on Q { a }`)).toBe(2 ** 60);
  });

  test('ends for fragments that spread each other', () => {
    expect(size('{ ...A } fragment A on Q { a ...B } fragment B on Q { b ...A }')).toEqual({ cost: 2, depth: 1 });
  });
});

describe('the depth of a query', () => {
  test('is the longest way down, through fragments too', () => {
    expect(size('{ a { b { ...F } } } fragment F on T { c { d } }').depth).toBe(4);
  });

  test('does not count what the schema says of itself, which every tool asks first', () => {
    expect(size(getIntrospectionQuery()).depth).toBe(1);
  });
});
