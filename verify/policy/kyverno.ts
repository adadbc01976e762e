import type { CelInput } from '@bufbuild/cel';
import { type Expression, expression, isTrue, type Verdict } from '../cel/engine.ts';
import { toCel } from '../cel/values.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';
import { namespacesOf } from '../world/objects.ts';
import type { Labels } from '../world/pods.ts';
import { labelSelector, selects } from '../world/selector.ts';
import type { Subject } from './subjects.ts';

/** What a policy says of an object that it looks at. */
export interface Refusal {
  readonly subject: Subject;
  readonly policy: string;
  readonly message: string;
  /** Absent where the rule was evaluated and does not hold. */
  readonly error?: string;
}

export interface Exemption {
  readonly subject: Subject;
  readonly policy: string;
  readonly exception: string;
}

export interface Outcome {
  readonly refusals: readonly Refusal[];
  readonly exemptions: readonly Exemption[];
  /** How many times a rule was evaluated on an object. */
  readonly evaluations: number;
}

interface Named {
  readonly name: string;
  readonly expression: Expression;
}

/** A `ValidatingPolicy` of the tree, read once. */
export interface Policy {
  readonly name: string;
  readonly matches: (subject: Subject) => boolean;
  readonly conditions: readonly Named[];
  readonly variables: readonly Named[];
  readonly validations: readonly { readonly message: string; readonly expression: Expression }[];
}

export interface Exception {
  readonly name: string;
  readonly policies: ReadonlySet<string>;
  readonly conditions: readonly Named[];
}

const includes = (list: readonly Node[], value: string): boolean =>
  list.some(({ text }) => text === value || text === '*');

const ruleMatches = (rule: Node, { group, version, resource }: Subject): boolean =>
  includes(rule.list('apiGroups'), group) &&
  includes(rule.list('apiVersions'), version) &&
  includes(rule.list('resources'), resource);

function matcherOf(root: Node, namespaces: ReadonlyMap<string, Labels>): Policy['matches'] {
  const constraints = root.at('spec.matchConstraints');
  const spaces = labelSelector(constraints.key('namespaceSelector'));
  const objects = labelSelector(constraints.key('objectSelector'));
  return (subject) => {
    const labels = namespaces.get(subject.namespace) ?? {};
    const own = subject.object.metadata;
    const ownLabels = typeof own === 'object' && own !== null && 'labels' in own ? (own.labels as Labels) : {};
    return (
      constraints.list('resourceRules').some((rule) => ruleMatches(rule, subject)) &&
      !constraints.list('excludeResourceRules').some((rule) => ruleMatches(rule, subject)) &&
      (subject.namespace === '' || selects(spaces, labels)) &&
      selects(objects, ownLabels)
    );
  };
}

const namedExpressions = (nodes: readonly Node[]): readonly Named[] =>
  nodes.map((node) => ({
    name: node.key('name').text ?? '',
    expression: expression(node.key('expression').text ?? ''),
  }));

function toPolicy({ name, root }: Manifest, namespaces: ReadonlyMap<string, Labels>): Policy {
  return {
    name,
    matches: matcherOf(root, namespaces),
    conditions: namedExpressions(root.list('spec.matchConditions')),
    variables: namedExpressions(root.list('spec.variables')),
    validations: root.list('spec.validations').map((validation) => ({
      message: validation.key('message').text ?? validation.key('expression').text ?? '',
      expression: expression(validation.key('expression').text ?? ''),
    })),
  };
}

const refuses = ({ root }: Manifest): boolean =>
  root.list('spec.validationActions').some(({ text }) => text === 'Deny');

/** Policies that refuse; those that only report do not keep anything out. */
export const policiesIn = (tree: Tree): readonly Policy[] =>
  tree
    .ofKind('ValidatingPolicy', 'policies.kyverno.io')
    .filter(refuses)
    .map((manifest) => toPolicy(manifest, namespacesOf(tree)));

export const exceptionsIn = (tree: Tree): readonly Exception[] =>
  tree.ofKind('PolicyException', 'policies.kyverno.io').map(({ name, root }) => ({
    name,
    policies: new Set(root.list('spec.policyRefs').flatMap((reference) => reference.key('name').text ?? [])),
    conditions: namedExpressions(root.list('spec.matchConditions')),
  }));

const hold = (conditions: readonly Named[], bindings: Readonly<Record<string, CelInput>>): boolean =>
  conditions.every((condition) => isTrue(condition.expression.evaluate(bindings)));

/** Variables may use those before them. One that has no value makes whatever uses it an error. */
function variablesOf(policy: Policy, object: CelInput): CelInput {
  const variables: Record<string, CelInput> = {};
  for (const { name, expression: variable } of policy.variables) {
    const verdict = variable.evaluate({ object, variables });
    // A value of the engine is fit to be given to it again.
    if ('value' in verdict) variables[name] = verdict.value as CelInput;
  }
  return variables;
}

function refusal(
  verdict: Verdict,
  subject: Subject,
  { policy, message }: Pick<Refusal, 'policy' | 'message'>,
): readonly Refusal[] {
  if ('error' in verdict) return [{ subject, policy, message, error: verdict.error }];
  return verdict.value === true ? [] : [{ subject, policy, message }];
}

/** What one policy says of one object, once it is known to be about it. */
export function judge(policy: Policy, subject: Subject): readonly Refusal[] {
  const object = toCel(subject.object);
  const variables = variablesOf(policy, object);
  return policy.validations.flatMap(({ message, expression: rule }) =>
    refusal(rule.evaluate({ object, variables }), subject, { policy: policy.name, message }),
  );
}

/** All policies on all objects. */
export function outcomeOf(
  policies: readonly Policy[],
  exceptions: readonly Exception[],
  subjects: readonly Subject[],
): Outcome {
  const [refusals, exemptions]: [Refusal[], Exemption[]] = [[], []];
  let evaluations = 0;
  for (const policy of policies)
    for (const subject of subjects.filter(policy.matches)) {
      const object = toCel(subject.object);
      if (!hold(policy.conditions, { object })) continue;
      const exception = exceptions.find((one) => one.policies.has(policy.name) && hold(one.conditions, { object }));
      if (exception) {
        exemptions.push({ subject, policy: policy.name, exception: exception.name });
        continue;
      }
      evaluations += policy.validations.length;
      refusals.push(...judge(policy, subject));
    }
  return { refusals, exemptions, evaluations };
}
