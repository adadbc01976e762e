import type { Resource, SynthesizedTemplate } from './infra.ts';

/** A statement of an IAM policy, with its lists as lists. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Document {
  readonly Statement: readonly (Omit<Statement, 'Action' | 'Resource'> & {
    readonly Action: unknown;
    readonly Resource: unknown;
  })[];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const fromDocument = ({ Statement: statements }: Document): readonly Statement[] =>
  statements.map(({ Action, Resource, ...rest }) => ({
    ...rest,
    Action: listOf(Action).map(String),
    Resource: listOf(Resource),
  }));

/** The role of a template by its name. */
export function roleNamed(template: SynthesizedTemplate, name: string): Resource {
  const found = template.ofType('AWS::IAM::Role').find(({ Properties }) => Properties.RoleName === name);
  if (!found) throw new Error(`${template.stackName} has no role ${name}.`);
  return found;
}

/** Everything that a role is allowed or denied by policies of its template: inline, and attached by name. */
export function statementsOfRole(template: SynthesizedTemplate, role: Resource): readonly Statement[] {
  const inline = (role.Properties.Policies ?? []) as readonly { readonly PolicyDocument: Document }[];
  const attached = template
    .properties('AWS::IAM::Policy')
    .filter(({ Roles }) => JSON.stringify(Roles).includes(`{"Ref":"${role.id}"}`));
  return [...inline.map(({ PolicyDocument }) => PolicyDocument), ...attached.map((each) => each.PolicyDocument)]
    .map((document) => document as Document)
    .flatMap(fromDocument);
}

export const statementsOf = (template: SynthesizedTemplate, name: string): readonly Statement[] =>
  statementsOfRole(template, roleNamed(template, name));

/** Under which conditions a role may be assumed. */
export function conditionsOf(role: Resource['Properties']): unknown {
  const { Statement: statements } = role.AssumeRolePolicyDocument as { Statement: { Condition?: unknown }[] };
  return statements[0]?.Condition;
}
