import type { Node } from '../tree/node.ts';
import type { Labels } from './pods.ts';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A label selector as Kubernetes evaluates it: all labels and all expressions hold; an empty one selects everything. */
export interface Selector {
  readonly labels: Labels;
  readonly requirements: readonly Requirement[];
}

/** Reads `{ matchLabels, matchExpressions }`. */
export function labelSelector(node: Node): Selector {
  return {
    labels: node.key('matchLabels').texts,
    requirements: node.list('matchExpressions').map((expression) => ({
      key: expression.key('key').text ?? '',
      operator: expression.key('operator').text ?? '',
      values: expression.list('values').map((value) => value.text ?? ''),
    })),
  };
}

/** Reads a plain map of labels, as a Service has it. */
export const mapSelector = (node: Node): Selector => ({ labels: node.texts, requirements: [] });

const holds: Readonly<Record<string, (requirement: Requirement, value: string | undefined) => boolean>> = {
  In: ({ values }, value) => value !== undefined && values.includes(value),
  NotIn: ({ values }, value) => value === undefined || !values.includes(value),
  Exists: (_, value) => value !== undefined,
  DoesNotExist: (_, value) => value === undefined,
};

export function selects(selector: Selector, labels: Labels): boolean {
  return (
    Object.entries(selector.labels).every(([key, value]) => labels[key] === value) &&
    selector.requirements.every(
      (requirement) => holds[requirement.operator]?.(requirement, labels[requirement.key]) ?? false,
    )
  );
}

/** `app=a, tier in (b, c)`; `everything` for the empty selector. */
export function describeSelector({ labels, requirements }: Selector): string {
  const equal = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const rest = requirements.map(({ key, operator, values }) => `${key} ${operator} (${values.join(', ')})`);
  return [...equal, ...rest].join(', ') || 'everything';
}
