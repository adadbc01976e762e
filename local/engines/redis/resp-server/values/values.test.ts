import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileGlob } from '../glob.ts';
import { decodePosition, distanceMetres, encodePosition, rangesAround } from './geohash.ts';
import { HyperLogLog } from './hyperloglog.ts';
import { ListValue } from './list.ts';
import { SortedSet } from './sorted-set.ts';

type Item = readonly [member: string, score: number];

function inOrder(items: ReadonlyMap<string, number>): Item[] {
  return [...items].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

describe('a sorted set', () => {
  const changes = fc.array(
    fc.tuple(
      fc.nat(3_000).map((n) => `m${n}`),
      fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constant(undefined)),
    ),
    { minLength: 1_000, maxLength: 3_000, size: 'max' },
  );

  test('is at every size what sorting its members would give', () => {
    fc.assert(
      fc.property(changes, fc.integer({ min: -21, max: 21 }), (list, bound) => {
        const set = new SortedSet();
        const model = new Map<string, number>();
        for (const [member, score] of list) {
          if (score === undefined) expect(set.delete(member)).toBe(model.delete(member));
          else {
            set.set(member, score);
            model.set(member, score);
          }
        }
        const expected = inOrder(model);
        expect(set.slice(0, set.size).map(({ member, score }) => [member, score])).toEqual(expected);
        expect(set.countBelow(bound, false)).toBe(expected.filter(([, score]) => score < bound).length);
        expect(set.countBelow(bound, true)).toBe(expected.filter(([, score]) => score <= bound).length);
        const middle = Math.floor(expected.length / 2);
        expect(set.rank(expected[middle]?.[0] ?? '')).toBe(expected.length === 0 ? undefined : middle);
        expect(set.slice(middle, middle + 7).map(({ member }) => member)).toEqual(
          expected.slice(middle, middle + 7).map(([member]) => member),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('counts no memory when everything has left it', () => {
    const set = new SortedSet();
    for (let n = 0; n < 2_000; n += 1) set.set(`m${n}`, n % 7);
    for (let n = 0; n < 2_000; n += 1) set.delete(`m${n}`);
    expect([set.size, set.bytes, set.slice(0, 9)]).toEqual([0, 0, []]);
  });
});

test('a list is at every length what an array would be', () => {
  const steps = {
    pushHead: (model: string[], item: string) => void model.unshift(item),
    pushTail: (model: string[], item: string) => void model.push(item),
    popHead: (model: string[]) => model.shift(),
    popTail: (model: string[]) => model.pop(),
  } as const;
  const names = fc.constantFrom('pushHead', 'pushTail', 'popHead', 'popTail');
  fc.assert(
    fc.property(fc.array(names, { maxLength: 300, size: 'max' }), (list) => {
      const value = new ListValue();
      const model: string[] = [];
      for (const [index, step] of list.entries()) {
        expect(value[step](String(index))).toBe(steps[step](model, String(index)));
      }
      expect(value.slice(0, value.size)).toEqual(model);
    }),
  );
});

describe('a sketch', () => {
  test.each([10, 1_000, 50_000])('of %d members is right to three per cent', (count) => {
    const sketch = new HyperLogLog();
    for (let n = 0; n < count; n += 1) sketch.add(`player-${n}`);
    expect(Math.abs(sketch.estimate() / count - 1)).toBeLessThan(0.03);
  });

  test('of two is the sketch of both', () => {
    const [a, b, both] = [new HyperLogLog(), new HyperLogLog(), new HyperLogLog()];
    for (let n = 0; n < 3_000; n += 1) {
      (n % 3 === 0 ? a : b).add(String(n));
      both.add(String(n));
    }
    a.merge(b);
    expect(a.dump()).toEqual(both.dump());
    expect(HyperLogLog.restore(a.dump()).estimate()).toBe(both.estimate());
  });
});

describe('places', () => {
  const position = fc.record({
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    latitude: fc.double({ min: -85, max: 85, noNaN: true }),
  });

  test('are decoded to within a metre', () => {
    fc.assert(
      fc.property(position, (place) => {
        expect(distanceMetres(place, decodePosition(encodePosition(place)))).toBeLessThan(1);
      }),
    );
  });

  test('within a distance are always in one of at most four ranges, across the date line too', () => {
    const near = fc.tuple(position, fc.double({ min: 1, max: 3_000_000, noNaN: true }), position);
    fc.assert(
      fc.property(near, ([centre, radius, offset]) => {
        const share = radius / 20_015_000;
        const other = {
          longitude: ((centre.longitude + offset.longitude * share + 540) % 360) - 180,
          latitude: Math.max(Math.min(centre.latitude + offset.latitude * share, 85), -85),
        };
        fc.pre(distanceMetres(centre, decodePosition(encodePosition(other))) <= radius);
        const score = encodePosition(other);
        const ranges = rangesAround(centre, 2 * radius, 2 * radius);
        expect(ranges.some(({ start, end }) => score >= start && score < end)).toBe(true);
        expect(ranges.length).toBeLessThanOrEqual(4);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a pattern', () => {
  const alphabet = fc.constantFrom('a', 'b', '*', '?', '.');

  test('of stars and question marks matches what the same regular expression does', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 6 }), texts, (pattern, text) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(compileGlob(pattern)(text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['[a-c]x', 'bx', true],
    ['[c-a]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[\\]]', ']', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[abc', 'b', true],
    ['a\\', 'a\\', true],
  ])('%s on %s: %s', (pattern, text, matches) => {
    expect(compileGlob(pattern)(text)).toBe(matches);
  });

  test('of many stars does not take for ever', () => {
    expect(compileGlob(`${'a*'.repeat(30)}b`)('a'.repeat(20_000))).toBe(false);
  });
});
