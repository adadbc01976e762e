import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { daysBetween, isDay } from './days.ts';

/** A list field costs its fields once a row; unknown lengths count as this many rows. */
const USUAL_ROWS = 20;
/** Rows of a range of days that cannot be read; the engine refuses such a query by itself. */
const USUAL_DAYS = 30;
/** The schema's own default of `minutes`. */
const USUAL_MINUTES = 30;
/** Types of a game that are shown with a rate each, where none is named. */
const USUAL_TYPES = 20;
/** The first step of a funnel is read once for each player; what follows is joined to it. */
const STEP_COST = 10;
/** What the schema says of itself nests deep in every tool's first query; the engine bounds it by a rule of its own. */
const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type']);

type Variables = Readonly<Record<string, unknown>>;

/** How many rows a list field gives, by its arguments; every other field gives one. */
const rows: Readonly<Record<string, (of: Variables) => number>> = {
  games: () => USUAL_ROWS,
  days: daysOf,
  retention: daysOf,
  eventTypes: () => USUAL_ROWS,
  eventRate: minutesOf,
  concurrent: minutesOf,
  pipeline: minutesOf,
  typeRates: (of) => minutesOf(of) * (Array.isArray(of.types) ? Math.max(1, of.types.length) : USUAL_TYPES),
  funnel: ({ steps }) => STEP_COST * (Array.isArray(steps) ? Math.max(1, steps.length) : 1),
  topItems: pageOf,
  leaderboard: pageOf,
  // A list of events, or how many there were.
  events: (of) => ('from' in of ? pageOf(of) : 1),
  timeline: pageOf,
};

export interface QuerySize {
  readonly cost: number;
  readonly depth: number;
}

const NOTHING: QuerySize = { cost: 0, depth: 0 };

interface Walk {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
  /** Each fragment is measured once: fragments that spread others twice would double the work with every level. */
  readonly sizes: Map<string, QuerySize>;
}

function minutesOf({ minutes }: Variables): number {
  return typeof minutes === 'number' ? Math.max(1, minutes) : USUAL_MINUTES;
}

function pageOf({ first }: Variables): number {
  return typeof first === 'number' ? Math.max(1, first) : USUAL_ROWS;
}

function daysOf({ from, to }: Variables): number {
  if (typeof from !== 'string' || typeof to !== 'string' || !isDay(from) || !isDay(to)) return USUAL_DAYS;
  return Math.max(1, daysBetween(from, to) + 1);
}

const sum = (sizes: readonly QuerySize[]): QuerySize =>
  sizes.reduce((all, { cost, depth }) => ({ cost: all.cost + cost, depth: Math.max(all.depth, depth) }), NOTHING);

function measureField(field: FieldNode, walk: Walk): QuerySize {
  const name = field.name.value;
  const values = Object.fromEntries(
    (field.arguments ?? []).map((argument) => [
      argument.name.value,
      valueFromASTUntyped(argument.value, walk.variables),
    ]),
  );
  const inner = measureSet(field.selectionSet, walk);
  const depth = INTROSPECTION.has(name) ? 1 : inner.depth + 1;
  return { cost: (rows[name]?.(values) ?? 1) * Math.max(1, inner.cost), depth };
}

function measureSet(set: SelectionSetNode | undefined, walk: Walk): QuerySize {
  return sum(
    (set?.selections ?? []).map((selection) => {
      if (selection.kind === Kind.FIELD) return measureField(selection, walk);
      if (selection.kind === Kind.INLINE_FRAGMENT) return measureSet(selection.selectionSet, walk);
      return measureFragment(selection.name.value, walk);
    }),
  );
}

function measureFragment(name: string, walk: Walk): QuerySize {
  const known = walk.sizes.get(name);
  if (known) return known;
  // Stands while the fragment is measured, so that a cycle ends; validation refuses it.
  walk.sizes.set(name, NOTHING);
  const size = measureSet(walk.fragments.get(name)?.selectionSet, walk);
  walk.sizes.set(name, size);
  return size;
}

/** The given variables, and for the others the defaults that the operations give them. */
function completed(operations: readonly OperationDefinitionNode[], variables: Variables): Variables {
  const defaults = operations
    .flatMap(({ variableDefinitions }) => variableDefinitions ?? [])
    .flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
    );
  return { ...Object.fromEntries(defaults), ...variables };
}

/** What answering a document takes: fields times rows, and how deep it nests. All operations count. */
export function measure(document: DocumentNode, variables: Variables): QuerySize {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const walk: Walk = {
    fragments: new Map(fragments.map((node) => [node.name.value, node])),
    variables: completed(operations, variables),
    sizes: new Map(),
  };
  return sum(operations.map((node) => measureSet(node.selectionSet, walk)));
}
