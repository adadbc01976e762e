import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { ENVIRONMENTS, type Resource, synthesized } from '#tests/support/infra.ts';
import { REQUIRED_TAGS, requiredTags, teamOf } from './tags.ts';

/** Types of CloudFormation that take no tags, or take them elsewhere (CloudFormation resource reference). */
const UNTAGGED = new Set([
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::Route',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ElastiCache::UserGroup',
  'AWS::IAM::Policy',
  'AWS::KMS::Alias',
  'AWS::S3::BucketPolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
]);

function tagsOf({ Properties: { Tags = [] } }: Resource): Readonly<Record<string, unknown>> {
  if (!Array.isArray(Tags)) return Tags as Readonly<Record<string, unknown>>;
  return Object.fromEntries((Tags as { Key: string; Value: unknown }[]).map(({ Key, Value }) => [Key, Value]));
}

describe.each(ENVIRONMENTS)('in %s', (name) => {
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

  test('nodes and their disks carry the tags, though they are made outside of CloudFormation', () => {
    const templates = resources.filter(({ Type }) => Type === 'AWS::EC2::LaunchTemplate');
    expect(templates).toHaveLength(3);
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
  const [environment] = catalog.environments;
  if (!environment) throw new Error('The catalog has no environment.');
  expect(() => requiredTags({ catalog, environment }, 'nobody')).toThrow('«nobody» is neither a team nor a service');
});
