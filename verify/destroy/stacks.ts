import type { Environment } from '#catalog/index.ts';
import type { Stack } from '../assembly/load.ts';
import { remaindersOf, stays } from './fates.ts';
import { aws } from './invocation.ts';
import type { Action, Invocation, Step } from './model.ts';

/** AWS deletes a database or a cluster in this time; CloudFormation's own waiter gives up after an hour. */
const STACK_SECONDS = 3_600;

const run = (invocation: Invocation): Action => ({ kind: 'run', invocation });

export const account = ({ account: id, region }: Environment): Step => ({
  name: 'check-account',
  says: `Make sure that the credentials are those of the account ${id}.`,
  actions: [],
  check: {
    says: `The account is ${id}.`,
    invocation: aws(region, 'sts', 'get-caller-identity', '--query', 'Account'),
    expects: id,
    withinSeconds: 0,
  },
});

/** Whoever still writes into a bucket would fill it again. */
export function silenceSteps(stacks: readonly Stack[]): readonly Step[] {
  return stacks.flatMap(({ region, resources }) =>
    resources
      .filter(
        ({ type, properties }) => type === 'AWS::CloudTrail::Trail' && properties.key('TrailName').text !== undefined,
      )
      .map(({ properties }): Step => {
        const name = properties.key('TrailName').text ?? '';
        return {
          name: `stop-logging ${name}`,
          says: 'Stop the trail, so that nothing is written into a bucket that is to be emptied.',
          onlyIf: aws(region, 'cloudtrail', 'get-trail', '--name', name),
          actions: [run(aws(region, 'cloudtrail', 'stop-logging', '--name', name))],
        };
      }),
  );
}

const emptyBucket = (bucket: string, region: string): Step => ({
  name: `empty-bucket ${bucket}`,
  says: `Delete every version of every object in ${bucket}.`,
  onlyIf: aws(region, 's3api', 'head-bucket', '--bucket', bucket),
  actions: [{ kind: 'empty bucket', bucket, region }],
});

const emptyZone = (domain: string): Step => ({
  name: `empty-zone ${domain}`,
  says: `Delete the records of ${domain} that controllers and certificates wrote.`,
  actions: [{ kind: 'empty zone', domain }],
});

const emptyVault = (vault: string, region: string): Step => ({
  name: `empty-vault ${vault}`,
  says: `Delete the recovery points in ${vault}.`,
  onlyIf: aws(region, 'backup', 'describe-backup-vault', '--backup-vault-name', vault),
  actions: [
    {
      kind: 'each',
      list: aws(
        region,
        ...['backup', 'list-recovery-points-by-backup-vault', '--backup-vault-name', vault],
        ...['--query', 'RecoveryPoints[].RecoveryPointArn'],
      ),
      remove: aws(
        region,
        'backup',
        'delete-recovery-point',
        '--backup-vault-name',
        vault,
        '--recovery-point-arn',
        '{}',
      ),
    },
  ],
});

const emptyRepository = (repository: string, region: string): Step => ({
  name: `empty-repository ${repository}`,
  says: `Delete the images in ${repository}.`,
  onlyIf: aws(region, 'ecr', 'describe-repositories', '--repository-names', repository),
  actions: [
    {
      kind: 'each',
      list: aws(region, 'ecr', 'list-images', '--repository-name', repository, '--query', 'imageIds[].imageDigest'),
      remove: aws(
        region,
        'ecr',
        'batch-delete-image',
        '--repository-name',
        repository,
        '--image-ids',
        'imageDigest={}',
      ),
    },
  ],
});

/** Types that CloudFormation deletes only when they are empty: how, and where their name stands. */
export const EMPTYING: Readonly<
  Record<string, { readonly name: string; readonly step: (name: string, region: string) => Step }>
> = {
  'AWS::S3::Bucket': { name: 'BucketName', step: emptyBucket },
  'AWS::Route53::HostedZone': { name: 'Name', step: emptyZone },
  'AWS::Backup::BackupVault': { name: 'BackupVaultName', step: emptyVault },
  'AWS::ECR::Repository': { name: 'RepositoryName', step: emptyRepository },
};

