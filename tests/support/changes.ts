import {
  aws,
  BUCKET,
  CACHE,
  CLOSED,
  DATABASE,
  DOWNGRADE,
  EXPOSURE,
  edit,
  FEWER,
  LOSS,
  OPENED,
  PRIMARY,
  PRIVILEGE,
  REMOVED,
  REPLACED,
  RESTART,
  role,
  SAFE,
  type Seed,
} from './change-seeds.ts';
import { kubernetesSeeds } from './kubernetes-changes.ts';
import { get, set, unset } from './output.ts';

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
  aws(REPLACED, 'the peering leads to another network', [
    'peering',
    edit('AWS::EC2::VPCPeeringConnection', undefined, ['Properties.PeerVpcId', 'vpc-0']),
  ]),
  aws(EXPOSURE, 'the balancers that the other region reads from let everybody in', [
    'peering',
    edit('AWS::EC2::SecurityGroup', undefined, ['Properties.SecurityGroupIngress[0].CidrIp', '0.0.0.0/0']),
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
/** Changes that people make, each with the class and the hazard that it must get. */
export const seeds: readonly Seed[] = [...awsSeeds, ...kubernetesSeeds];

export type { Seed, StackDraft } from './change-seeds.ts';
