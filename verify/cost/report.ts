import type { Environment } from '#catalog/index.ts';
import { add, type CostLine, type Range } from './line.ts';

/** A sum under a name: of an AWS service, or of one of our services. */
export interface Subtotal {
  readonly name: string;
  readonly usd: Range;
}

/** Resources that have no sum, and why. */
export interface WithoutSum {
  /** A CloudFormation type, a Kubernetes kind, or a line without a price. */
  readonly what: string;
  readonly why: string;
  readonly count: number;
}

/** `environment` is held to its budget; the recovery region and the shared account are lines of their own. */
export type PlaceKind = 'environment' | 'recovery' | 'shared';

/** `unconfirmed`: below the budget as far as it is priced, but something has no price or no decision. */
export type Verdict = 'within' | 'above' | 'unconfirmed' | 'no budget';

export interface PlaceCost {
  readonly name: string;
  readonly kind: PlaceKind;
  readonly region: string;
  readonly budget?: Environment['budget'];
  readonly verdict: Verdict;
  readonly total: Range;
  /** USD for a million events, at the average and at the peak load. */
  readonly perMillionEvents?: Range;
  readonly events?: { readonly average: number; readonly peak: number };
  readonly byAwsService: readonly Subtotal[];
  readonly byOwner: readonly Subtotal[];
  /** Dearest at base first. */
  readonly lines: readonly CostLine[];
  /** Lines that have a quantity and no price. */
  readonly missing: readonly WithoutSum[];
  /** Types and kinds that no row decides. */
  readonly undecided: readonly WithoutSum[];
  readonly unpriced: readonly WithoutSum[];
  readonly free: readonly WithoutSum[];
  readonly notes: readonly string[];
}

export interface CostReport {
  readonly places: readonly PlaceCost[];
  readonly pricesRegion?: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly withinBudgets: boolean;
}

/** Who pays for what nobody in particular causes. */
export const PLATFORM_OWNER = 'platform';

const ZERO: Range = { base: 0, peak: 0 };

/** Equal lines of many resources are one line with the sum of their quantities. */
export function merged(lines: readonly CostLine[]): readonly CostLine[] {
  const groups = Map.groupBy(lines, ({ awsService, what, price, expected }) =>
    JSON.stringify([awsService, what, price.usd, price.source, expected]),
  );
  const sums = [...groups.values()].flatMap((group): readonly CostLine[] => {
    const [first] = group;
    if (!first) return [];
    const { usd, owners, ...rest } = first;
    const quantity = add(group.map((line) => line.quantity));
    const same = group.length === 1 && owners ? { owners } : {};
    return [{ ...rest, ...same, quantity, ...(usd ? { usd: add(group.map((line) => line.usd ?? ZERO)) } : {}) }];
  });
  return sums.toSorted((left, right) => (right.usd?.base ?? 0) - (left.usd?.base ?? 0));
}

export const largest = (lines: readonly CostLine[], count: number): readonly CostLine[] =>
  merged(lines).slice(0, count);

function subtotals(parts: readonly (readonly [name: string, usd: Range])[]): readonly Subtotal[] {
  const groups = Map.groupBy(parts, ([name]) => name);
  return [...groups]
    .map(([name, group]) => ({ name, usd: add(group.map(([, usd]) => usd)) }))
    .toSorted((left, right) => right.usd.base - left.usd.base || left.name.localeCompare(right.name));
}

export const byAwsService = (lines: readonly CostLine[]): readonly Subtotal[] =>
  subtotals(lines.map(({ awsService, usd }) => [awsService, usd ?? ZERO]));

/** Each line's sum by its shares; what the shares leave is the platform's. */
export function byOwner(lines: readonly CostLine[]): readonly Subtotal[] {
  return subtotals(
    lines.flatMap(({ owners = {}, usd = ZERO }) => {
      const shares = Object.entries(owners);
      const rest = 1 - shares.reduce((sum, [, share]) => sum + share, 0);
      const whole = rest > 1e-9 ? [...shares, [PLATFORM_OWNER, rest] as const] : shares;
      return whole.map(([owner, share]) => [owner, { base: usd.base * share, peak: usd.peak * share }] as const);
    }),
  );
}

export function verdictOf(budget: Environment['budget'] | undefined, total: Range, isComplete: boolean): Verdict {
  if (!budget) return 'no budget';
  if (total.base > budget.maxUsd) return 'above';
  return isComplete ? 'within' : 'unconfirmed';
}