export function emptySteps({ region, resources }: Stack): readonly Step[] {
  return (
    resources
      .filter((resource) => !stays(resource))
      .flatMap((resource) => {
        const row = EMPTYING[resource.type];
        const name = row && resource.properties.key(row.name).text;
        return row && name !== undefined ? [row.step(name, region)] : [];
      })
      // Logs of accesses are delivered hours later, so their bucket is emptied last.
      .toSorted((a, b) => Number(/access-logs/.test(a.name)) - Number(/access-logs/.test(b.name)))
  );
}

/** A cluster that is protected and not retained must lose its protection before its stack. */
function unprotect({ region, resources }: Stack): readonly Action[] {
  return resources
    .filter((resource) => resource.type === 'AWS::EKS::Cluster' && !stays(resource))
    .filter(({ properties }) => properties.key('DeletionProtection').value === true)
    .flatMap(({ properties }) => properties.key('Name').text ?? [])
    .flatMap((name) => [
      run(aws(region, 'eks', 'update-cluster-config', '--name', name, '--no-deletion-protection')),
      run(aws(region, 'eks', 'wait', 'cluster-active', '--name', name)),
    ]);
}

export function deleteStack(stack: Stack): Step {
  const { name, region, terminationProtection } = stack;
  const named = ['--stack-name', name] as const;
  const release = aws(
    region,
    'cloudformation',
    'update-termination-protection',
    '--no-enable-termination-protection',
    ...named,
  );
  return {
    name: `delete-stack ${name}`,
    says: `Delete the stack ${name} and wait until it is gone.`,
    onlyIf: aws(region, 'cloudformation', 'describe-stacks', ...named),
    actions: [
      ...unprotect(stack),
      ...(terminationProtection ? [run(release)] : []),
      run(aws(region, 'cloudformation', 'delete-stack', ...named)),
      run(aws(region, 'cloudformation', 'wait', 'stack-delete-complete', ...named)),
    ],
    check: {
      says: `The stack ${name} is gone.`,
      invocation: aws(
        region,
        ...[
          'cloudformation',
          'list-stacks',
          '--stack-status-filter',
          'DELETE_IN_PROGRESS',
          'DELETE_FAILED',
          'UPDATE_COMPLETE',
          'CREATE_COMPLETE',
        ],
        ...['--query', `StackSummaries[?StackName=='${name}'].StackStatus`],
      ),
      expects: '',
      withinSeconds: STACK_SECONDS,
    },
  };
}

interface LogGroup {
  readonly name: string;
  readonly region: string;
}

export function logGroupsOf(stacks: readonly Stack[]): readonly LogGroup[] {
  const all = stacks.flatMap(({ region, resources }) =>
    resources
      .flatMap(remaindersOf)
      .flatMap(({ logGroup }) => (logGroup === undefined ? [] : [{ name: logGroup, region }])),
  );
  return [...new Map(all.map((group) => [`${group.region} ${group.name}`, group])).values()];
}

export const deleteLogGroup = ({ name, region }: LogGroup): Step => ({
  name: `delete-log-group ${name} ${region}`,
  says: `Delete the log group ${name}, which no stack owns.`,
  actions: [
    {
      kind: 'each',
      list: aws(
        region,
        ...['logs', 'describe-log-groups', '--log-group-name-prefix', name],
        ...['--query', `logGroups[?logGroupName=='${name}'].logGroupName`],
      ),
      remove: aws(region, 'logs', 'delete-log-group', '--log-group-name', '{}'),
    },
  ],
});

/** Ended instances are shown for an hour. */
const FORGETTING_SECONDS = 5_400;

/** Keys and secrets that wait for their deletion keep their tags and cost nothing; everything else found is a leftover. */
export const nothingTagged = (environment: Environment, region: string): Step => ({
  name: `check-leftovers ${region}`,
  says: `Ask AWS for everything in ${region} that is tagged as ${environment.name}.`,
  actions: [],
  check: {
    says: 'Nothing that costs anything is left.',
    invocation: aws(
      region,
      ...['resourcegroupstaggingapi', 'get-resources', '--tag-filters', `Key=environment,Values=${environment.name}`],
      ...[
        '--query',
        "ResourceTagMappingList[?!contains(ResourceARN, ':kms:') && !contains(ResourceARN, ':secretsmanager:')].ResourceARN",
      ],
    ),
    expects: '',
    withinSeconds: FORGETTING_SECONDS,
  },
});
