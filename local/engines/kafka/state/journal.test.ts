import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Entry, Journal } from './journal.ts';

/** A map that is kept by a journal, as its owners keep theirs. */
class KeptMap {
  readonly values = new Map<string, string>();
  readonly journal: Journal<string>;

  constructor(path: string) {
    this.journal = new Journal(path, () => [...this.values].map(([key, value]) => ({ key, value })));
    this.journal.open((entry) => this.#take(entry));
  }

  apply(entries: readonly Entry<string>[]): void {
    for (const entry of entries) this.#take(entry);
    this.journal.append(entries);
  }

  #take({ key, value }: Entry<string>): void {
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
  }
}

const withFile = (work: (path: string) => void): void => {
  const directory = mkdtempSync(join(tmpdir(), 'gamemetrics-journal-'));
  try {
    work(join(directory, 'test.journal'));
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const change = fc.record({
  key: fc.constantFrom('a', 'b', 'ü', '\u0000', 'line\n'),
  value: fc.option(fc.string(), { nil: undefined }),
});

/** What a map holds after these changes, by the definition. */
const lastValues = (changes: readonly Entry<string>[]): Map<string, string> => {
  const values = new Map<string, string>();
  for (const { key, value } of changes) {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
  return values;
};

describe('a journal', () => {
  test('gives back the last value of every key', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 })), (batches) =>
        withFile((path) => {
          const kept = new KeptMap(path);
          for (const batch of batches) kept.apply(batch);
          kept.journal.close();
          expect(new KeptMap(path).values).toEqual(kept.values);
        }),
      ),
      { numRuns: 50 },
    );
  });

  /** One file a change, so that it is known where each ends. */
  const write = (path: string, changes: readonly Entry<string>[]): number[] => {
    const kept = new KeptMap(path);
    const sizes = changes.map((one) => {
      kept.apply([one]);
      return statSync(path).size;
    });
    kept.journal.close();
    return sizes;
  };

  test.each([
    ['torn', (whole: Buffer, position: number) => whole.subarray(0, position)],
    ['damaged', (whole: Buffer, position: number) => whole.fill(whole.readUInt8(position) ^ 1, position, position + 1)],
  ])('gives back the changes before the byte at which it was %s, and goes on from there', (_, harm) => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 10 }), fc.nat(), (changes, seed) =>
        withFile((path) => {
          const sizes = write(path, changes);
          const whole = readFileSync(path);
          const position = seed % whole.length;
          writeFileSync(path, harm(Buffer.from(whole), position));
          const expected = lastValues(changes.filter((_change, index) => (sizes[index] ?? 0) <= position));
          const harmed = new KeptMap(path);
          expect(harmed.values).toEqual(expected);
          harmed.apply([{ key: 'next', value: 'one' }]);
          harmed.journal.close();
          expect(new KeptMap(path).values).toEqual(expected.set('next', 'one'));
        }),
      ),
      { numRuns: 50 },
    );
  });

  test('stays small however often the same keys change', () =>
    withFile((path) => {
      const kept = new KeptMap(path);
      const value = 'x'.repeat(1000);
      for (let round = 0; round < 6000; round++) kept.apply([{ key: String(round % 10), value: `${round} ${value}` }]);
      kept.journal.close();
      expect(statSync(path).size).toBeLessThan(1024 * 1024 + 2000);
      expect(new KeptMap(path).values).toEqual(kept.values);
    }));
});
