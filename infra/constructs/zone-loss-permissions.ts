import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

/** FIS marks the network ACLs that it makes, and may touch no other. */
const MADE_BY_FIS = { StringEquals: { 'aws:ResourceTag/managedByFIS': 'true' } } as const;

export interface ZoneLossTargets {
  readonly environment: Environment;
  readonly vpcId: string;
  readonly primary: string;
}

const allow = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Record<string, unknown>,
): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions ? { conditions } : {}) });

/** What each action of the experiment asks for (FIS user guide, «Actions reference», permissions). */
export function zoneLossPermissions(scope: Construct, targets: ZoneLossTargets): PolicyStatement[] {
  return [...network(scope, targets), ...nodes(scope, targets), ...stores(scope, targets), ...reporting()];
}

function network(scope: Construct, { vpcId }: ZoneLossTargets): PolicyStatement[] {
  const stack = Stack.of(scope);
  const acls = stack.formatArn({ service: 'ec2', resource: 'network-acl', resourceName: '*' });
  const vpc = stack.formatArn({ service: 'ec2', resource: 'vpc', resourceName: vpcId });
  return [
    allow(
      [
        'ec2:DescribeInstances',
        'ec2:DescribeManagedPrefixLists',
        'ec2:DescribeNetworkAcls',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      ['*'],
    ),
    allow(['ec2:CreateNetworkAcl'], [acls], { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } }),
    allow(['ec2:CreateNetworkAcl'], [vpc]),
    allow(['ec2:CreateTags'], [acls], { StringEquals: { 'ec2:CreateAction': 'CreateNetworkAcl' } }),
    allow(['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAcl'], [acls], MADE_BY_FIS),
    // It swaps the ACL of a subnet, and swaps it back: both its own and ours take part.
    allow(
      ['ec2:ReplaceNetworkAclAssociation'],
      [acls, stack.formatArn({ service: 'ec2', resource: 'subnet', resourceName: '*' })],
      {
        ArnEquals: { 'ec2:Vpc': vpc },
      },
    ),
  ];
}

function nodes(scope: Construct, { environment }: ZoneLossTargets): PolicyStatement[] {
  const instances = Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
  return [
    allow(['ec2:StartInstances', 'ec2:StopInstances'], [instances], {
      StringEquals: { 'aws:ResourceTag/eks:cluster-name': names.cluster(environment) },
    }),
  ];
}

function stores(scope: Construct, { environment, primary }: ZoneLossTargets): PolicyStatement[] {
  const named = (service: string, resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return [
    allow(['rds:DescribeDBInstances', 'rds:RebootDBInstance'], [named('rds', 'db', primary)]),
    allow(
      ['elasticache:DescribeReplicationGroups', 'elasticache:InterruptClusterAzPower'],
      [named('elasticache', 'replicationgroup', names.cluster(environment))],
    ),
    allow(['tag:GetResources'], ['*']),
  ];
}

function reporting(): PolicyStatement[] {
  return [
    // What delivers logs to CloudWatch takes no resource.
    allow(
      ['logs:CreateLogDelivery', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies', 'logs:PutResourcePolicy'],
      ['*'],
    ),
  ];
}
