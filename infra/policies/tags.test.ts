import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { ENVIRONMENTS, environmentOf, type Resource, SITES, synthesized } from '#tests/support/infra.ts';
import { REQUIRED_TAGS, requiredTags, teamOf } from './tags.ts';

/** Types of CloudFormation that take no tags, or take them elsewhere (CloudFormation resource reference). */
const UNTAGGED = new Set([
  'AWS::Backup::BackupSelection',
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::Route',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ElastiCache::UserGroup',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::KMS::Alias',
  'AWS::RDS::EventSubscription',
  'AWS::Route53::RecordSet',
  'AWS::S3::BucketPolicy',
  // Its group has the tags.
  'AWS::Scheduler::Schedule',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
]);

const TAG_PROPERTIES = ['Tags', 'HostedZoneTags', 'ResourceTags', 'BackupVaultTags', 'BackupPlanTags'] as const;

/** Most types call them Tags and list them; some have another name, another spelling, or a map. */
function tagsOf({ Properties }: Resource): Readonly<Record<string, unknown>> {
  const tags = TAG_PROPERTIES.map((property) => Properties[property]).find((value) => value !== undefined) ?? [];
  if (!Array.isArray(tags)) return tags as Readonly<Record<string, unknown>>;
  const listed = tags as { Key?: string; key?: string; Value?: unknown; value?: unknown }[];
  return Object.fromEntries(listed.map(({ Key, key, Value, value }) => [Key ?? key, Value ?? value]));
}

describe.each(SITES)('in %s', (name) => {
  const resources = synthesized(name).flatMap((template) => template.resources);

  test('every resource that can be tagged names its owner, cost centre and environment', () => {
    const missing = resources
      .filter(({ Type }) => !UNTAGGED.has(Type))
      .filter((resource) => REQUIRED_TAGS.some((tag) => !(tag in tagsOf(resource))))
      .map(({ id, Type }) => `${Type} ${id}`);
    expect(missing).toEqual([]);
  });

  test('owner and cost centre are a team of the catalog and its own', () => {
    const teams = catalog.teams.map(({ name: owner, costCentre }) => `${owner} ${costCentre}`);
    const found = resources
      .map(tagsOf)
      .filter((tags) => 'owner' in tags)
      .map((tags) => `${tags.owner} ${tags['cost-centre']}`);
    expect([...new Set(found)].filter((pair) => !teams.includes(pair))).toEqual([]);
    expect(new Set(found).size).toBeGreaterThan(1);
  });
});

describe.each(ENVIRONMENTS)('in %s', (name) => {
  const resources = synthesized(name).flatMap((template) => template.resources);

  test('nodes and their disks carry the tags, though they are made outside of CloudFormation', () => {
    const templates = resources.filter(({ Type }) => Type === 'AWS::EC2::LaunchTemplate');
    expect(templates).toHaveLength(environmentOf(name).recovery ? 6 : 3);
    for (const { Properties } of templates) {
      const { TagSpecifications } = Properties.LaunchTemplateData as {
        TagSpecifications: { ResourceType: string; Tags: unknown[] }[];
      };
      expect(TagSpecifications.map(({ ResourceType }) => ResourceType)).toEqual(['instance', 'volume']);
      for (const { Tags } of TagSpecifications) expect(Tags).toContainEqual({ Key: 'environment', Value: name });
    }
  });
});

test('a service belongs to its team, and a team to itself', () => {
  expect(teamOf(catalog, 'user-service')).toBe('players');
  expect(teamOf(catalog, 'platform')).toBe('platform');
});

test('an owner that nobody knows is an error', () => {
  expect(() => requiredTags({ catalog, site: environmentOf('dev') }, 'nobody')).toThrow(
    '«nobody» is neither a team nor a service',
  );
});
