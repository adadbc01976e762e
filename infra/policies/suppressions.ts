import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type Catalog, type Environment, storeNamed } from '#catalog/index.ts';
import { names, type StackKind } from '#catalog/names.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import { isBucket } from '../constructs/data-bucket.ts';
import { credentialsOf } from '../constructs/store-credentials.ts';
import { PlatformStack, type SiteStack } from '../stacks/platform-stack.ts';

/** A finding that we live with: which rule, where, and why. */
export interface Suppression {
  /** Id of the rule or of one finding of it; `{account}`, `{region}`, `{cluster}` and `{recovery}`, the other region, stand for the environment's. */
  readonly rule: string;
  readonly stack: StackKind;
  /** Path of the construct inside its stack; `*` stands for the rest of one name. */
  readonly at: string;
  readonly reason: string;
  /** In one of the two regions only; in both, when left out. */
  readonly region?: 'first' | 'recovery';
  /** Where the environment's size makes the finding; everywhere, when left out. */
  readonly when?: (environment: Environment) => boolean;
}

const wildcard = (resource: string): string => `AwsSolutions-IAM5[Resource::${resource}]`;
const managed = (policy: string): string => `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`;

const NO_RESOURCE = 'These actions describe, and IAM lets none of them name a resource.';
const OBJECTS = "A bucket's objects are named by the service; the bucket itself is named exactly.";
const AWS_OWNED = 'AWS maintains it together with the service that needs it; a copy of ours would fall behind.';
const NO_FUNCTION = 'Secrets Manager hosts no rotation function for it; people change it by the procedure for secrets.';
const STANDBY =
  'It stands by for the first region: encrypted under a key of its own, one instance until it is promoted, on the port that its primary has.';
const SMALL = "The environment's size gives way to its budget (catalog/environments).";

const hasNatInstance = ({ network }: Environment): boolean => network.nat.kind === 'instance';

