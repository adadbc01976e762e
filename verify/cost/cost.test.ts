import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_BYTES, LOADS, RECORDS_PER_EVENT } from '#catalog/cost.ts';
import { catalog, topicNamed } from '#catalog/index.ts';
import { node, withOutput } from '#tests/support/assembly.ts';
import { cpuMillisOf, mebibytesOf } from '../world/quantity.ts';
import { type CostReport, cost } from './index.ts';
import type { CostLine } from './line.ts';
import { byOwner, merged, verdictOf } from './report.ts';

const SYNTHESIS_MILLIS = 120_000;

describe('a budget', () => {
  const budget = { minUsd: 150, maxUsd: 200 };

  test.each([
    [200, true, 'within'],
    [200.01, true, 'above'],
    [100, false, 'unconfirmed'],
    [500, false, 'above'],
  ] as const)('at $%d, with everything priced %s, is %s', (base, isComplete, verdict) => {
    expect(verdictOf(budget, { base, peak: base }, isComplete)).toBe(verdict);
  });

  test('does not bind the recovery region or the shared account', () => {
    expect(verdictOf(undefined, { base: 9_999, peak: 9_999 }, true)).toBe('no budget');
  });
});

describe('quantities of Kubernetes', () => {
  test.each([
    ['250m', 250],
    ['2', 2_000],
    ['0.5', 500],
    ['nonsense', 0],
  ])('%s of CPU are %d millicores', (text, millis) => expect(cpuMillisOf(node(text))).toBe(millis));

  test.each([
    ['256Mi', 256],
    ['1Gi', 1_024],
    ['1048576', 1],
    ['1G', 1e9 / 1_048_576],
    ['nonsense', 0],
  ])('%s of memory are %d MiB', (text, mebibytes) => expect(mebibytesOf(node(text))).toBeCloseTo(mebibytes, 6));
});

describe('the load that is assumed', () => {
  test.each(catalog.environments)(
    'of $name fits on its Kafka disks for as long as topics keep records',
    (environment) => {
      const perSecond = LOADS[environment.name].events.average * EVENT_BYTES.kafka;
      const bytes = Object.entries(RECORDS_PER_EVENT).reduce((sum, [name, records]) => {
        const { millis } = topicNamed(catalog, name).retention;
        return sum + perSecond * records * (millis / 1_000) * environment.kafka.replicationFactor;
      }, 0);
      const disks = environment.kafka.brokers * environment.kafka.storageGiB * 1024 ** 3;
      expect(bytes).toBeLessThan(disks);
    },
  );
});

describe('everything that is synthesized', () => {
  const directory = resolve(import.meta.dirname, '../../../shared/prices');
  const folder = existsSync(directory) ? directory : undefined;
  const environments = catalog.environments.map(({ name }) => name);
  let reports: { readonly with: CostReport; readonly without: CostReport };

  beforeAll(async () => {
    reports = await withOutput(async (root) => ({
      with: await cost({ root, environments, prices: folder }),
      without: await cost({ root, environments }),
    }));
  }, SYNTHESIS_MILLIS);

  test('is priced, or free or left out with a reason: a type without a decision fails here', () => {
    expect(
      reports.without.places.flatMap(({ name, undecided }) => undecided.map(({ what }) => `${name}: ${what}`)),
    ).toEqual([]);
  });

  test('has a price wherever prices are at hand', () => {
    const missing = folder ? reports.with.places.flatMap((one) => one.missing) : [];
    expect(missing).toEqual([]);
  });

  test('without prices has lines and no sum, and confirms no budget', () => {
    expect(reports.without.withinBudgets).toBe(false);
    for (const one of reports.without.places)
      expect(one.lines.filter(({ price }) => price.quality === 'sourced')).toEqual([]);
  });

  test('adds up: by line, by AWS service and by who causes it', () => {
    for (const one of reports.with.places) {
      const sumOf = (parts: readonly { readonly usd?: { readonly base: number } }[]): number =>
        parts.reduce((sum, part) => sum + (part.usd?.base ?? 0), 0);
      expect(sumOf(one.lines)).toBeCloseTo(one.total.base, 6);
      expect(sumOf(one.byAwsService)).toBeCloseTo(one.total.base, 6);
      expect(sumOf(one.byOwner)).toBeCloseTo(one.total.base, 6);
    }
  });

  test('never costs less at peak than at base', () => {
    for (const { lines } of reports.with.places)
      expect(lines.filter((line) => (line.usd?.peak ?? 0) < (line.usd?.base ?? 0) - 1e-9)).toEqual([]);
  });
});

test('merging lines and sharing them among owners lose nothing', () => {
  const line = fc.record({
    what: fc.constantFrom('a', 'b'),
    base: fc.double({ min: 0, max: 1e3, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (parts) => {
      const lines = parts.map(({ what, base, share }): CostLine => {
        const range = { base, peak: base };
        const price = { usd: 1, unit: 'month', quality: 'sourced', source: 'K' } as const;
        return { awsService: 'x', what, price, quantity: range, usd: range, owners: { someone: share } };
      });
      const total = parts.reduce((sum, { base }) => sum + base, 0);
      const sumOf = (list: readonly { readonly usd?: { readonly base: number } }[]): number =>
        list.reduce((sum, one) => sum + (one.usd?.base ?? 0), 0);
      expect(sumOf(merged(lines))).toBeCloseTo(total, 3);
      expect(sumOf(byOwner(lines))).toBeCloseTo(total, 3);
    }),
    { seed: 1 },
  );
});
