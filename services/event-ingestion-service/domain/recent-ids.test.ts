import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RecentIds } from './recent-ids.ts';

const entries = fc.array(fc.tuple(fc.uuid(), fc.integer({ min: 1, max: 3 })), { maxLength: 200 });

describe('recent ids', () => {
  test('never claim to know an id that was not added to that scope', () => {
    fc.assert(
      fc.property(entries, entries, (added, asked) => {
        const recent = new RecentIds(64);
        for (const [id, scope] of added) recent.add(id, scope);
        const known = new Set(added.map(([id, scope]) => `${id}/${scope}`));
        for (const [id, scope] of asked) expect(recent.has(id, scope) && !known.has(`${id}/${scope}`)).toBe(false);
      }),
    );
  });

  test('differ in the last bit of the id, and by scope', () => {
    const recent = new RecentIds(64);
    recent.add('0195f3a0-0000-7000-8000-000000000001', 1);
    expect(recent.has('0195f3a0-0000-7000-8000-000000000001', 1)).toBe(true);
    expect(recent.has('0195f3a0-0000-7000-8000-000000000000', 1)).toBe(false);
    expect(recent.has('0195f3a0-0000-7000-8000-000000000001', 2)).toBe(false);
  });

  test('hold nearly everything of the last half of their capacity', () => {
    const recent = new RecentIds(4096);
    const ids = fc.sample(fc.uuid(), { numRuns: 6000, seed: 7 });
    for (const id of ids) recent.add(id, 1);
    const kept = ids.slice(-2048).filter((id) => recent.has(id, 1));
    expect(kept.length).toBeGreaterThan(1900);
  });

  test('hold an id added twice once, so that others stay', () => {
    const recent = new RecentIds(8);
    const [first = '', ...others] = fc.sample(fc.uuid(), { numRuns: 8, seed: 3 });
    for (let times = 0; times < 20; times += 1) recent.add(first, 1);
    for (const id of others) recent.add(id, 1);
    expect([first, ...others].every((id) => recent.has(id, 1))).toBe(true);
  });
});
