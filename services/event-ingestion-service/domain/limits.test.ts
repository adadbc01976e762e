import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteBudget } from './byte-budget.ts';
import { QuotaLedger } from './quota.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  test('lets no more through than a second at once and its rate after that', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 300 }),
        (rate, pauses) => {
          const bucket = new TokenBucket(rate, 0);
          let now = 0;
          let taken = 0;
          for (const pause of pauses) {
            now += pause;
            if (bucket.take(now) === 0) taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(rate + (now * rate) / 1000);
        },
      ),
    );
  });

  test('says when there is one again, and then there is', () => {
    const bucket = new TokenBucket(2, 0);
    expect([bucket.take(0), bucket.take(0)]).toEqual([0, 0]);
    const wait = bucket.take(0);
    expect(wait).toBe(500);
    expect(bucket.take(wait)).toBe(0);
  });

  test('gives nothing for a clock that goes back', () => {
    const bucket = new TokenBucket(1, 1000);
    expect(bucket.take(1000)).toBe(0);
    expect(bucket.take(0)).toBeGreaterThan(0);
  });
});

describe('the quota of a game', () => {
  const ledger = () => new QuotaLedger(10, 10_000);

  test('is what it may send in a window; the next window is new', () => {
    const quota = ledger();
    expect(quota.take('demo', 100, 1000)).toBe(0);
    expect(quota.take('demo', 1, 4000)).toBe(6000);
    expect(quota.take('other', 1, 4000)).toBe(0);
    expect(quota.take('demo', 1, 10_000)).toBe(0);
  });

  test('is one quota over several instances, once they heard of each other', () => {
    const [one, two] = [ledger(), ledger()];
    one.take('demo', 60, 0);
    two.take('demo', 40, 0);
    let total = 0;
    for (const quota of [one, two, one, two]) {
      for (const { game, window, events } of quota.tell()) {
        total += events;
        quota.hear(game, window, total);
      }
    }
    two.hear('demo', 0, total);
    one.hear('demo', 0, total);
    expect([one.take('demo', 1, 1), two.take('demo', 1, 1)].every((wait) => wait > 0)).toBe(true);
  });

  test('tells everything once, and counts on without anybody to tell', () => {
    const quota = ledger();
    quota.take('demo', 70, 0);
    expect(quota.tell()).toEqual([{ game: 'demo', window: 0, events: 70 }]);
    expect(quota.tell()).toEqual([]);
    expect(quota.take('demo', 31, 1)).toBeGreaterThan(0);
    expect(quota.take('demo', 30, 1)).toBe(0);
  });

  test('ignores what it hears of a window that is over', () => {
    const quota = ledger();
    quota.take('demo', 1, 0);
    quota.take('demo', 1, 10_000);
    quota.hear('demo', 0, 1000);
    expect(quota.take('demo', 1, 10_001)).toBe(0);
  });
});

test('a byte budget never holds more than its limit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 })), (sizes) => {
      const budget = new ByteBudget(100);
      const held = sizes.filter((size) => budget.reserve(size));
      expect(budget.used).toBeLessThanOrEqual(100);
      for (const size of held) budget.release(size);
      expect(budget.used).toBe(0);
    }),
  );
});
