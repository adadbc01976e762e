import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExpiringMap } from './expiring-map.ts';

describe('an expiring map', () => {
  test('forgets a value when its time is over', () => {
    let now = 0;
    const map = new ExpiringMap<number>(10, () => now);
    map.set('a', 1, 100);
    now = 99;
    expect(map.get('a')).toBe(1);
    now = 100;
    expect([map.get('a'), map.size]).toEqual([undefined, 0]);
  });

  test('keeps nothing that is over already', () => {
    const map = new ExpiringMap<number>(10, () => 0);
    map.set('a', 1, 100);
    map.set('a', 2, 0);
    expect(map.get('a')).toBeUndefined();
  });

  test('never holds more than its bound, and what was written last is always among it', () => {
    const law = fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.constantFrom(...'abcdefgh')), (bound, keys) => {
      const map = new ExpiringMap<string>(bound, () => 0);
      for (const key of keys) {
        map.set(key, key, 1);
        expect(map.get(key)).toBe(key);
        expect(map.size).toBeLessThanOrEqual(bound);
      }
    });
    fc.assert(law);
  });
});
