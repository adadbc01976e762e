import { describe, expect, test } from '@jest/globals';
import { outboxes } from '#catalog/outbox.ts';
import {
  ENVIRONMENTS,
  environmentOf,
  glanceAt,
  type Resource,
  SERVICES,
  type SynthesizedTemplate,
  stackOf,
  storesOf,
} from '#tests/support/infra.ts';

const KEY = { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] };

const instances = (database: SynthesizedTemplate): readonly Resource[] => database.ofType('AWS::RDS::DBInstance');
const primaryOf = (database: SynthesizedTemplate): Resource['Properties'] | undefined =>
  instances(database).find(({ Properties }) => !('SourceDBInstanceIdentifier' in Properties))?.Properties;
const replicasOf = (database: SynthesizedTemplate): readonly Resource['Properties'][] =>
  database.properties('AWS::RDS::DBInstance').filter((instance) => 'SourceDBInstanceIdentifier' in instance);

const secretNames = (database: SynthesizedTemplate): readonly unknown[] =>
  database.properties('AWS::SecretsManager::Secret').map(({ Name }) => Name);

describe.each(ENVIRONMENTS)('the database of %s', (name) => {
  const environment = environmentOf(name);
  const { database: size } = environment;
  const database = stackOf(name, 'database');

  test('is PostgreSQL of the size, standby and replicas that the catalog gives it', () => {
    expect(primaryOf(database)).toMatchObject({
      Engine: 'postgres',
      EngineVersion: '18',
      DBInstanceClass: `db.${size.instanceType}`,
      MultiAZ: size.multiAz,
      AllocatedStorage: String(size.storageGiB),
      MaxAllocatedStorage: size.maxStorageGiB,
      StorageType: 'gp3',
    });
    expect(replicasOf(database)).toHaveLength(size.readReplicas);
  });

  test('keeps backups for as many days as the catalog says, which gives recovery to any second of them', () => {
    expect(primaryOf(database)).toMatchObject({ BackupRetentionPeriod: size.backupRetentionDays });
    expect(size.backupRetentionDays).toBeGreaterThan(0);
  });

  test('is encrypted under our key, and its replicas inherit that without saying so', () => {
    expect(primaryOf(database)).toMatchObject({ StorageEncrypted: true, KmsKeyId: KEY });
    for (const replica of replicasOf(database)) {
      expect(replica).not.toHaveProperty('StorageEncrypted');
      expect(replica).not.toHaveProperty('KmsKeyId');
    }
  });

  test('is watched by Performance Insights and enhanced monitoring', () => {
    for (const { Properties } of instances(database))
      expect(Properties).toMatchObject({
        EnablePerformanceInsights: true,
        PerformanceInsightsKMSKeyId: KEY,
        DatabaseInsightsMode: 'standard',
        MonitoringInterval: 60,
        MonitoringRoleArn: expect.objectContaining({}),
      });
  });

  test('takes TLS only, and lets change capture read the log without filling the disk', () => {
    const { Parameters, Family } = database.only('AWS::RDS::DBParameterGroup');
    expect(Family).toBe('postgres18');
    expect(Parameters).toMatchObject({
      'rds.force_ssl': '1',
      'rds.logical_replication': '1',
      max_slot_wal_keep_size: '10240',
    });
    for (const { Properties } of instances(database))
      expect(Properties).toMatchObject({ DBParameterGroupName: { Ref: expect.any(String) } });
  });

  test('stands in isolated subnets, where nobody outside reaches it', () => {
    expect(JSON.stringify(database.only('AWS::RDS::DBSubnetGroup').SubnetIds).match(/VpcisolatedSubnet/g)).toHaveLength(
      3,
    );
    for (const { Properties } of instances(database)) expect(Properties).toMatchObject({ PubliclyAccessible: false });
  });

  test('is opened to the workloads and to the rotation function on 5432, and to nobody else', () => {
    const rules = database.properties('AWS::EC2::SecurityGroupIngress');
    expect(rules).toHaveLength(2);
    for (const rule of rules)
      expect(rule).toMatchObject({
        IpProtocol: 'tcp',
        FromPort: 5432,
        ToPort: 5432,
        SourceSecurityGroupId: expect.any(Object),
      });
    for (const group of database.properties('AWS::EC2::SecurityGroup'))
      expect(group).not.toHaveProperty('SecurityGroupIngress');
  });

  test('is protected against deletion exactly where data is retained', () => {
    for (const { Properties, DeletionPolicy } of instances(database)) {
      expect(Properties.DeletionProtection).toBe(environment.retainData);
      expect(DeletionPolicy).toBe(environment.retainData ? 'RetainExceptOnCreate' : 'Delete');
    }
    expect(primaryOf(database)).toMatchObject({ DeleteAutomatedBackups: !environment.retainData });
  });

  test('gives every service that uses a database a password of its own', () => {
    const passwords = SERVICES.flatMap((service) =>
      storesOf(service)
        .filter(({ engine }) => ['rds-postgresql', 'timescaledb', 'qdrant', 'nats-jetstream'].includes(engine))
        .map(({ store }) => `gamemetrics/${name}/${store}/${service}`),
    );
    const relays = outboxes.map(({ store, relay }) => `gamemetrics/${name}/${store}/${relay}`);
    const ours = ['administrator', 'endpoint'].map((secret) => `gamemetrics/${name}/rds-postgresql/${secret}`);
    expect(new Set(secretNames(database))).toEqual(new Set([...passwords, ...relays, ...ours]));
    expect(passwords).toContain(`gamemetrics/${name}/accounts/user-service`);
  });

  test('publishes where it is, and the administrator, under the names that the cluster reads', () => {
    expect(secretNames(database)).toContain(`gamemetrics/${name}/rds-postgresql/administrator`);
    const endpoint = database
      .properties('AWS::SecretsManager::Secret')
      .find(({ Name }) => Name === `gamemetrics/${name}/rds-postgresql/endpoint`);
    const text = JSON.stringify(endpoint?.SecretString);
    for (const field of ['host', 'port', 'readHosts']) expect(text).toContain(`\\"${field}\\"`);
    expect(text).toContain('Endpoint.Address');
  });

  test('contains no password: each is made up by Secrets Manager, from letters and digits', () => {
    const generated = database
      .properties('AWS::SecretsManager::Secret')
      .filter(({ Name }) => !String(Name).endsWith('/endpoint'));
    for (const secret of generated)
      expect(secret.GenerateSecretString).toMatchObject({
        GenerateStringKey: 'password',
        PasswordLength: 32,
        ExcludePunctuation: true,
      });
    expect(JSON.stringify(primaryOf(database)?.MasterUserPassword)).toContain('{{resolve:secretsmanager:');
  });
});

