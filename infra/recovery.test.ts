import { describe, expect, test } from '@jest/globals';
import { standbyOf } from '#catalog/environments/index.ts';
import { names } from '#catalog/names.ts';
import { subnetCidrs } from '#catalog/network.ts';
import { buckets } from '#catalog/stores.ts';
import {
  environmentOf,
  glanceAt,
  recoveryStackOf,
  stackOf,
  synthesized,
  withEnvironment,
} from '#tests/support/infra.ts';

const prod = environmentOf('prod');
const [standby] = standbyOf(prod);
if (!standby) throw new Error('prod has no recovery region.');

interface Rule {
  readonly Status: string;
  readonly Destination: {
    readonly Bucket: string;
    readonly EncryptionConfiguration: { readonly ReplicaKmsKeyID: string };
    readonly ReplicationTime?: { readonly Time: { readonly Minutes: number } };
  };
}

const ruleOf = (bucket: string): Rule | undefined => {
  const found = stackOf('prod', 'storage')
    .properties('AWS::S3::Bucket')
    .find(({ BucketName }) => BucketName === names.bucket(prod, bucket));
  return (found?.ReplicationConfiguration as { Rules: readonly Rule[] } | undefined)?.Rules[0];
};

describe('the recovery region of prod', () => {
  test('is another region, with addresses of its own, so that the two networks can be joined', () => {
    expect(standby.region).not.toBe(prod.region);
    const first = subnetCidrs(prod, 'private');
    expect(subnetCidrs(standby, 'private').filter((cidr) => first.includes(cidr))).toEqual([]);
  });

  test('shares no name with the first region where an account or the world has each name once', () => {
    const namesOf = (type: string, property: string) =>
      synthesized('prod').flatMap((stack) => stack.properties(type).map((each) => each[property]));
    for (const [type, property] of [
      ['AWS::IAM::Role', 'RoleName'],
      ['AWS::S3::Bucket', 'BucketName'],
      ['AWS::RDS::DBInstance', 'DBInstanceIdentifier'],
    ] as const) {
      const given = namesOf(type, property).filter((name) => name !== undefined);
      expect(given.length).toBeGreaterThan(0);
      expect(new Set(given).size).toBe(given.length);
    }
  });

  test('is deployed without a step by hand: copies before what is copied, the replica after its source', () => {
    expect(stackOf('prod', 'storage').dependencies).toContain('gamemetrics-prod-recovery-storage');
    expect(stackOf('prod', 'database').dependencies).toContain('gamemetrics-prod-recovery-vault');
    expect(recoveryStackOf('database').dependencies).toContain('gamemetrics-prod-database');
  });

  test('imports nothing across regions: the two meet in names', () => {
    const ofRegion = (recovery: boolean) =>
      synthesized('prod').filter(({ stackName }) => stackName.startsWith('gamemetrics-prod-recovery-') === recovery);
    for (const { json } of ofRegion(true))
      expect(JSON.stringify(json)).not.toMatch(/ImportValue":"gamemetrics-prod-(?!recovery)/);
    for (const { json } of ofRegion(false))
      expect(JSON.stringify(json)).not.toMatch(/ImportValue":"gamemetrics-prod-recovery-/);
  });
});

describe('buckets', () => {
  test.each(buckets.filter(({ replication }) => replication !== 'none').map(({ name }) => name))(
    '%s is copied to the recovery region under a key of that region',
    (bucket) => {
      const rule = ruleOf(bucket);
      expect(rule?.Status).toBe('Enabled');
      expect(rule?.Destination).toMatchObject({
        Bucket: `arn:aws:s3:::gamemetrics-prod-recovery-333333333333-${bucket}`,
        EncryptionConfiguration: {
          ReplicaKmsKeyID: 'arn:aws:kms:us-west-2:333333333333:alias/gamemetrics/prod-recovery/storage',
        },
      });
    },
  );

  test('are copied with a promise of 15 minutes where the recovery point depends on it', () => {
    const timed = buckets.filter(({ name }) => ruleOf(name)?.Destination.ReplicationTime?.Time.Minutes === 15);
    expect(timed.map(({ name }) => name)).toEqual(['archive', 'backups', 'velero', 'audit']);
  });

  test('the copy of the audit log is locked as the original is', () => {
    const locked = recoveryStackOf('storage')
      .properties('AWS::S3::Bucket')
      .filter(({ ObjectLockEnabled }) => ObjectLockEnabled);
    expect(locked.map(({ BucketName }) => BucketName)).toEqual([names.bucket(standby, 'audit')]);
  });

  test('access logs stay where they are, and the copies are copied nowhere', () => {
    expect(ruleOf('access-logs')).toBeUndefined();
    const copies = recoveryStackOf('storage').properties('AWS::S3::Bucket');
    expect(copies.filter((copy) => 'ReplicationConfiguration' in copy)).toEqual([]);
  });
});

