import type { CostReport, PlaceCost } from '../cost/index.ts';
import { type Change, classed, type Reason } from './model.ts';

/** Less than this is rounding. */
const CENT = 0.01;

const dollars = (usd: number): string => `$${usd.toFixed(2)}`;

function reasonFor(before: PlaceCost | undefined, after: PlaceCost): Reason {
  const { budget, total } = after;
  const grows = total.base > (before?.total.base ?? 0);
  if (budget && grows && total.base > budget.maxUsd)
    return {
      class: 'disruptive',
      hazard: 'budget',
      sentence: `A month costs more than the budget of ${dollars(budget.maxUsd)}.`,
    };
  return { class: 'safe', hazard: 'none', sentence: grows ? 'A month costs more.' : 'A month costs less.' };
}

/** What a change does to the sums at base; places without prices say nothing. */
export function budgetChanges(before: CostReport, after: CostReport): readonly Change[] {
  const olds = new Map(before.places.map((place) => [place.name, place]));
  return after.places.flatMap((place) => {
    const old = olds.get(place.name);
    if (Math.abs(place.total.base - (old?.total.base ?? 0)) < CENT) return [];
    const fields = [{ path: 'USD a month', before: dollars(old?.total.base ?? 0), after: dollars(place.total.base) }];
    const change = { area: 'cost', place: place.name, subject: 'cost at base', operation: 'changed', fields } as const;
    return [classed(change, [reasonFor(old, place)])];
  });
}
