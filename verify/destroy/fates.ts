import type { StackResource } from '../assembly/load.ts';
import { resourceRows } from '../cost/rows/index.ts';

/** Something beside the resource that AWS or a service makes and that the stack does not delete. */
export interface Remainder {
  readonly what: string;
  readonly why: string;
  readonly billable: boolean;
  /** A log group, which one call deletes. */
  readonly logGroup?: string;
}

/**
 * What becomes of a resource when CloudFormation deletes it: it goes; it goes once it is empty; or it goes after a time
 * in which it costs nothing.
 */
export type Fate = 'goes' | 'goes when empty' | 'goes later, free of charge';

/** Types that do not simply go. All others that have a decision about their cost do. */
const SPECIAL: Readonly<Record<string, Fate>> = {
  'AWS::Backup::BackupVault': 'goes when empty',
  'AWS::ECR::Repository': 'goes when empty',
  'AWS::KMS::Key': 'goes later, free of charge',
  'AWS::KMS::ReplicaKey': 'goes later, free of charge',
  'AWS::Route53::HostedZone': 'goes when empty',
  'AWS::S3::Bucket': 'goes when empty',
};

/** Undefined for a type that nobody decided about. */
export const fateOf = (type: string): Fate | undefined =>
  SPECIAL[type] ?? (Object.hasOwn(resourceRows, type) ? 'goes' : undefined);

/** Whether a resource that stays is charged for: it has a price, or one that nobody can know. */
export const isBillable = (type: string): boolean => {
  const row = resourceRows[type];
  return row === undefined || !('free' in row);
};

const logGroup = (name: string, why: string): Remainder => ({
  what: `log group ${name}`,
  why,
  billable: true,
  logGroup: name,
});

const ofDatabase = ({ properties, logicalId }: StackResource): readonly Remainder[] => {
  const keeps = properties.key('DeleteAutomatedBackups').value !== true;
  const isReplica = properties.key('SourceDBInstanceIdentifier').exists;
  const monitored = Number(properties.key('MonitoringInterval').value ?? 0) > 0;
  return [
    ...(keeps && !isReplica
      ? [{ what: `automated backups of ${logicalId}`, why: 'DeleteAutomatedBackups is not on', billable: true }]
      : []),
    ...(monitored ? [logGroup('RDSOSMetrics', 'enhanced monitoring writes to a group that RDS makes')] : []),
  ];
};

/** What resources leave behind by themselves, by type. */
const REMAINDERS: Readonly<Record<string, (resource: StackResource) => readonly Remainder[]>> = {
  'AWS::RDS::DBInstance': ofDatabase,
  'AWS::SecretsManager::RotationSchedule': ({ properties }) => {
    const name = properties.at('HostedRotationLambda.RotationLambdaName').text;
    return name === undefined ? [] : [logGroup(`/aws/lambda/${name}`, 'Lambda makes it for the rotation function')];
  },
  'AWS::Lambda::Function': ({ properties, logicalId }) => [
    logGroup(`/aws/lambda/${properties.key('FunctionName').text ?? logicalId}`, 'Lambda makes it for the function'),
  ],
};

export const remaindersOf = (resource: StackResource): readonly Remainder[] =>
  REMAINDERS[resource.type]?.(resource) ?? [];

/** Data that lives in the subnets, groups and keys of other stacks. */
export const LIVES_IN_OTHERS: ReadonlySet<string> = new Set([
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::RDS::DBInstance',
]);

/** What such data lives in; AWS refuses to delete these while it does. */
export const LIVED_IN: ReadonlySet<string> = new Set(['AWS::EC2::SecurityGroup', 'AWS::EC2::Subnet', 'AWS::EC2::VPC']);

export const stays = ({ deletionPolicy }: StackResource): boolean => deletionPolicy !== 'Delete';
