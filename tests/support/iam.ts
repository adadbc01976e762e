import type { Statement } from './statements.ts';

/** A request as IAM sees it; context keys are looked up in lower case, as IAM does. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** IAM's wildcards: `*` for anything, `?` for one character. */
export function matchesPattern(pattern: string, value: string): boolean {
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(value);
}

type Comparison = (expected: string, actual: string) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringLike: matchesPattern,
  ArnEquals: matchesPattern,
  ArnLike: matchesPattern,
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
};

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

function comparisonOf(operator: string): Comparison {
  const found = comparisons[operator];
  if (!found) throw new Error(`The evaluator does not know the condition operator ${operator}.`);
  return found;
}

function holds(operator: string, expected: readonly string[], actual: readonly string[] | undefined): boolean {
  const [name = '', quantifier] = operator.split(':').reverse();
  const compare = comparisonOf(name);
  const one = (value: string): boolean => expected.some((each) => compare(each, value));
  // A key that the request does not have: only «for all values» is content with that.
  if (!actual) return quantifier === 'ForAllValues';
  return quantifier === 'ForAllValues' ? actual.every(one) : actual.some(one);
}

function conditionsHold({ Condition = {} }: Statement, { context = {} }: Request): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), listOf(value)]));
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, listOf(expected), known.get(key.toLowerCase()))),
  );
}

const applies = (statement: Statement, request: Request): boolean =>
  statement.Action.some((action) => matchesPattern(action.toLowerCase(), request.action.toLowerCase())) &&
  statement.Resource.some((resource) => typeof resource === 'string' && matchesPattern(resource, request.resource)) &&
  conditionsHold(statement, request);

/** Whether statements of a role allow a request: something allows it, and nothing denies it. */
export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny');
}