describe('databases', () => {
  const replica = recoveryStackOf('database').only('AWS::RDS::DBInstance');

  test('a replica of the primary follows it, awake and of the same size', () => {
    expect(replica).toMatchObject({
      SourceDBInstanceIdentifier: 'arn:aws:rds:us-east-1:333333333333:db:gamemetrics-prod-database',
      SourceRegion: 'us-east-1',
      DBInstanceClass: `db.${prod.database.instanceType}`,
      BackupRetentionPeriod: prod.database.backupRetentionDays,
      DeletionProtection: true,
      PubliclyAccessible: false,
    });
    expect(stackOf('prod', 'database').properties('AWS::RDS::DBInstance')[0]?.DBInstanceIdentifier).toBe(
      'gamemetrics-prod-database',
    );
  });

  test('it is encrypted under a key of its region', () => {
    expect(JSON.stringify(replica.KmsKeyId)).toContain('gamemetrics-prod-recovery-vault:');
    expect(replica).not.toHaveProperty('StorageEncrypted');
  });

  test('passwords of databases are there under the same names, those of the cache are made there', () => {
    const secrets = stackOf('prod', 'database').properties('AWS::SecretsManager::Secret');
    const copied = secrets.filter(({ ReplicaRegions }) => ReplicaRegions !== undefined);
    expect(copied.map(({ Name }) => Name)).toEqual(
      secrets.map(({ Name }) => Name).filter((name) => !String(name).endsWith('/endpoint')),
    );
    for (const { ReplicaRegions } of copied)
      expect(ReplicaRegions).toEqual([{ Region: 'us-west-2', KmsKeyId: 'alias/gamemetrics/prod-recovery/backup' }]);
    const cache = recoveryStackOf('cache').properties('AWS::SecretsManager::Secret');
    expect(cache.map(({ Name }) => Name)).toContain('gamemetrics/prod/cache/event-ingestion-service');
  });
});

describe('the cluster', () => {
  const cluster = recoveryStackOf('cluster');
  const groups = cluster.properties('AWS::EKS::Nodegroup');
  const sizeOf = (group: string) =>
    groups.find(({ Labels }) => (Labels as Record<string, string>)['gamemetrics/pool'] === group)?.ScalingConfig;

  test('sleeps until a parameter wakes it', () => {
    expect(cluster.json.Parameters).toMatchObject({ Awake: { AllowedValues: ['no', 'yes'], Default: 'no' } });
    expect(cluster.json.Conditions).toMatchObject({ IsAwake: { 'Fn::Equals': [{ Ref: 'Awake' }, 'yes'] } });
  });

  test('what the objectives need is awake: brokers for MirrorMaker, the replica of TimescaleDB, and what runs them', () => {
    const { data, system } = standby.nodeGroups;
    expect(data.min).toBeGreaterThanOrEqual(prod.kafka.brokers);
    expect(system.min).toBeGreaterThanOrEqual(1);
  });

  test('services sleep: the parameter gives their nodes the size of the first region', () => {
    const awake = prod.nodeGroups.application;
    expect(sizeOf('application')).toMatchObject({
      MinSize: { 'Fn::If': ['IsAwake', awake.min, 0] },
      DesiredSize: { 'Fn::If': ['IsAwake', awake.desired, 0] },
      MaxSize: awake.max,
    });
  });

  test('the first region has no such switch', () => {
    expect(stackOf('prod', 'cluster').json.Parameters).not.toHaveProperty('Awake');
  });
});

test('an environment without a recovery region has no stack and no copy there', () => {
  const { recovery: _recovery, ...rest } = prod;
  const base = withEnvironment('prod', {});
  const facts = { ...base, environments: base.environments.map((each) => (each.name === 'prod' ? rest : each)) };
  const stacks = synthesized('prod', facts);
  expect(stacks.filter(({ stackName }) => stackName.includes('recovery'))).toEqual([]);
  expect(stacks.some(({ json }) => JSON.stringify(json).includes('us-west-2'))).toBe(false);
});

test.each(['database', 'cluster'] as const)('the %s of the recovery region at a glance', (kind) => {
  expect(glanceAt(recoveryStackOf(kind), { 'AWS::RDS::DBInstance': ['DBInstanceClass', 'MultiAZ'] })).toMatchSnapshot();
});
