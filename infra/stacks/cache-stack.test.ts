import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { ENVIRONMENTS, environmentOf, glanceAt, stackOf } from '#tests/support/infra.ts';

const users = catalog.services
  .filter(({ stores }) => stores.some(({ store }) => store === 'cache'))
  .map(({ name }) => name);

describe.each(ENVIRONMENTS)('the cache of %s', (name) => {
  const { cache: size, retainData } = environmentOf(name);
  const cache = stackOf(name, 'cache');
  const nodes = cache.only('AWS::ElastiCache::ReplicationGroup');

  test('is Valkey in cluster mode, with the shards and replicas of the catalog', () => {
    expect(nodes).toMatchObject({
      Engine: 'valkey',
      ClusterMode: 'enabled',
      CacheParameterGroupName: 'default.valkey8.cluster.on',
      CacheNodeType: size.nodeType,
      NumNodeGroups: size.shards,
      ReplicasPerNodeGroup: size.replicasPerShard,
    });
  });

  test('fails over to another zone where it has a replica', () => {
    expect(nodes).toMatchObject({ AutomaticFailoverEnabled: true, MultiAZEnabled: size.replicasPerShard > 0 });
  });

  test('is encrypted on the wire, without a plain alternative, and at rest under our key', () => {
    expect(nodes).toMatchObject({
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
    });
  });

  test('stands in isolated subnets and lets in the workloads on 6379 alone', () => {
    const { SubnetIds } = cache.only('AWS::ElastiCache::SubnetGroup');
    expect(JSON.stringify(SubnetIds).match(/VpcisolatedSubnet/g)).toHaveLength(3);
    expect(cache.only('AWS::EC2::SecurityGroupIngress')).toMatchObject({
      FromPort: 6379,
      ToPort: 6379,
      SourceSecurityGroupId: { 'Fn::ImportValue': expect.stringContaining('Workloads') },
    });
  });

  test('signs in each service as itself, with a password that is in no template', () => {
    const signedIn = cache.properties('AWS::ElastiCache::User').filter(({ UserName }) => UserName !== 'default');
    expect(signedIn.map(({ UserName }) => UserName)).toEqual(users);
    for (const { Passwords } of cache.properties('AWS::ElastiCache::User'))
      expect(JSON.stringify(Passwords)).toMatch(/resolve:secretsmanager:.*:SecretString:password/);
    expect(nodes.UserGroupIds).toHaveLength(1);
    expect(cache.only('AWS::ElastiCache::UserGroup').UserIds).toEqual([
      `${name}-default`,
      ...users.map((user) => `${name}-${user}`),
    ]);
  });

  test.each(users)('lets %s touch its own keys only, and run nothing dangerous', (user) => {
    const found = cache.properties('AWS::ElastiCache::User').find(({ UserName }) => UserName === user);
    const words = String(found?.AccessString).split(' ');
    expect(words.filter((word) => /^[~&%]/.test(word))).toEqual([`~${user}:*`, `&${user}:*`]);
    expect(words).toEqual(expect.arrayContaining(['on', '-@all', '-@dangerous']));
    expect(words.filter((word) => /@(all|admin|scripting)$/.test(word) && word.startsWith('+'))).toEqual([]);
  });

  test('has its default user switched off', () => {
    const found = cache.properties('AWS::ElastiCache::User').find(({ UserName }) => UserName === 'default');
    expect(found?.AccessString).toBe('off -@all');
  });

  test('publishes where it is under the name that the cluster reads', () => {
    const endpoint = cache
      .properties('AWS::SecretsManager::Secret')
      .find(({ Name }) => Name === `gamemetrics/${name}/elasticache/endpoint`);
    const text = JSON.stringify(endpoint?.SecretString);
    for (const field of ['host', 'port', 'nodes']) expect(text).toContain(`\\"${field}\\"`);
    expect(text).toContain('ConfigurationEndPoint.Address');
  });

  test('is kept where data is retained, and gone otherwise', () => {
    const [group] = cache.ofType('AWS::ElastiCache::ReplicationGroup');
    expect(group?.DeletionPolicy).toBe(retainData ? 'RetainExceptOnCreate' : 'Delete');
  });
});

test('prod has three shards with a replica each', () => {
  expect(stackOf('prod', 'cache').only('AWS::ElastiCache::ReplicationGroup')).toMatchObject({
    NumNodeGroups: 3,
    ReplicasPerNodeGroup: 1,
    MultiAZEnabled: true,
  });
});

test.each(['dev', 'prod'] as const)('the cache of %s at a glance', (name) => {
  expect(
    glanceAt(stackOf(name, 'cache'), {
      'AWS::ElastiCache::ReplicationGroup': [
        'CacheNodeType',
        'NumNodeGroups',
        'ReplicasPerNodeGroup',
        'MultiAZEnabled',
      ],
    }),
  ).toMatchSnapshot();
});
