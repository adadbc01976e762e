import type { ChangeClass, Hazard } from '#verify/diff/model.ts';
import { type Draft, set, unset } from './output.ts';

/** Changes the resources of one stack's template in place. */
export interface StackDraft {
  /** The one resource of a type, or the first whose logical id matches. */
  resource(type: string, id?: RegExp): Record<string, unknown>;
  remove(type: string, id?: RegExp): void;
  add(id: string, resource: Readonly<Record<string, unknown>>): void;
  setTerminationProtection(on: boolean): void;
}

export interface Seed {
  readonly says: string;
  readonly class: ChangeClass;
  readonly hazard: Hazard;
  /** A kind of stack, for a change of AWS. */
  readonly stack?: string;
  readonly aws?: (draft: StackDraft) => void;
  readonly kubernetes?: (draft: Draft) => void;
}

export const DATABASE = 'AWS::RDS::DBInstance';
export const CACHE = 'AWS::ElastiCache::ReplicationGroup';
export const BUCKET = 'AWS::S3::Bucket';
export const PRIMARY = /Primary/;

export type Edit = readonly [path: string, value: unknown];

/** Sets properties of a resource; undefined takes one away. */
export const edit =
  (type: string, id: RegExp | undefined, ...edits: readonly Edit[]) =>
  (draft: StackDraft): void => {
    const resource = draft.resource(type, id);
    for (const [path, value] of edits)
      if (value === undefined) unset(resource, path);
      else set(resource, path, value);
  };

export const aws = (
  expected: readonly [ChangeClass, Hazard],
  says: string,
  [stack, change]: readonly [string, (draft: StackDraft) => void],
): Seed => ({ class: expected[0], hazard: expected[1], says, stack, aws: change });

export const kubernetes = (
  expected: readonly [ChangeClass, Hazard],
  says: string,
  change: (draft: Draft) => void,
): Seed => ({
  class: expected[0],
  hazard: expected[1],
  says,
  kubernetes: change,
});

export const LOSS = ['dangerous', 'data loss'] as const;
export const EXPOSURE = ['dangerous', 'public exposure'] as const;
export const PRIVILEGE = ['dangerous', 'privilege gain'] as const;
export const OPENED = ['dangerous', 'removed deny'] as const;
export const DOWNGRADE = ['dangerous', 'downgrade'] as const;
export const FEWER = ['disruptive', 'lost replica'] as const;
export const RESTART = ['disruptive', 'restart'] as const;
export const REPLACED = ['disruptive', 'replacement'] as const;
export const CLOSED = ['disruptive', 'access lost'] as const;
export const REMOVED = ['disruptive', 'removal'] as const;
export const SAFE = ['safe', 'none'] as const;

export const role = (statements: readonly object[]): Readonly<Record<string, unknown>> => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'pods.eks.amazonaws.com' } }],
    },
    Policies: [{ PolicyName: 'needs', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});
