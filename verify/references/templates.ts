import { isFields, Node } from '../tree/node.ts';
import type { Template } from '../tree/template.ts';
import type { Tree } from '../tree/tree.ts';
import { among } from './answers.ts';
import { inResources, type Reference, type ReferenceRow, type Resolution, resolved, type Surroundings } from './row.ts';

interface TemplateReference extends Reference {
  readonly to: 'logical id' | 'export';
  /** What is asked of it by `Fn::GetAtt`. */
  readonly attribute?: string;
  readonly template: Template;
}

/** Functions that name another part of the template, or another stack's output; both forms of GetAtt. */
function named(value: object): (Pick<TemplateReference, 'to' | 'attribute'> & { readonly name: string }) | undefined {
  if ('Ref' in value && typeof value.Ref === 'string') return { to: 'logical id', name: value.Ref };
  if ('Fn::ImportValue' in value && typeof value['Fn::ImportValue'] === 'string')
    return { to: 'export', name: value['Fn::ImportValue'] };
  if (!('Fn::GetAtt' in value)) return undefined;
  const given = value['Fn::GetAtt'];
  const [first, ...rest] = Array.isArray(given) ? given.map(String) : String(given).split('.');
  return { to: 'logical id', name: String(first), attribute: rest.join('.') };
}

/** Properties never change, so what was found in them is found once. */
const known = new WeakMap<object, readonly Omit<TemplateReference, 'template'>[]>();

function* referencesIn(node: Node): Generator<Omit<TemplateReference, 'template'>> {
  if (isFields(node.value)) {
    const found = named(node.value);
    if (found) yield { at: node, value: found.name, ...found };
    for (const [, child] of node.entries()) yield* referencesIn(child);
  } else for (const item of node.items()) yield* referencesIn(item);
}

function referencesOf(properties: Node): readonly Omit<TemplateReference, 'template'>[] {
  if (!isFields(properties.value)) return [];
  const found = known.get(properties.value) ?? [...referencesIn(new Node(properties.value, 'Properties'))];
  known.set(properties.value, found);
  return found;
}

const exported = (tree: Tree): ReadonlySet<string> =>
  new Set(
    tree.templates.flatMap(({ root }) =>
      root
        .key('Outputs')
        .entries()
        .map(([, output]) => output.at('Export.Name').text ?? ''),
    ),
  );

const logicalIds = (tree: Tree): ReadonlyMap<Template, ReadonlySet<string>> =>
  new Map(
    tree.templates.map((template) => [
      template,
      new Set([
        ...template.resources.map(({ logicalId }) => logicalId),
        ...Object.keys(template.root.key('Parameters').fields),
      ]),
    ]),
  );

/** Attributes of the types that rights and rules hang on (CloudFormation, «Return values»). */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': ['Arn', 'RoleId'],
  'AWS::EC2::SecurityGroup': ['GroupId', 'Id', 'VpcId'],
  'AWS::KMS::Key': ['Arn', 'KeyId'],
};

function attributeOf({ value, attribute, template }: TemplateReference): Resolution {
  const type = template.resources.find(({ logicalId }) => logicalId === value)?.type ?? '';
  const attributes = ATTRIBUTES[type];
  return attribute === undefined || !attributes ? resolved : among(attribute, attributes, `attribute of ${type}`);
}

function resolve({ value, to, template, ...rest }: TemplateReference, { tree }: Surroundings): Resolution {
  if (value.startsWith('AWS::')) return resolved;
  const there = to === 'export' ? tree.derive(exported) : (tree.derive(logicalIds).get(template) ?? new Set<string>());
  if (there.has(value)) return attributeOf({ value, to, template, ...rest });
  return among(
    value,
    [...there],
    to === 'export' ? 'export of another stack' : 'resource or parameter of the template',
  );
}

export const templateRows: readonly ReferenceRow[] = [
  inResources<TemplateReference>({
    kind: 'template reference',
    says: 'What a resource of AWS refers to is in its template, or exported by another stack.',
    find: ({ properties }, template) => referencesOf(properties).map((found) => ({ ...found, template })),
    resolve,
  }),
];
