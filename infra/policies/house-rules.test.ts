import { describe, expect, test } from '@jest/globals';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { SITES, synthesized } from '#tests/support/infra.ts';
import { HouseChecks } from './house-checks.ts';
import { ENCRYPTED_TYPES, houseRules } from './house-rules.ts';
import { retention } from './retention.ts';

interface Case {
  readonly rule: string;
  readonly type: string;
  readonly passes: object;
  readonly fails: object;
}

const TAGS = ['owner', 'cost-centre', 'environment'].map((Key) => ({ Key, Value: 'x' }));
const denyPlain = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const allowAll = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject' };
const allowOne = { ...allowAll, Principal: { AWS: 'arn:aws:iam::111111111111:root' } };
const disks = (Encrypted: boolean) => ({ BlockDeviceMappings: [{ Ebs: { Encrypted } }] });
const policy = (...Statement: readonly object[]) => ({ PolicyDocument: { Statement } });
const blocked = (all: boolean) => ({
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: all,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
});

const cases: readonly Case[] = [
  { rule: 'encryption', type: 'AWS::Backup::BackupVault', passes: { EncryptionKeyArn: 'key' }, fails: {} },
  { rule: 'encryption', type: 'AWS::EC2::Instance', passes: disks(true), fails: disks(false) },
  {
    rule: 'encryption',
    type: 'AWS::EC2::LaunchTemplate',
    passes: { LaunchTemplateData: disks(true) },
    fails: { LaunchTemplateData: {} },
  },
  {
    rule: 'encryption',
    type: 'AWS::ECR::Repository',
    passes: { EncryptionConfiguration: { EncryptionType: 'KMS' } },
    fails: { EncryptionConfiguration: { EncryptionType: 'AES256' } },
  },
  {
    rule: 'encryption',
    type: 'AWS::ElastiCache::ReplicationGroup',
    passes: { AtRestEncryptionEnabled: true, KmsKeyId: 'key' },
    fails: { AtRestEncryptionEnabled: false },
  },
  {
    rule: 'encryption',
    type: 'AWS::RDS::DBInstance',
    passes: { StorageEncrypted: true, KmsKeyId: 'key' },
    fails: { StorageEncrypted: false },
  },
  { rule: 'encryption', type: 'AWS::S3::Bucket', passes: { BucketEncryption: {} }, fails: {} },
  { rule: 'encryption', type: 'AWS::SNS::Topic', passes: { KmsMasterKeyId: 'key' }, fails: {} },
  { rule: 'encryption', type: 'AWS::SecretsManager::Secret', passes: { KmsKeyId: 'key' }, fails: {} },
  { rule: 'tls-only', type: 'AWS::S3::BucketPolicy', passes: policy(denyPlain), fails: policy(allowOne) },
  { rule: 'tls-only', type: 'AWS::SNS::TopicPolicy', passes: policy(denyPlain), fails: policy(allowOne) },
  {
    rule: 'tls-only',
    type: 'AWS::ElastiCache::ReplicationGroup',
    passes: { TransitEncryptionMode: 'required' },
    fails: { TransitEncryptionMode: 'preferred' },
  },
  {
    rule: 'tls-only',
    type: 'AWS::RDS::DBParameterGroup',
    passes: { Parameters: { 'rds.force_ssl': '1' } },
    fails: { Parameters: { 'rds.force_ssl': '0' } },
  },
  { rule: 'no-public-data', type: 'AWS::S3::Bucket', passes: blocked(true), fails: blocked(false) },
  { rule: 'no-public-data', type: 'AWS::RDS::DBInstance', passes: { PubliclyAccessible: false }, fails: {} },
  { rule: 'no-public-data', type: 'AWS::S3::BucketPolicy', passes: policy(allowOne), fails: policy(allowAll) },
  {
    rule: 'no-public-data',
    type: 'AWS::ECR::Repository',
    passes: { RepositoryPolicyText: { Statement: [allowOne] } },
    fails: { RepositoryPolicyText: { Statement: [allowAll] } },
  },
  { rule: 'log-retention', type: 'AWS::Logs::LogGroup', passes: { RetentionInDays: 7 }, fails: {} },
  { rule: 'log-retention', type: 'AWS::S3::Bucket', passes: { LifecycleConfiguration: {} }, fails: {} },
  { rule: 'tags', type: 'AWS::EKS::Cluster', passes: { Tags: TAGS }, fails: { Tags: TAGS.slice(1) } },
  {
    rule: 'no-default-security-group',
    type: 'AWS::RDS::DBInstance',
    passes: { VPCSecurityGroups: ['sg-1'] },
    fails: { VPCSecurityGroups: [{ 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] }] },
  },
  {
    rule: 'no-default-security-group',
    type: 'AWS::ElastiCache::ReplicationGroup',
    passes: { SecurityGroupIds: ['sg-1'] },
    fails: {},
  },
  {
    rule: 'no-open-ingress',
    type: 'AWS::EC2::SecurityGroup',
    passes: { SecurityGroupIngress: [{ CidrIp: '10.0.0.0/8' }] },
    fails: { SecurityGroupIngress: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '0.0.0.0/0' }] },
  },
  {
    rule: 'no-open-ingress',
    type: 'AWS::EC2::SecurityGroupIngress',
    passes: { SourceSecurityGroupId: 'sg-1' },
    fails: { CidrIpv6: '::/0' },
  },
  {
    rule: 'no-open-ingress',
    type: 'AWS::EKS::Cluster',
    passes: { ResourcesVpcConfig: { EndpointPublicAccess: true, PublicAccessCidrs: ['203.0.113.0/24'] } },
    fails: { ResourcesVpcConfig: { EndpointPublicAccess: true } },
  },
];

function breachesOf(type: string, properties: object): readonly string[] {
  const stack = new Stack(new App(), 'stack');
  new CfnResource(stack, 'Resource', { type, properties });
  return new HouseChecks().validateScope(stack).violations.map(({ ruleName }) => ruleName);
}

describe.each(houseRules)('house rule $id', ({ id, says, fix }) => {
  test.each(cases.filter(({ rule }) => rule === id))(
    'lets a sound $type pass, and no other',
    ({ type, passes, fails }) => {
      expect(breachesOf(type, passes)).not.toContain(`House-${id}`);
      expect(breachesOf(type, fails)).toContain(`House-${id}`);
    },
  );

  test('is tested, and says what it asks for and how to mend a breach', () => {
    expect(cases.filter(({ rule }) => rule === id).length).toBeGreaterThan(0);
    expect([says, fix].every((sentence) => sentence.endsWith('.'))).toBe(true);
  });
});

test('every type that holds data is covered by the rule on encryption, or holds none of ours', () => {
  /** A key is what encrypts; logs are encrypted by CloudWatch; a zone is public. */
  const exempt = ['AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::Route53::HostedZone'];
  const data = Object.keys(retention).filter((type) => retention[type] === 'data' && !exempt.includes(type));
  expect(data.filter((type) => !ENCRYPTED_TYPES.includes(type))).toEqual([]);
});

test('every rule finds something to look at in what we deploy', () => {
  const types = new Set(SITES.flatMap(synthesizedTypes));
  for (const rule of houseRules) expect(rule.types.filter((type) => !types.has(type))).toEqual([]);
});

function synthesizedTypes(site: (typeof SITES)[number]): readonly string[] {
  return synthesized(site).flatMap(({ resources }) => resources.map(({ Type }) => Type));
}
