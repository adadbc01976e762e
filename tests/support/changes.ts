import type { ChangeClass, Hazard } from '#verify/diff/model.ts';
import { type Draft, get, set, unset } from './output.ts';

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

const DATABASE = 'AWS::RDS::DBInstance';
const CACHE = 'AWS::ElastiCache::ReplicationGroup';
const BUCKET = 'AWS::S3::Bucket';
const PRIMARY = /Primary/;

type Edit = readonly [path: string, value: unknown];

/** Sets properties of a resource; undefined takes one away. */
const edit =
  (type: string, id: RegExp | undefined, ...edits: readonly Edit[]) =>
  (draft: StackDraft): void => {
    const resource = draft.resource(type, id);
    for (const [path, value] of edits)
      if (value === undefined) unset(resource, path);
      else set(resource, path, value);
  };

const aws = (
  expected: readonly [ChangeClass, Hazard],
  says: string,
  [stack, change]: readonly [string, (draft: StackDraft) => void],
): Seed => ({ class: expected[0], hazard: expected[1], says, stack, aws: change });

const kubernetes = (expected: readonly [ChangeClass, Hazard], says: string, change: (draft: Draft) => void): Seed => ({
  class: expected[0],
  hazard: expected[1],
  says,
  kubernetes: change,
});

const LOSS = ['dangerous', 'data loss'] as const;
const EXPOSURE = ['dangerous', 'public exposure'] as const;
const PRIVILEGE = ['dangerous', 'privilege gain'] as const;
const OPENED = ['dangerous', 'removed deny'] as const;
const DOWNGRADE = ['dangerous', 'downgrade'] as const;
const FEWER = ['disruptive', 'lost replica'] as const;
const RESTART = ['disruptive', 'restart'] as const;
const REPLACED = ['disruptive', 'replacement'] as const;
const CLOSED = ['disruptive', 'access lost'] as const;
const REMOVED = ['disruptive', 'removal'] as const;
const SAFE = ['safe', 'none'] as const;