const suppressions: readonly Suppression[] = [
  {
    rule: wildcard('*'),
    stack: 'registry',
    at: 'Github/publish/DefaultPolicy',
    reason: 'The token is for ECR as a whole; what it opens is named repository by repository.',
  },
  {
    rule: 'AwsSolutions-EC28',
    stack: 'network',
    at: 'Vpc/publicSubnet1/NatInstance',
    reason: SMALL,
    when: hasNatInstance,
  },
  {
    rule: 'AwsSolutions-EC29',
    stack: 'network',
    at: 'Vpc/publicSubnet1/NatInstance',
    reason: 'It keeps nothing, and the environment is made to be destroyed without a trace.',
    when: hasNatInstance,
  },
  {
    rule: wildcard('*'),
    stack: 'network',
    at: 'DefaultSecurityGroup/Role',
    reason: NO_RESOURCE,
  },
  {
    rule: wildcard(
      'arn:aws:ssm:{region}:{account}:automation-definition/AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules:*',
    ),
    stack: 'network',
    at: 'DefaultSecurityGroup/Role',
    reason: "The wildcard is the version of one runbook of AWS's.",
  },
  {
    rule: wildcard('arn:aws:ssm:{region}:{account}:automation-execution/*'),
    stack: 'network',
    at: 'DefaultSecurityGroup/Role',
    reason: 'Systems Manager makes up the id of an execution when it starts it; the runbook reads its own state.',
  },
  {
    rule: managed('service-role/AmazonRDSEnhancedMonitoringRole'),
    stack: 'database',
    region: 'first',
    at: 'Postgres/Monitoring',
    reason: AWS_OWNED,
  },
  {
    rule: 'AwsSolutions-RDS3',
    stack: 'database',
    region: 'first',
    at: 'Postgres/Primary',
    reason: SMALL,
    when: ({ database }) => !database.multiAz,
  },
  {
    rule: 'AwsSolutions-RDS2',
    stack: 'database',
    region: 'first',
    at: 'Postgres/Replica*',
    reason: 'A replica inherits the encryption of its source; to state it again is an error.',
    when: ({ database }) => database.readReplicas > 0,
  },
  {
    rule: 'AwsSolutions-RDS3',
    stack: 'database',
    region: 'first',
    at: 'Postgres/Replica*',
    reason: 'Two replicas stand in for each other, and the primary has its standby.',
    when: ({ database }) => database.readReplicas > 0,
  },
  {
    rule: 'AwsSolutions-RDS10',
    stack: 'database',
    region: 'first',
    at: 'Postgres/*',
    reason: 'The environment is made to be destroyed without a trace.',
    when: ({ retainData }) => !retainData,
  },
  {
    rule: 'AwsSolutions-RDS11',
    stack: 'database',
    region: 'first',
    at: 'Postgres/*',
    reason: 'A port is no secret: the instances stand in isolated subnets and let in two security groups.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    stack: 'database',
    region: 'first',
    at: 'Endpoint',
    reason: 'It says where the database is, and holds nothing to rotate.',
  },
  ...['AwsSolutions-RDS2', 'AwsSolutions-RDS3', 'AwsSolutions-RDS11'].map(
    (rule): Suppression => ({ rule, stack: 'database', region: 'recovery', at: 'Replica', reason: STANDBY }),
  ),
  {
    rule: managed('service-role/AmazonRDSEnhancedMonitoringRole'),
    stack: 'database',
    region: 'recovery',
    at: 'Monitoring',
    reason: AWS_OWNED,
  },
  {
    rule: 'AwsSolutions-SMG4',
    stack: 'database',
    region: 'recovery',
    at: 'Endpoint',
    reason: 'It says where the database is, and holds nothing to rotate.',
  },
  { rule: 'AwsSolutions-SMG4', stack: 'cache', at: 'Users/cache-*', reason: NO_FUNCTION },
  {
    rule: 'AwsSolutions-SMG4',
    stack: 'cache',
    at: 'Users/DefaultPassword',
    reason: 'Its user is switched off: nobody can sign in with it.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    stack: 'cache',
    at: 'Endpoint',
    reason: 'It says where the cache is, and holds nothing to rotate.',
  },
  {
    rule: 'AwsSolutions-AEC4',
    stack: 'cache',
    at: 'Nodes',
    reason: SMALL,
    when: ({ cache }) => cache.replicasPerShard === 0,
  },
  {
    rule: 'AwsSolutions-AEC6',
    stack: 'cache',
    at: 'Nodes',
    reason:
      'Every service has a user and a password of its own, which is more than the one token that the rule asks for.',
  },
  {
    rule: wildcard('arn:aws:kms:{recovery}:{account}:key/*'),
    stack: 'storage',
    region: 'first',
    at: 'Replication/Role',
    reason: "The key's id is known in the other region only; a condition on its alias names the one that is meant.",
    when: ({ recovery }) => recovery !== undefined,
  },
  ...['Backup', 'Restores'].map(
    (use): Suppression => ({
      rule: managed(`service-role/AWSBackupServiceRolePolicyFor${use}`),
      stack: 'backup',
      at: 'Role',
      reason: AWS_OWNED,
    }),
  ),
  { rule: wildcard('*'), stack: 'chaos', at: 'zone-loss/Role', reason: NO_RESOURCE },
  ...['network-acl', 'subnet', 'instance'].map(
    (resource): Suppression => ({
      rule: wildcard(`arn:aws:ec2:{region}:{account}:${resource}/*`),
      stack: 'chaos',
      at: 'zone-loss/Role',
      reason: 'EC2 makes up their ids; conditions on tags and on the VPC keep the experiment to its targets.',
    }),
  ),
  { rule: managed('AmazonEKSClusterPolicy'), stack: 'cluster', at: 'Cluster/Role', reason: AWS_OWNED },
  { rule: managed('AmazonEKSWorkerNodePolicy'), stack: 'cluster', at: 'NodeRole', reason: AWS_OWNED },
  { rule: managed('AmazonEC2ContainerRegistryPullOnly'), stack: 'cluster', at: 'NodeRole', reason: AWS_OWNED },
  { rule: managed('AmazonEKS_CNI_Policy'), stack: 'cluster', at: 'System/vpc-cni', reason: AWS_OWNED },
  { rule: wildcard('*'), stack: 'cluster', at: 'System/ebs-csi-driver', reason: NO_RESOURCE },
  ...['{account}:volume/*', '{account}:instance/*', ':snapshot/*'].map(
    (resource): Suppression => ({
      rule: wildcard(`arn:aws:ec2:{region}:${resource}`),
      stack: 'cluster',
      at: 'System/ebs-csi-driver',
      reason: 'EC2 makes up their ids; conditions on tags keep the driver to what it made itself.',
    }),
  ),
  { rule: wildcard('*'), stack: 'cluster', at: 'System/cluster-autoscaler', reason: NO_RESOURCE },
  {
    rule: wildcard('arn:aws:eks:{region}:{account}:nodegroup/{cluster}/*/*'),
    stack: 'cluster',
    at: 'System/cluster-autoscaler',
    reason: 'The ids of the node groups of this one cluster.',
  },
  {
    rule: wildcard('arn:aws:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/eks-*'),
    stack: 'cluster',
    at: 'System/cluster-autoscaler',
    reason: "EKS makes up their names; a condition on the cluster's tag keeps it to its own groups.",
  },
  { rule: wildcard('*'), stack: 'cluster', at: 'System/external-dns', reason: NO_RESOURCE },
  { rule: wildcard('*'), stack: 'cluster', at: 'System/kyverno', reason: NO_RESOURCE },
  {
    rule: wildcard('arn:aws:route53:::hostedzone/*'),
    stack: 'cluster',
    region: 'recovery',
    at: 'System/external-dns',
    reason: "The zone belongs to the first region's stack; a condition on the names of records keeps to its domain.",
  },
  { rule: wildcard('*'), stack: 'cluster', at: 'System/load-balancer-controller', reason: NO_RESOURCE },
  ...[
    'acm:{region}:{account}:certificate/*',
    'ec2:{region}:{account}:security-group/*',
    'ec2:{region}:{account}:vpc/*',
    'elasticloadbalancing:{region}:{account}:listener-rule/*',
    'elasticloadbalancing:{region}:{account}:listener/*',
    'elasticloadbalancing:{region}:{account}:loadbalancer/*',
    'elasticloadbalancing:{region}:{account}:loadbalancer/app/*',
    'elasticloadbalancing:{region}:{account}:targetgroup/*',
    'wafv2:{region}:{account}:regional/webacl/{environment}/*',
  ].map(
    (resource): Suppression => ({
      rule: wildcard(`arn:aws:${resource}`),
      stack: 'cluster',
      at: 'System/load-balancer-controller',
      reason:
        'AWS makes up their ids; conditions on the tag of the cluster keep the controller to what it made itself.',
    }),
  ),
  {
    rule: 'CloudFormation-Validate::W9009',
    stack: 'cluster',
    at: 'Cluster/Resource',
    reason: 'CDK writes the property, and EKS still takes «secrets» as its one value.',
  },
];

