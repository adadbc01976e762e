import { describe, expect, test } from '@jest/globals';
import type { CostReport, PlaceCost } from '../cost/index.ts';
import { budgetChanges } from './budget.ts';

const place = (base: number): PlaceCost => ({
  name: 'dev',
  kind: 'environment',
  region: 'us-east-1',
  budget: { minUsd: 150, maxUsd: 200 },
  verdict: 'within',
  total: { base, peak: base },
  byAwsService: [],
  byOwner: [],
  lines: [],
  missing: [],
  undecided: [],
  unpriced: [],
  free: [],
  notes: [],
});

const report = (base: number): CostReport => ({ places: [place(base)], sources: {}, withinBudgets: true });

describe('the cost of a change', () => {
  test.each([
    [190, 199, 'safe', 'A month costs more.'],
    [190, 201, 'disruptive', 'A month costs more than the budget of $200.00.'],
    [210, 220, 'disruptive', 'A month costs more than the budget of $200.00.'],
    [220, 210, 'safe', 'A month costs less.'],
  ] as const)('from $%d to $%d is %s: %s', (before, after, expected, sentence) => {
    const [change] = budgetChanges(report(before), report(after));
    expect(change?.class).toBe(expected);
    expect(change?.reasons[0]?.sentence).toBe(sentence);
  });

  test('is no change below a cent', () => {
    expect(budgetChanges(report(190), report(190.001))).toEqual([]);
  });
});
