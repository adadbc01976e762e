import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { daysBetween, isDay } from './days.ts';

/** A list field costs its fields once a row; unknown lengths count as this many rows. */
const USUAL_ROWS = 20;
/** A field of the API costs one, so does every day of a range. */
const DAYS_WITHOUT_RANGE = 30;
const LISTS: ReadonlySet<string> = new Set(['games', 'eventTypes']);
const RANGES: ReadonlySet<string> = new Set(['days', 'retention']);
const MINUTES = 'eventRate';

type Variables = Readonly<Record<string, unknown>>;

export interface QuerySize {
  readonly cost: number;
  readonly depth: number;
}

interface Walk {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
  /** Fragments on the way, because a document may still hold a cycle when it is measured. */
  readonly path: readonly string[];
}

function rowsOf(name: string, values: Variables): number {
  if (LISTS.has(name)) return USUAL_ROWS;
  if (name === MINUTES) return typeof values.minutes === 'number' ? Math.max(1, values.minutes) : USUAL_ROWS;
  if (!RANGES.has(name)) return 1;
  const { from, to } = values;
  if (typeof from !== 'string' || typeof to !== 'string' || !isDay(from) || !isDay(to)) return DAYS_WITHOUT_RANGE;
  return Math.max(1, daysBetween(from, to) + 1);
}

function measureSet(set: SelectionSetNode | undefined, walk: Walk): QuerySize {
  const sizes = (set?.selections ?? []).map((selection): QuerySize => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return measureSet(selection.selectionSet, walk);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return measureFragment(selection.name.value, walk);
    const values = Object.fromEntries(
      (selection.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, walk.variables)]),
    );
    const inner = measureSet(selection.selectionSet, walk);
    return { cost: rowsOf(selection.name.value, values) * Math.max(1, inner.cost), depth: inner.depth + 1 };
  });
  return {
    cost: sizes.reduce((sum, { cost }) => sum + cost, 0),
    depth: Math.max(0, ...sizes.map(({ depth }) => depth)),
  };
}

function measureFragment(name: string, walk: Walk): QuerySize {
  const fragment = walk.fragments.get(name);
  if (!fragment || walk.path.includes(name)) return { cost: 0, depth: 0 };
  return measureSet(fragment.selectionSet, { ...walk, path: [...walk.path, name] });
}

/** What answering a document takes: fields times rows, and how deep it nests. All operations count. */
export function measure(document: DocumentNode, variables: Variables): QuerySize {
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node] as const),
  );
  const sizes = document.definitions
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .map((node) => measureSet(node.selectionSet, { fragments, variables, path: [] }));
  return {
    cost: sizes.reduce((sum, { cost }) => sum + cost, 0),
    depth: Math.max(0, ...sizes.map(({ depth }) => depth)),
  };
}
