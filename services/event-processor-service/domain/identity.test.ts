import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { groupByPeriod, IDENTITY_PERIOD_MILLIS, identityWords, RecentIdentities, writeUuid } from './identity.ts';

describe('identities', () => {
  test('are written as the 16 bytes that their text stands for, in either case', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (uuid, upper) => {
        const bytes = Buffer.alloc(16);
        expect(writeUuid(bytes, 0, upper ? uuid.toUpperCase() : uuid)).toBe(16);
        expect(bytes.toString('hex')).toBe(uuid.replaceAll('-', ''));
      }),
    );
  });

  test('that were stored lately are always suspected, others hardly ever', () => {
    const recent = new RecentIdentities(42);
    const stored = Array.from({ length: 50_000 }, () => crypto.randomUUID());
    for (const id of stored) recent.add(identityWords(1, id));
    expect(
      stored.every(
        (id) => recent.suspects(identityWords(1, id)) && recent.suspects(identityWords(1, id.toUpperCase())),
      ),
    ).toBe(true);
    const strangers = Array.from({ length: 50_000 }, () => crypto.randomUUID());
    expect(strangers.filter((id) => recent.suspects(identityWords(1, id))).length).toBeLessThan(5);
    expect(stored.filter((id) => recent.suspects(identityWords(2, id))).length).toBeLessThan(5);
  });

  test('stay bounded: of many, the latest are known', () => {
    const recent = new RecentIdentities(42);
    const id = (number: number) => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
    for (let number = 0; number < 1_400_000; number += 1) recent.add(identityWords(1, id(number)));
    expect(recent.suspects(identityWords(1, id(1_399_999)))).toBe(true);
    expect(recent.suspects(identityWords(1, id(1_000_000)))).toBe(true);
    expect(recent.suspects(identityWords(1, id(0)))).toBe(false);
  });

  test('are looked for in every period that the horizon reaches, and in no other', () => {
    const horizon = IDENTITY_PERIOD_MILLIS / 2;
    const at = (periods: number) => ({ receivedMillis: periods * IDENTITY_PERIOD_MILLIS });
    expect(groupByPeriod([at(100.1)], horizon)).toMatchObject([{ period: 100, neighbours: [99] }]);
    expect(groupByPeriod([at(100.9)], horizon)).toMatchObject([{ period: 100, neighbours: [101] }]);
    expect(groupByPeriod([at(100.1), at(100.9)], horizon)).toMatchObject([{ period: 100, neighbours: [99, 101] }]);
    expect(groupByPeriod([at(99.9), at(100.1)], horizon).map(({ period }) => period)).toEqual([99, 100]);
  });
});
