import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { outboxes } from '#catalog/outbox.ts';
import {
  ENVIRONMENTS,
  environmentOf,
  type Resource,
  SERVICES,
  type SynthesizedTemplate,
  stackOf,
  storesOf,
} from '#tests/support/infra.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Effect: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function roleOf(cluster: SynthesizedTemplate, name: string): Resource {
  const found = cluster.ofType('AWS::IAM::Role').find(({ Properties }) => Properties.RoleName === name);
  if (!found) throw new Error(`${cluster.stackName} has no role ${name}.`);
  return found;
}

function statementsOf(role: Resource): readonly Statement[] {
  const policies = (role.Properties.Policies ?? []) as readonly { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** What a role may read in Secrets Manager, by name. */
const secretsOf = (role: Resource): readonly string[] =>
  statementsOf(role)
    .filter(({ Action }) => listOf(Action).includes('secretsmanager:GetSecretValue'))
    .flatMap(({ Resource: resources }) => listOf(resources).map(String))
    .map((arn) => arn.replace(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:/, '').replace(/-\?{6}$/, ''))
    .sort();

/** The S3 actions of a role, each with the bucket or objects that it names. */
const objectAccessOf = (role: Resource): readonly string[] =>
  statementsOf(role)
    .filter(({ Action }) => listOf(Action).some((action) => String(action).startsWith('s3:')))
    .flatMap(({ Action, Resource: resource }) => listOf(Action).map((action) => `${action} ${resource}`))
    .sort();

/** The passwords of a service, and where the stores of AWS behind them are: from its stores in the catalog. */
function declaredSecrets(environment: string, service: string): readonly string[] {
  const stores = storesOf(service).filter(({ engine }) => engine !== 's3');
  const published = stores
    .map(({ engine }) => engine)
    .filter((engine) => /^(rds-postgresql|elasticache)$/.test(engine));
  return [
    ...stores.map(({ store }) => `gamemetrics/${environment}/${store}/${service}`),
    ...new Set(published.map((engine) => `gamemetrics/${environment}/${engine}/endpoint`)),
  ].sort();
}

describe.each(ENVIRONMENTS)('the roles of %s', (name) => {
  const environment = environmentOf(name);
  const cluster = stackOf(name, 'cluster');
  const bucket = (use: string): string => `arn:aws:s3:::${names.bucket(environment, use)}`;

  test.each(SERVICES)('%s reads its own secrets and no other', (service) => {
    expect(secretsOf(roleOf(cluster, names.serviceRole(environment, service)))).toEqual(declaredSecrets(name, service));
  });

  test('the dashboard, which has no password, reads no secret', () => {
    expect(secretsOf(roleOf(cluster, names.serviceRole(environment, 'admin-dashboard')))).toEqual([]);
  });

  test('every service has one, and each is given to its own service account', () => {
    const associations = cluster
      .properties('AWS::EKS::PodIdentityAssociation')
      .filter(({ Namespace }) => Namespace === 'gamemetrics');
    expect(associations.map(({ ServiceAccount }) => ServiceAccount)).toEqual(
      catalog.services.map((service) => service.name),
    );
    for (const { ServiceAccount, RoleArn } of associations) {
      const { id } = roleOf(cluster, names.serviceRole(environment, String(ServiceAccount)));
      expect(RoleArn).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    }
  });

  test('the archive is read, written and deleted by data-retention-service alone', () => {
    expect(objectAccessOf(roleOf(cluster, names.serviceRole(environment, 'data-retention-service')))).toEqual([
      `s3:AbortMultipartUpload ${bucket('archive')}/*`,
      `s3:DeleteObject ${bucket('archive')}/*`,
      `s3:GetObject ${bucket('archive')}/*`,
      `s3:ListBucket ${bucket('archive')}`,
      `s3:PutObject ${bucket('archive')}/*`,
    ]);
  });

  test('the dashboard reads reports, and writes nothing', () => {
    expect(objectAccessOf(roleOf(cluster, names.serviceRole(environment, 'admin-dashboard')))).toEqual([
      `s3:GetObject ${bucket('artifacts')}/*`,
      `s3:ListBucket ${bucket('artifacts')}`,
    ]);
  });

  test('no other service touches a bucket', () => {
    const others = SERVICES.filter((service) => !storesOf(service).some(({ engine }) => engine === 's3'));
    expect(others).toContain('event-ingestion-service');
    for (const service of others)
      expect(objectAccessOf(roleOf(cluster, names.serviceRole(environment, service)))).toEqual([]);
  });

  test('decrypt through S3 and Secrets Manager only, and only in the name of what they read', () => {
    for (const service of catalog.services) {
      const decrypting = statementsOf(roleOf(cluster, names.serviceRole(environment, service.name))).filter(
        ({ Action }) => listOf(Action).includes('kms:Decrypt'),
      );
      expect(decrypting.length).toBeGreaterThan(0);
      for (const { Condition = {}, Resource: key } of decrypting) {
        expect(Condition.StringEquals?.['kms:ViaService']).toMatch(/^(s3|secretsmanager)\.us-east-1\.amazonaws\.com$/);
        expect(JSON.stringify(Condition)).toContain('kms:EncryptionContext:');
        expect(JSON.stringify(key)).not.toContain('*');
      }
    }
  });

  test('are assumed by pods of this cluster only', () => {
    const cluster_arn = `arn:aws:eks:us-east-1:${environment.account}:cluster/gamemetrics-${name}`;
    for (const role of ['external-secrets', 'ebs-csi-driver', 'vpc-cni', 'cluster-autoscaler', ...SERVICES])
      expect(roleOf(cluster, names.serviceRole(environment, role)).Properties.AssumeRolePolicyDocument).toMatchObject({
        Statement: [
          {
            Principal: { Service: 'pods.eks.amazonaws.com' },
            Action: ['sts:AssumeRole', 'sts:TagSession'],
            Condition: {
              StringEquals: { 'aws:SourceAccount': environment.account },
              ArnEquals: { 'aws:SourceArn': cluster_arn },
            },
          },
        ],
      });
  });

  test('External Secrets reads what any service or relay reads, and the administrator, and nothing else', () => {
    const ofServices = catalog.services.flatMap((service) =>
      secretsOf(roleOf(cluster, names.serviceRole(environment, service.name))),
    );
    const relays = outboxes.map(({ store, relay }) => `gamemetrics/${name}/${store}/${relay}`);
    const all = new Set([...ofServices, ...relays, `gamemetrics/${name}/rds-postgresql/administrator`]);
    expect(secretsOf(roleOf(cluster, names.serviceRole(environment, 'external-secrets')))).toEqual([...all].sort());
  });

  test('every secret that a role reads is written by a stack', () => {
    const written = (['database', 'cache'] as const).flatMap((kind) =>
      stackOf(name, kind)
        .properties('AWS::SecretsManager::Secret')
        .map(({ Name }) => Name),
    );
    const read = secretsOf(roleOf(cluster, names.serviceRole(environment, 'external-secrets')));
    expect(read.filter((secret) => !written.includes(secret))).toEqual([]);
    expect(written.filter((secret) => !read.includes(String(secret)))).toEqual([`gamemetrics/${name}/cache/default`]);
  });

  test('the EBS CSI driver changes only volumes that it made, under the key of volumes', () => {
    const statements = statementsOf(roleOf(cluster, names.serviceRole(environment, 'ebs-csi-driver')));
    const deleting = statements.filter(({ Action }) =>
      listOf(Action).some((action) => /Delete|Modify/.test(String(action))),
    );
    expect(deleting).toHaveLength(2);
    for (const { Condition } of deleting)
      expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/ebs.csi.aws.com/cluster': 'true' } });
    const granting = statements.find(({ Action }) => Action === 'kms:CreateGrant');
    expect(granting?.Condition?.Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' });
    expect(granting?.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^VolumeKey/), 'Arn'] });
  });

  test('the autoscaler resizes only groups of this cluster', () => {
    const statements = statementsOf(roleOf(cluster, names.serviceRole(environment, 'cluster-autoscaler')));
    const resizing = statements.filter(({ Action }) => listOf(Action).includes('autoscaling:SetDesiredCapacity'));
    expect(resizing).toHaveLength(1);
    expect(resizing[0]?.Condition).toEqual({
      StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/gamemetrics-${name}`]: 'owned' },
    });
  });
});
