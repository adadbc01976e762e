import { fullDiff, ResourceImpact, type TemplateDiff } from '@aws-cdk/cloudformation-diff';
import type { Stack } from '../../assembly/load.ts';
import { Node } from '../../tree/node.ts';
import { fieldChanges } from '../fields.ts';
import { type Change, classed, type Reason } from '../model.ts';
import { reasonsOf } from '../rows.ts';
import { awsFields } from './fields.ts';
import { identityChanges } from './identity.ts';
import { awsSets } from './sets.ts';
import { CHANGED_IN_PLACE, DATA_TYPES, GUARDS, QUIET } from './types.ts';

type ResourceDifference = TemplateDiff['resources']['changes'][string];

const isReplica = ({ oldProperties }: ResourceDifference): boolean =>
  oldProperties?.SourceDBInstanceIdentifier !== undefined;

/** What leaves, and what CloudFormation does with it. */
function removal(type: string, difference: ResourceDifference): readonly Reason[] {
  const guarded = GUARDS[type];
  if (guarded !== undefined)
    return [{ class: 'dangerous', hazard: 'removed deny', sentence: `A guard is removed: ${guarded}.` }];
  if (difference.changeImpact === ResourceImpact.WILL_ORPHAN)
    return [
      { class: 'disruptive', hazard: 'removal', sentence: 'It stays in the account, and nobody manages it any more.' },
    ];
  if (isReplica(difference))
    return [{ class: 'disruptive', hazard: 'lost replica', sentence: 'A read replica is deleted.' }];
  if (DATA_TYPES.has(type))
    return [{ class: 'dangerous', hazard: 'data loss', sentence: 'It is deleted with all that it holds.' }];
  return QUIET.has(type) ? [] : [{ class: 'disruptive', hazard: 'removal', sentence: 'Whoever relies on it fails.' }];
}

/** Properties whose change makes a new one, surely or perhaps. */
const replacing = (type: string, { propertyUpdates }: ResourceDifference, impact: ResourceImpact): readonly string[] =>
  Object.entries(propertyUpdates)
    .filter(([name, { changeImpact }]) => changeImpact === impact && !CHANGED_IN_PLACE[type]?.includes(name))
    .map(([name]) => name);

/** Replacement by the resource schemas: a new one is made, and the old one is deleted or left behind. */
function replacement(type: string, difference: ResourceDifference): readonly Reason[] {
  const will = replacing(type, difference, ResourceImpact.WILL_REPLACE);
  const may = replacing(type, difference, ResourceImpact.MAY_REPLACE);
  if (will.length + may.length === 0) return [];
  const verb = `${will.length > 0 ? 'It is' : 'It may be'} replaced (${[...will, ...may].join(', ')})`;
  if (DATA_TYPES.has(type) && !isReplica(difference))
    return [{ class: 'dangerous', hazard: 'data loss', sentence: `${verb}: the new one is empty.` }];
  return [{ class: 'disruptive', hazard: 'replacement', sentence: `${verb}.` }];
}

/** A policy of deletion that keeps less than before. */
function keepsLess(type: string, { otherChanges }: ResourceDifference): readonly Reason[] {
  return ['DeletionPolicy', 'UpdateReplacePolicy'].flatMap((policy): readonly Reason[] => {
    const change = otherChanges[policy];
    const drops = change !== undefined && change.oldValue !== undefined && (change.newValue ?? 'Delete') === 'Delete';
    return drops && DATA_TYPES.has(type)
      ? [
          {
            class: 'dangerous',
            hazard: 'data loss',
            sentence: `${policy} no longer keeps it: from ${change.oldValue} to Delete.`,
          },
        ]
      : [];
  });
}

/** Fields that say nothing about what runs. */
const SILENT = ['Metadata', 'DependsOn'] as const;
const audible = (resource: Readonly<Record<string, unknown>> | undefined) =>
  resource &&
  Object.fromEntries(Object.entries(resource).filter(([name]) => !SILENT.some((silent) => silent === name)));

function resourceChange(stack: string, logicalId: string, difference: ResourceDifference): readonly Change[] {
  const { oldValue, newValue, isAddition, isRemoval } = difference;
  const type = newValue?.Type ?? oldValue?.Type ?? '';
  const fields = isAddition || isRemoval ? [] : fieldChanges(audible(oldValue), audible(newValue));
  if (!isAddition && !isRemoval && fields.length === 0) return [];
  const pair = {
    subject: type,
    ...(oldValue ? { before: new Node(oldValue.Properties ?? {}) } : {}),
    ...(newValue ? { after: new Node(newValue.Properties ?? {}) } : {}),
  };
  const operation = isAddition ? 'added' : isRemoval ? 'removed' : 'changed';
  const change = { area: 'aws', place: stack, subject: `${type} ${logicalId}`, operation, fields } as const;
  const reasons = isRemoval
    ? removal(type, difference)
    : [
        ...replacement(type, difference),
        ...keepsLess(type, difference),
        ...reasonsOf({ fields: awsFields, sets: awsSets }, pair),
      ];
  return [classed(change, reasons)];
}

const EMPTY = { Resources: {} } as const;

/** What an update of one stack does; a stack that is not there is empty. */
export function templateChanges(
  stack: string,
  before: Readonly<Record<string, unknown>> = EMPTY,
  after: Readonly<Record<string, unknown>> = EMPTY,
): readonly Change[] {
  // The library follows replacements through references, and changes what it is given on the way.
  const diff = fullDiff(structuredClone(before), structuredClone(after));
  const resources = Object.entries(diff.resources.changes).flatMap(([id, difference]) =>
    resourceChange(stack, id, difference),
  );
  const identities = identityChanges(diff).map(({ subject, operation, reasons }) =>
    classed({ area: 'aws', place: stack, subject, operation, fields: [] }, reasons),
  );
  return [...resources, ...identities];
}

function protectionChanges(before: Stack | undefined, after: Stack | undefined): readonly Change[] {
  if (!before?.terminationProtection || !after || after.terminationProtection) return [];
  const reason: Reason = { class: 'dangerous', hazard: 'data loss', sentence: 'One mistake can delete the stack.' };
  const fields = [{ path: 'terminationProtection', before: 'true', after: 'false' }];
  return [classed({ area: 'aws', place: after.name, subject: 'stack', operation: 'changed', fields }, [reason])];
}

/** All stacks of two assemblies, by name. */
export function awsChanges(before: readonly Stack[], after: readonly Stack[]): readonly Change[] {
  const olds = new Map(before.map((stack) => [stack.name, stack]));
  const news = new Map(after.map((stack) => [stack.name, stack]));
  return [...new Set([...olds.keys(), ...news.keys()])].sort().flatMap((name) => {
    const [old, now] = [olds.get(name), news.get(name)];
    return [...protectionChanges(old, now), ...templateChanges(name, old?.template, now?.template)];
  });
}
