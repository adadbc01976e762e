import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cursorOf, pageOf, placeOf } from './cursor.ts';

describe('a cursor', () => {
  test('comes back as the place that it was made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (text, number) => {
        expect(placeOf(cursorOf([text, number]), ['string', 'number'])).toEqual([text, number]);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'abc'],
    ['another list', cursorOf(['a'])],
    ['other kinds', cursorOf([1, 'a'])],
    ['an object', Buffer.from('{"length":2}').toString('base64url')],
  ])('that is %s is no place', (_, cursor) => {
    expect(placeOf(cursor, ['string', 'number'])).toBeUndefined();
  });
});

describe('a page', () => {
  test('holds as many as asked for, and says whether more come and after which', () => {
    const rows = ['a', 'b', 'c'];
    const cursor = (row: string) => row.toUpperCase();
    expect(pageOf(rows, 2, cursor).pageInfo).toEqual({ hasNextPage: true, endCursor: 'B' });
    expect(pageOf(rows, 3, cursor).pageInfo).toEqual({ hasNextPage: false, endCursor: 'C' });
    expect(pageOf([], 3, cursor)).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });
});