/** What follows from the catalog: passwords of databases in the cluster, and the objects of declared buckets. */
function derived(catalog: Catalog): readonly Suppression[] {
  const passwords = credentialsOf(catalog, 'timescaledb', 'qdrant', 'nats-jetstream').map(
    ({ store, service }): Suppression => ({
      rule: 'AwsSolutions-SMG4',
      stack: 'database',
      region: 'first',
      at: `${store.name}-${service}`,
      reason: NO_FUNCTION,
    }),
  );
  const objects = catalog.services.flatMap(({ name, stores }) =>
    stores
      .filter(({ store }) => storeNamed(catalog, store).engine === 's3')
      .map(
        ({ store }): Suppression => ({
          rule: wildcard(`arn:aws:s3:::{cluster}-{account}-${store}/*`),
          stack: 'cluster',
          at: `Role-${name}`,
          reason: OBJECTS,
        }),
      ),
  );
  return [...passwords, ...objects, ...keptObjects, ...copiedObjects(catalog)];
}

/** What operators keep below their prefix of a bucket. */
const keptObjects: readonly Suppression[] = Object.entries(OBJECT_KEEPERS).map(([keeper, { bucket, prefix }]) => ({
  rule: wildcard(`arn:aws:s3:::{cluster}-{account}-${bucket}/${prefix}*`),
  stack: 'cluster',
  at: `System/${keeper}`,
  reason: OBJECTS,
}));

/** The objects of every bucket that is copied, and of its copy. */
function copiedObjects(catalog: Catalog): readonly Suppression[] {
  const copied = catalog.stores.filter(isBucket).filter(({ replication }) => replication !== 'none');
  return copied.flatMap(({ name }) =>
    [`{cluster}-{account}-${name}/*`, `{cluster}-recovery-{account}-${name}/*`].map(
      (objects): Suppression => ({
        rule: wildcard(`arn:aws:s3:::${objects}`),
        stack: 'storage',
        region: 'first',
        at: 'Replication/Role',
        reason: OBJECTS,
        when: ({ recovery }) => recovery !== undefined,
      }),
    ),
  );
}

/** Every suppression that is meant for a stack. */
export function suppressionsFor(stack: SiteStack): readonly Suppression[] {
  const environment = stack instanceof PlatformStack ? stack.platform.environment : undefined;
  return [...suppressions, ...derived(stack.catalog)].filter(
    ({ stack: kind, region, when }) =>
      kind === stack.kind &&
      (!region || (region === 'recovery') === Boolean(stack.site.standby)) &&
      (!when || !environment || when(environment)),
  );
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '[^/]*')}$`).test(path);

/** The id as the environment spells it. */
export function ruleFor({ rule }: Suppression, stack: SiteStack): string {
  const { site } = stack;
  const recovery = stack instanceof PlatformStack ? stack.platform.environment.recovery?.region : undefined;
  const values = {
    account: site.account,
    region: site.region,
    cluster: names.cluster(site),
    recovery: recovery ?? site.region,
    environment: names.cluster({ name: site.name }),
  };
  return Object.entries(values).reduce((id, [name, value]) => id.replaceAll(`{${name}}`, value), rule);
}

/** The constructs of a stack that a suppression is about. */
export function targetsOf(stack: SiteStack, { at }: Suppression): readonly IConstruct[] {
  return stack.node.findAll().filter(({ node }) => matches(at, node.path.slice(stack.node.path.length + 1)));
}

/** Acknowledges, in one stack, every suppression that is meant for it. */
export function suppress(stack: SiteStack): void {
  for (const suppression of suppressionsFor(stack)) {
    const id = ruleFor(suppression, stack);
    const targets = targetsOf(stack, suppression);
    if (targets.length === 0)
      throw new Error(`infra/policies/suppressions.ts: «${suppression.at}» is nowhere in ${stack.stackName}.`);
    for (const target of targets) Validations.of(target).acknowledge({ id, reason: suppression.reason });
  }
}