const role = (statements: readonly object[]): Readonly<Record<string, unknown>> => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'pods.eks.amazonaws.com' } }],
    },
    Policies: [{ PolicyName: 'needs', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

const awsSeeds: readonly Seed[] = [
  aws(LOSS, 'the database loses its protection from deletion', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.DeletionProtection', false]),
  ]),
  aws(LOSS, 'the database keeps backups for a day only', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.BackupRetentionPeriod', 1]),
  ]),
  aws(LOSS, 'the database gets another name, so a new one is made', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.DBInstanceIdentifier', 'other']),
  ]),
  aws(LOSS, 'the database no longer stays when it leaves its stack', [
    'database',
    edit(DATABASE, PRIMARY, ['DeletionPolicy', 'Delete']),
  ]),
  aws(EXPOSURE, 'the database gets a public address', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.PubliclyAccessible', true]),
  ]),
  aws(FEWER, 'the database loses its standby', ['database', edit(DATABASE, PRIMARY, ['Properties.MultiAZ', false])]),
  aws(RESTART, 'the database gets a larger machine', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.DBInstanceClass', 'db.m7g.large']),
  ]),
  aws(DOWNGRADE, 'the database goes back to an older engine', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.EngineVersion', '17']),
  ]),
  aws(RESTART, 'the database gets a newer engine', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.EngineVersion', '19']),
  ]),
  aws(SAFE, 'the database may grow further', [
    'database',
    edit(DATABASE, PRIMARY, ['Properties.MaxAllocatedStorage', 900]),
  ]),
  aws(LOSS, 'the stack of the database loses its protection', [
    'database',
    (draft) => draft.setTerminationProtection(false),
  ]),
  aws(FEWER, 'the cache loses its replicas', ['cache', edit(CACHE, undefined, ['Properties.ReplicasPerNodeGroup', 0])]),
  aws(FEWER, 'the cache loses a shard', ['cache', edit(CACHE, undefined, ['Properties.NumNodeGroups', 2])]),
  aws(OPENED, 'the cache takes connections in the clear', [
    'cache',
    edit(CACHE, undefined, ['Properties.TransitEncryptionMode', 'preferred']),
  ]),
  aws(PRIVILEGE, 'a user of the cache may touch all keys', [
    'cache',
    (draft) => {
      const user = draft.resource('AWS::ElastiCache::User', /analyticsapi/);
      set(user, 'Properties.AccessString', `${String(get(user, 'Properties.AccessString'))} ~*`);
    },
  ]),
  aws(EXPOSURE, 'a bucket may be opened to everybody', [
    'storage',
    edit(BUCKET, /archive/, ['Properties.PublicAccessBlockConfiguration.BlockPublicPolicy', false]),
  ]),
  aws(LOSS, 'a bucket keeps no versions', [
    'storage',
    edit(BUCKET, /archive/, ['Properties.VersioningConfiguration.Status', 'Suspended']),
  ]),
  aws(LOSS, 'a bucket deletes what it kept for ever', [
    'storage',
    edit(BUCKET, /archive/, ['Properties.LifecycleConfiguration.Rules[0].ExpirationInDays', 30]),
  ]),
  aws(OPENED, 'the policy of a bucket is removed', [
    'storage',
    (draft) => draft.remove('AWS::S3::BucketPolicy', /archive/),
  ]),
  aws(OPENED, 'the policy of a bucket no longer denies', [
    'storage',
    (draft) => unset(draft.resource('AWS::S3::BucketPolicy', /archive/), 'Properties.PolicyDocument.Statement[0]'),
  ]),
  aws(PRIVILEGE, 'a key may be used by another account', [
    'storage',
    (draft) => {
      const statements = get(draft.resource('AWS::KMS::Key'), 'Properties.KeyPolicy.Statement');
      if (Array.isArray(statements))
        statements.push({
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Principal: { AWS: 'arn:aws:iam::000000000000:root' },
          Resource: '*',
        });
    },
  ]),
  aws(EXPOSURE, 'the Kubernetes API is opened to everybody', [
    'cluster',
    edit('AWS::EKS::Cluster', undefined, ['Properties.ResourcesVpcConfig.PublicAccessCidrs', ['0.0.0.0/0']]),
  ]),
  aws(OPENED, 'the control plane no longer records', [
    'cluster',
    edit('AWS::EKS::Cluster', undefined, ['Properties.Logging', undefined]),
  ]),
  aws(DOWNGRADE, 'the cluster goes back to an older version', [
    'cluster',
    edit('AWS::EKS::Cluster', undefined, ['Properties.Version', '1.34']),
  ]),
  aws(FEWER, 'a node group shrinks', [
    'cluster',
    edit('AWS::EKS::Nodegroup', /data/, ['Properties.ScalingConfig.DesiredSize', 1]),
  ]),
  aws(REPLACED, 'a node group gets other machines', [
    'cluster',
    edit('AWS::EKS::Nodegroup', /data/, ['Properties.InstanceTypes', ['m8g.large']]),
  ]),
  aws(PRIVILEGE, 'developers become administrators of the cluster', [
    'cluster',
    edit('AWS::EKS::AccessEntry', /developers/, ['Properties.AccessPolicies[0].AccessScope', { Type: 'cluster' }]),
  ]),
  aws(PRIVILEGE, 'the role of a service gets a right more', [
    'cluster',
    (draft) => {
      const statements = get(
        draft.resource('AWS::IAM::Role', /dataretention/i),
        'Properties.Policies[0].PolicyDocument.Statement',
      );
      if (Array.isArray(statements))
        statements.push({ Effect: 'Allow', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::other' });
    },
  ]),
  aws(SAFE, 'a new role comes with exact rights', [
    'cluster',
    (draft) => draft.add('New', role([{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::one/*' }])),
  ]),
  aws(PRIVILEGE, 'a new role may do everything', [
    'cluster',
    (draft) => draft.add('New', role([{ Effect: 'Allow', Action: '*', Resource: '*' }])),
  ]),
  aws(CLOSED, 'the role of a service loses a right', [
    'cluster',
    (draft) =>
      unset(draft.resource('AWS::IAM::Role', /dataretention/i), 'Properties.Policies[0].PolicyDocument.Statement[0]'),
  ]),
  aws(EXPOSURE, 'a security group lets everybody in', [
    'network',
    (draft) =>
      draft.add('Open', {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { GroupId: 'sg-1', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, CidrIp: '0.0.0.0/0' },
      }),
  ]),
  aws(EXPOSURE, 'a subnet gives public addresses', [
    'network',
    edit('AWS::EC2::Subnet', /private/, ['Properties.MapPublicIpOnLaunch', true]),
  ]),
  aws(LOSS, 'flow logs are kept for a shorter time', [
    'network',
    edit('AWS::Logs::LogGroup', undefined, ['Properties.RetentionInDays', 1]),
  ]),
  aws(OPENED, 'the record of who did what is switched off', [
    'audit',
    edit('AWS::CloudTrail::Trail', undefined, ['Properties.IsLogging', false]),
  ]),
  aws(OPENED, 'the firewall loses a rule', [
    'edge',
    (draft) => unset(draft.resource('AWS::WAFv2::WebACL'), 'Properties.Rules[0]'),
  ]),
  aws(OPENED, 'the firewall is removed', ['edge', (draft) => draft.remove('AWS::WAFv2::WebACL')]),
  aws(REMOVED, 'an alarm is removed', ['alarms', (draft) => draft.remove('AWS::CloudWatch::Alarm', /databasecpu/)]),
  aws(SAFE, 'an alarm is described in other words', [
    'alarms',
    edit('AWS::CloudWatch::Alarm', /databasecpu/, ['Properties.AlarmDescription', 'Other words.']),
  ]),
  aws(SAFE, 'a tag changes', ['storage', edit(BUCKET, /archive/, ['Properties.Tags[0].Value', 'other'])]),
];

const API = 'Deployment analytics-api';
const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers[0]`;
const BROKERS = 'KafkaNodePool brokers';
const TOPIC = 'KafkaTopic player.events.raw';
const API_USER = 'KafkaUser analytics-api';

const object = (apiVersion: string, kind: string, rest: object): Readonly<Record<string, unknown>> => ({
  apiVersion,
  kind,
  metadata: { name: 'extra', namespace: 'gamemetrics' },
  ...rest,
});

const kubernetesSeeds: readonly Seed[] = [
  kubernetes(RESTART, 'a service gets another image', (draft) =>
    draft.set(API, `${CONTAINER}.image`, 'registry/other@sha256:1'),
  ),
  kubernetes(PRIVILEGE, 'a container is privileged', (draft) =>
    draft.set(API, `${CONTAINER}.securityContext.privileged`, true),
  ),
  kubernetes(PRIVILEGE, 'a container may write to its root', (draft) =>
    draft.unset(API, `${CONTAINER}.securityContext.readOnlyRootFilesystem`),
  ),
  kubernetes(PRIVILEGE, 'pods share the network of the node', (draft) => draft.set(API, `${POD}.hostNetwork`, true)),
  kubernetes(PRIVILEGE, 'pods run under another account', (draft) =>
    draft.set(API, `${POD}.serviceAccountName`, 'data-retention-service'),
  ),
  kubernetes(FEWER, 'an autoscaler keeps fewer pods', (draft) =>
    draft.set('HorizontalPodAutoscaler analytics-api', 'spec.minReplicas', 1),
  ),
  kubernetes(SAFE, 'an autoscaler may make more pods', (draft) =>
    draft.set('HorizontalPodAutoscaler analytics-api', 'spec.maxReplicas', 30),
  ),
  kubernetes(FEWER, 'a scaled object keeps fewer pods', (draft) =>
    draft.set('ScaledObject event-processor-service', 'spec.minReplicaCount', 1),
  ),
  kubernetes(FEWER, 'a disruption budget is removed', (draft) =>
    draft.remove('PodDisruptionBudget event-ingestion-service'),
  ),
  kubernetes(FEWER, 'a broker leaves', (draft) => draft.set(BROKERS, 'spec.replicas', 2)),
  kubernetes(LOSS, 'the disks of brokers shrink', (draft) =>
    draft.set(BROKERS, 'spec.storage.volumes[0].size', '10Gi'),
  ),
  kubernetes(SAFE, 'the disks of brokers grow', (draft) => draft.set(BROKERS, 'spec.storage.volumes[0].size', '400Gi')),
  kubernetes(LOSS, 'the disks of brokers go with their pool', (draft) =>
    draft.set(BROKERS, 'spec.storage.volumes[0].deleteClaim', true),
  ),
  kubernetes(LOSS, 'a topic keeps its records for an hour', (draft) =>
    draft.set(TOPIC, 'spec.config["retention.ms"]', 3_600_000),
  ),
  kubernetes(SAFE, 'a topic keeps its records for ever', (draft) =>
    draft.set(TOPIC, 'spec.config["retention.ms"]', -1),
  ),
  kubernetes(REPLACED, 'a topic gets more partitions', (draft) => draft.set(TOPIC, 'spec.partitions', 24)),
  kubernetes(FEWER, 'a topic acknowledges with one copy', (draft) =>
    draft.set(TOPIC, 'spec.config["min.insync.replicas"]', 1),
  ),
  kubernetes(REMOVED, 'a topic leaves Git and stays in the cluster', (draft) => draft.remove(TOPIC)),
  kubernetes(DOWNGRADE, 'Kafka goes back to an older release', (draft) =>
    draft.set('Kafka gamemetrics', 'spec.kafka.version', '4.2.0'),
  ),
  kubernetes(OPENED, 'Kafka decides otherwise who may do what', (draft) =>
    draft.unset('Kafka gamemetrics', 'spec.kafka.authorization'),
  ),
  kubernetes(EXPOSURE, 'brokers can be reached from outside', (draft) =>
    draft.set('Kafka gamemetrics', 'spec.kafka.listeners[0].type', 'loadbalancer'),
  ),
  kubernetes(PRIVILEGE, 'a user of Kafka may read every topic', (draft) =>
    draft.set(API_USER, 'spec.authorization.acls[0].resource', { type: 'topic', name: '*', patternType: 'literal' }),
  ),
  kubernetes(CLOSED, 'a user of Kafka loses a right', (draft) => draft.unset(API_USER, 'spec.authorization.acls[0]')),
  kubernetes(OPENED, 'the policy that denies by default is removed', (draft) =>
    draft.remove('NetworkPolicy gamemetrics/default-deny'),
  ),
  kubernetes(CLOSED, 'a policy that allows is removed', (draft) => draft.remove('NetworkPolicy allow-analytics-api')),
  kubernetes(EXPOSURE, 'a policy lets everybody in', (draft) =>
    draft.set('NetworkPolicy allow-analytics-api', 'spec.ingress[0].from', [{ ipBlock: { cidr: '0.0.0.0/0' } }]),
  ),
  kubernetes(OPENED, 'a policy no longer governs what leaves', (draft) =>
    draft.set('NetworkPolicy allow-analytics-api', 'spec.policyTypes', ['Ingress']),
  ),
  kubernetes(EXPOSURE, 'a service gets a load balancer', (draft) =>
    draft.set('Service analytics-api', 'spec.type', 'LoadBalancer'),
  ),
  kubernetes(CLOSED, 'a service closes a port', (draft) => draft.unset('Service analytics-api', 'spec.ports[0]')),
  kubernetes(PRIVILEGE, 'a role may read secrets', (draft) =>
    draft.add(
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', {
        rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
      }),
    ),
  ),
  kubernetes(PRIVILEGE, 'a role is given to somebody more', (draft) =>
    draft.add(
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
        roleRef: {},
        subjects: [{ kind: 'ServiceAccount', name: 'analytics-api' }],
      }),
    ),
  ),
  kubernetes(OPENED, 'the quota of a namespace is removed', (draft) =>
    draft.remove('ResourceQuota gamemetrics/base-load'),
  ),
  kubernetes(PRIVILEGE, 'a namespace takes privileged pods', (draft) =>
    draft.set('Namespace gamemetrics', 'metadata.labels["pod-security.kubernetes.io/enforce"]', 'privileged'),
  ),
  kubernetes(REMOVED, 'a namespace leaves Git and stays in the cluster', (draft) =>
    draft.remove('Namespace observability'),
  ),
  kubernetes(LOSS, 'disks go with their claims', (draft) =>
    draft.set('StorageClass standard', 'reclaimPolicy', 'Delete'),
  ),
  kubernetes(DOWNGRADE, 'an older chart is installed', (draft) =>
    draft.set('Application operator-strimzi', 'spec.source.targetRevision', '1.1.0'),
  ),
  kubernetes(LOSS, 'Argo CD prunes without a question', (draft) =>
    draft.set('Application kafka', 'spec.syncPolicy.automated', { prune: true }),
  ),
  kubernetes(CLOSED, 'pods no longer get a secret', (draft) =>
    draft.unset('ExternalSecret analytics-api-secrets', 'spec.data[0]'),
  ),
  kubernetes(REMOVED, 'a service account is removed', (draft) => draft.remove('ServiceAccount analytics-api')),
  kubernetes(SAFE, 'a label changes', (draft) => draft.set('Service analytics-api', 'metadata.labels.extra', 'value')),
  kubernetes(SAFE, 'a planned service changes, which no Application applies', (draft) =>
    draft.remove('Deployment regional-node'),
  ),
  kubernetes(SAFE, 'a configuration changes', (draft) =>
    draft.set('ConfigMap analytics-api-config', 'data.LOG_LEVEL', 'debug'),
  ),
];

/** Changes that people make, each with the class and the hazard that it must get. */
export const seeds: readonly Seed[] = [...awsSeeds, ...kubernetesSeeds];