describe('the rotation of passwords', () => {
  const database = stackOf('prod', 'database');
  const schedules = database.ofType('AWS::SecretsManager::RotationSchedule');
  const hosted = schedules.filter(({ Properties }) => 'HostedRotationLambda' in Properties);

  test('is done by one function that AWS hosts, inside the VPC', () => {
    expect(hosted).toHaveLength(1);
    expect(hosted[0]?.Properties.HostedRotationLambda).toMatchObject({
      RotationType: 'PostgreSQLSingleUser',
      RotationLambdaName: 'gamemetrics-prod-database-rotation',
      VpcSecurityGroupIds: expect.any(Object),
    });
    expect(database.json.Transform).toBe('AWS::SecretsManager-2024-09-16');
  });

  test('reaches the administrator and every service on RDS, each 90 days, the first time after 90 days', () => {
    const rotated = schedules.map(({ Properties }) => JSON.stringify(Properties.SecretId));
    const onRds = SERVICES.flatMap(storesOf).filter(({ engine }) => engine === 'rds-postgresql');
    expect(new Set(rotated).size).toBe(onRds.length + outboxes.length + 1);
    expect(schedules).toHaveLength(onRds.length + outboxes.length + 1);
    for (const { Properties } of schedules) {
      expect(Properties.RotateImmediatelyOnUpdate).toBe(false);
      expect(JSON.stringify(Properties.RotationRules)).toMatch(/90/);
    }
  });

  test('waits for the function before it names it', () => {
    for (const schedule of schedules.filter((each) => each !== hosted[0])) {
      expect(schedule.Properties.RotationLambdaARN).toBe(
        'arn:aws:lambda:us-east-1:333333333333:function:gamemetrics-prod-database-rotation',
      );
      expect(schedule.DependsOn).toContain(hosted[0]?.id);
    }
  });
});

test('prod has a standby and two read replicas, each protected', () => {
  const database = stackOf('prod', 'database');
  expect(primaryOf(database)).toMatchObject({ MultiAZ: true, BackupRetentionPeriod: 7, DeletionProtection: true });
  expect(replicasOf(database).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toEqual([
    'gamemetrics-prod-database-replica-1',
    'gamemetrics-prod-database-replica-2',
  ]);
});

test('no log group of an instance outlives its retention', () => {
  for (const name of ENVIRONMENTS) {
    const database = stackOf(name, 'database');
    const groups = database.properties('AWS::Logs::LogGroup').map(({ LogGroupName }) => LogGroupName);
    const logged = database
      .properties('AWS::RDS::DBInstance')
      .flatMap(({ DBInstanceIdentifier, EnableCloudwatchLogsExports }) =>
        (EnableCloudwatchLogsExports as string[]).map((log) => `/aws/rds/instance/${DBInstanceIdentifier}/${log}`),
      );
    expect(groups).toEqual(expect.arrayContaining(logged));
    expect(groups).toHaveLength(logged.length);
  }
});

test.each(['dev', 'prod'] as const)('the database of %s at a glance', (name) => {
  expect(
    glanceAt(stackOf(name, 'database'), {
      'AWS::RDS::DBInstance': [
        'DBInstanceClass',
        'MultiAZ',
        'AllocatedStorage',
        'BackupRetentionPeriod',
        'DeletionProtection',
      ],
    }),
  ).toMatchSnapshot();
});
