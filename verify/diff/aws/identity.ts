import type { TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { allows } from '../comparisons.ts';
import type { Reason } from '../model.ts';
import { short } from '../rows.ts';

type Statement = TemplateDiff['iamChanges']['statements']['additions'][number];
type Rule = TemplateDiff['securityGroupChanges']['ingress']['additions'][number];

/** Who gains or loses what, apart from the resource that says so: the change belongs to the stack. */
export interface IdentityChange {
  readonly subject: string;
  readonly operation: 'added' | 'removed';
  readonly reasons: readonly Reason[];
}

const rendered = (statement: Statement): string => {
  const { effect, action, resource, principal, condition } = statement.render();
  const lines = (text: string): string => text.replaceAll('\n', ', ');
  const when = condition === '' ? '' : ` if ${lines(condition)}`;
  return short(`${effect} ${lines(action)} on ${lines(resource)} for ${lines(principal)}${when}`);
};

type Targets = Statement['actions'];

/** Whether every target of one list is among those of another; exceptions must be equal. */
function includes(wide: Targets, narrow: Targets): boolean {
  if (wide.not || narrow.not) return wide.equal(narrow);
  return narrow.values.every((value) => wide.values.some((pattern) => allows(pattern, value)));
}

/** Whether whatever one statement says is said by another already. */
function covers(wide: Statement, narrow: Statement): boolean {
  const sameCondition = JSON.stringify(wide.condition) === JSON.stringify(narrow.condition);
  return (
    wide.effect === narrow.effect &&
    (wide.condition === undefined || sameCondition) &&
    includes(wide.actions, narrow.actions) &&
    includes(wide.resources, narrow.resources) &&
    includes(wide.principals, narrow.principals)
  );
}

const isEverybody = ({ principals }: Statement): boolean =>
  principals.not || principals.values.some((principal) => /^(?:AWS:)?\*$/.test(principal));

/** Actions that only look are given for everything: most of them know no resources. */
const ONLY_LOOKS = /:(?:Describe|List)/;

/** `*`, `s3:*`, or a resource that is everything for actions that do more than look. */
const isWide = ({ actions, resources }: Statement): boolean =>
  actions.not ||
  resources.not ||
  actions.values.some((action) => /^\*$|:\*$/.test(action)) ||
  (resources.values.includes('*') && !actions.values.every((action) => ONLY_LOOKS.test(action)));

const names = (values: readonly string[], logicalId: string): boolean =>
  values.some((value) => value.includes(`\${${logicalId}`));

const named = ({ principals, resources }: Statement, logicalId: string): boolean =>
  names([...principals.values, ...resources.values], logicalId);

/**
 * Whether nobody gains by a statement because what it is about is new itself: a new role with exact rights, or the policy
 * of a new resource that names its parties.
 */
function belongsToNew(statement: Statement, added: readonly string[]): boolean {
  if (statement.isNegativeStatement) return added.some((logicalId) => named(statement, logicalId));
  const isNewResource = added.some((logicalId) => names(statement.resources.values, logicalId));
  const isNewIdentity = added.some((logicalId) => names(statement.principals.values, logicalId));
  return (isNewResource && !isEverybody(statement)) || (isNewIdentity && !isWide(statement));
}

const OF_THE_NEW: Reason = { class: 'safe', hazard: 'none', sentence: 'It concerns something new, and nobody else.' };

function addedStatement(
  statement: Statement,
  diff: TemplateDiff,
  added: readonly string[],
): IdentityChange | undefined {
  const before = diff.iamChanges.statements.removals;
  if (before.some((other) => covers(other, statement))) return undefined;
  const subject = rendered(statement);
  const operation = 'added';
  if (belongsToNew(statement, added)) return { subject, operation, reasons: [OF_THE_NEW] };
  const reason: Reason = statement.isNegativeStatement
    ? { class: 'disruptive', hazard: 'access lost', sentence: 'Something is denied that was not.' }
    : { class: 'dangerous', hazard: 'privilege gain', sentence: 'Somebody may do what nobody allowed before.' };
  return { subject, operation, reasons: [reason] };
}

function removedStatement(
  statement: Statement,
  diff: TemplateDiff,
  removed: readonly string[],
): IdentityChange | undefined {
  const after = diff.iamChanges.statements.additions;
  if (after.some((other) => covers(other, statement))) return undefined;
  const subject = rendered(statement);
  const gone = removed.some((logicalId) => named(statement, logicalId));
  const reason: Reason = statement.isNegativeStatement
    ? { class: 'dangerous', hazard: 'removed deny', sentence: 'Something is no longer denied.' }
    : gone
      ? { class: 'safe', hazard: 'none', sentence: 'The rights of what is removed itself.' }
      : { class: 'disruptive', hazard: 'access lost', sentence: 'Somebody may no longer do it.' };
  return { subject, operation: 'removed', reasons: [reason] };
}

const PUBLIC = new Set(['0.0.0.0/0', '::/0']);

function ruleChange(rule: Rule, direction: 'ingress' | 'egress', operation: 'added' | 'removed'): IdentityChange {
  const subject = `${direction} ${rule.describeProtocol()} ${direction === 'ingress' ? 'from' : 'to'} ${rule.describePeer()} at ${rule.groupId}`;
  const isPublic = direction === 'ingress' && rule.peer?.kind === 'cidr-ip' && PUBLIC.has(rule.peer.ip);
  const reason: Reason =
    operation === 'removed'
      ? { class: 'disruptive', hazard: 'access lost', sentence: 'A connection is closed.' }
      : isPublic
        ? { class: 'dangerous', hazard: 'public exposure', sentence: 'Everybody may connect.' }
        : { class: 'safe', hazard: 'none', sentence: 'A connection is opened to somebody named, not to everybody.' };
  return { subject, operation, reasons: [reason] };
}

/** Rules of the groups that exist before and after; those of a new or removed group say nothing beyond it, unless public. */
function ruleChanges(diff: TemplateDiff): readonly IdentityChange[] {
  const { ingress, egress } = diff.securityGroupChanges;
  return [
    ...ingress.additions.map((rule) => ruleChange(rule, 'ingress', 'added')),
    ...ingress.removals.map((rule) => ruleChange(rule, 'ingress', 'removed')),
    ...egress.additions.map((rule) => ruleChange(rule, 'egress', 'added')),
    ...egress.removals.map((rule) => ruleChange(rule, 'egress', 'removed')),
  ];
}

/** Who may do what, and who may connect, by the whole template: statements and rules, wherever they stand. */
export function identityChanges(diff: TemplateDiff): readonly IdentityChange[] {
  const resources = Object.entries(diff.resources.changes);
  const added = resources.filter(([, { isAddition }]) => isAddition).map(([id]) => id);
  const removed = resources.filter(([, { isRemoval }]) => isRemoval).map(([id]) => id);
  const { statements, managedPolicies } = diff.iamChanges;
  const attached = managedPolicies.additions.map(
    ({ identityArn, managedPolicyArn }): IdentityChange => ({
      subject: short(`${managedPolicyArn} for ${identityArn}`),
      operation: 'added',
      reasons: [
        added.some((id) => identityArn.includes(`\${${id}`))
          ? { class: 'safe', hazard: 'none', sentence: 'The policy of something new.' }
          : { class: 'dangerous', hazard: 'privilege gain', sentence: 'A policy of AWS is attached.' },
      ],
    }),
  );
  return [
    ...statements.additions.flatMap((statement) => addedStatement(statement, diff, added) ?? []),
    ...statements.removals.flatMap((statement) => removedStatement(statement, diff, removed) ?? []),
    ...attached,
    ...ruleChanges(diff),
  ];
}
