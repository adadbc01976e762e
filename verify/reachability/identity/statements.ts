import type { Node } from '../../tree/node.ts';
import type { Resource, Template } from '../../tree/template.ts';
import { inTemplate, once, type Through, type World } from '../model.ts';
import { canonical } from './intrinsics.ts';

/** A request as IAM sees it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Condition keys and their values, by the key in lower case. */
  readonly context: Readonly<Record<string, string>>;
}

type Comparison = (expected: string, actual: string | undefined) => boolean;
interface Condition {
  readonly compare: Comparison;
  readonly key: string;
  readonly expected: readonly string[];
}

export interface Statement {
  readonly allows: boolean;
  readonly actions: readonly RegExp[];
  readonly exceptActions: readonly RegExp[];
  readonly resources: readonly RegExp[];
  readonly exceptResources: readonly RegExp[];
  readonly conditions: readonly Condition[];
  readonly through: Through;
}

const patterns = new Map<string, RegExp>();

/** IAM's wildcards: `*` for anything, `?` for one character. */
function pattern(text: string, flags: 's' | 'si'): RegExp {
  const key = `${flags} ${text}`;
  const known = patterns.get(key);
  if (known) return known;
  const escaped = text
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const made = new RegExp(`^${escaped}$`, flags);
  patterns.set(key, made);
  return made;
}

const like: Comparison = (expected, actual) => actual !== undefined && pattern(expected, 's').test(actual);

/** Operators that are understood. With any other a statement is taken to allow, and not to deny: the worse of both. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringNotEquals: (expected, actual) => expected !== actual,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (expected, actual) => actual !== undefined && expected.toLowerCase() === actual.toLowerCase(),
};

const listOf = (node: Node): readonly Node[] => (Array.isArray(node.value) ? node.items() : node.exists ? [node] : []);

function conditionsOf(world: World, template: Template, block: Node): readonly Condition[] | 'unknown' {
  const all: Condition[] = [];
  for (const [operator, keys] of block.entries()) {
    const compare = COMPARISONS[operator];
    if (!compare) return 'unknown';
    for (const [key, values] of keys.entries())
      all.push({
        compare,
        key: key.toLowerCase(),
        expected: listOf(values).map((value) => canonical(world, template, value)),
      });
  }
  return all;
}

function statementOf(
  world: World,
  place: { readonly template: Template; readonly resource: Resource },
  node: Node,
): readonly Statement[] {
  const { template, resource } = place;
  const actions = (field: string): readonly RegExp[] =>
    listOf(node.key(field)).map(({ text }) => pattern(text ?? '', 'si'));
  const resources = (field: string): readonly RegExp[] =>
    listOf(node.key(field)).map((each) => pattern(canonical(world, template, each), 's'));
  const allows = node.key('Effect').text === 'Allow';
  const conditions = conditionsOf(world, template, node.key('Condition'));
  if (conditions === 'unknown' && !allows) return [];
  return [
    {
      allows,
      actions: actions('Action'),
      exceptActions: actions('NotAction'),
      resources: resources('Resource'),
      exceptResources: resources('NotResource'),
      conditions: conditions === 'unknown' ? [] : conditions,
      through: inTemplate(template, resource, node),
    },
  ];
}

/** Where a role is named by a policy: by reference, across stacks, or by its own name. */
const isRole = (
  world: World,
  template: Template,
  of: { readonly node: Node; readonly id: string; readonly name: string | undefined },
): boolean => {
  const value = canonical(world, template, of.node);
  return value === of.id || value === of.name;
};

/** Every role's statements, inline and attached, by `<stack>.<logical id>`. */
export const statementsOf = once((world: World): ReadonlyMap<string, readonly Statement[]> => {
  const all = world.tree.templates.flatMap((template) =>
    template.resources.map((resource) => ({ template, resource })),
  );
  const policies = all.filter(({ resource }) => /^AWS::IAM::(?:ManagedPolicy|Policy)$/.test(resource.type));
  const documentOf = (place: { readonly template: Template; readonly resource: Resource }, document: Node) =>
    listOf(document.key('Statement')).flatMap((statement) => statementOf(world, place, statement));
  return new Map(
    all
      .filter(({ resource }) => resource.type === 'AWS::IAM::Role')
      .map(({ template, resource }) => {
        const id = `${template.stack}.${resource.logicalId}`;
        const name = resource.properties.key('RoleName').text;
        const inline = resource.properties
          .list('Policies')
          .flatMap((policy) => documentOf({ template, resource }, policy.key('PolicyDocument')));
        const attached = policies
          .filter(({ template: own, resource: policy }) =>
            policy.properties.list('Roles').some((node) => isRole(world, own, { node, id, name })),
          )
          .flatMap((place) => documentOf(place, place.resource.properties.key('PolicyDocument')));
        return [id, [...inline, ...attached]] as const;
      }),
  );
});

const some = (list: readonly RegExp[], text: string): boolean => list.some((each) => each.test(text));

const onAction = ({ actions, exceptActions }: Statement, action: string): boolean =>
  exceptActions.length > 0 ? !some(exceptActions, action) : some(actions, action);

function onRest({ resources, exceptResources, conditions }: Statement, { resource, context }: Request): boolean {
  const onResource = exceptResources.length > 0 ? !some(exceptResources, resource) : some(resources, resource);
  return (
    onResource &&
    conditions.every(({ compare, key, expected }) => expected.some((value) => compare(value, context[key])))
  );
}

/** The statement by which a request is allowed, unless another denies it. */
export type Answer = (request: Request) => Through | undefined;

/** Answers requests by these statements; which of them speak of an action is looked up once. */
export function answering(statements: readonly Statement[]): Answer {
  const byAction = new Map<string, readonly Statement[]>();
  return (request) => {
    const about = byAction.get(request.action) ?? statements.filter((statement) => onAction(statement, request.action));
    byAction.set(request.action, about);
    const speaking = about.filter((statement) => onRest(statement, request));
    return speaking.some(({ allows }) => !allows) ? undefined : speaking[0]?.through;
  };
}

const PRINCIPALS = ['Service', 'AWS', 'Federated', 'CanonicalUser'] as const;

const principalsOf = (node: Node): readonly Node[] =>
  node.text === undefined ? PRINCIPALS.flatMap((kind) => listOf(node.key(kind))) : [node];

/** What a role's trust policy allows whom: its principals stand where policies have resources. */
export function trustOf(world: World, place: { readonly template: Template; readonly resource: Resource }): Answer {
  const statements = listOf(place.resource.properties.at('AssumeRolePolicyDocument.Statement')).flatMap((node) =>
    statementOf(world, place, node).map((statement) => ({
      ...statement,
      resources: principalsOf(node.key('Principal')).map(({ text }) => pattern(text ?? '', 's')),
    })),
  );
  return answering(statements);
}
