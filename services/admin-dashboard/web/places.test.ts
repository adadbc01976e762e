import { describe, expect, test } from '@jest/globals';
import { hashOf, operates, placeOf } from './places.ts';

describe('the address of a page', () => {
  test('keeps what the page was opened for, whatever characters it has', () => {
    for (const detail of ['', 'anna', 'a/b', 'ü %#?', '../..'])
      expect(placeOf(hashOf('players', detail))).toEqual({ path: 'players', detail });
  });

  test.each([
    ['', '', ''],
    ['#main', 'main', ''],
    ['#/players/%', 'players', ''],
  ])('is read from «%s» without failing', (hash, path, detail) => {
    expect(placeOf(hash)).toEqual({ path, detail });
  });
});

test.each([
  [['analyst'], false],
  [['player', 'operator'], true],
  [['admin'], true],
  [[], false],
])('the roles %j may change something: %s', (roles, expected) => {
  expect(operates(roles)).toBe(expected);
});
