import { isSecret, variablesOf } from '#catalog/configuration.ts';
import { standbyOf } from '#catalog/environments/index.ts';
import { type Environment, storeNamed } from '#catalog/index.ts';
import { names, systemAccounts } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import type { Node } from '../../tree/node.ts';
import type { Resource, Template } from '../../tree/template.ts';
import {
  type Declarations,
  type Flows,
  grant,
  inTemplate,
  type Layer,
  once,
  type Through,
  WITHOUT_TEMPLATES,
  type World,
} from '../model.ts';
import { canonical } from './intrinsics.ts';
import { allowing, type Request, statementsOf } from './statements.ts';

/** What is worth protecting: objects below a prefix of a bucket, the values of a secret. */
interface Treasure {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  /** The key that it is encrypted under, as templates mean it; nothing when AWS's own. */
  readonly key: string | undefined;
}

type Use = 'list' | 'read' | 'write' | 'change' | 'delete';

const OBJECT_ACTIONS = { read: 's3:GetObject', write: 's3:PutObject', delete: 's3:DeleteObject' } as const;
const SECRET_ACTIONS = {
  read: 'secretsmanager:GetSecretValue',
  change: 'secretsmanager:PutSecretValue',
  delete: 'secretsmanager:DeleteSecret',
} as const;

interface Place {
  readonly template: Template;
  readonly resource: Resource;
}

const placesOf = ({ tree }: World, type: string): readonly Place[] =>
  tree.templates.flatMap((template) =>
    template.resources.filter((resource) => resource.type === type).map((resource) => ({ template, resource })),
  );

/** The sites of an environment: its own region, and the one that takes over. */
const sitesOf = ({ tree }: World): readonly Environment[] => [tree.environment, ...standbyOf(tree.environment)];

const siteOf = (world: World, { stack }: Template): Environment =>
  standbyOf(world.tree.environment).find((site) => stack.startsWith(`${names.cluster(site)}-`)) ??
  world.tree.environment;

/** Prefixes of a bucket that somebody is held to, and one of nobody. */
const prefixesOf = (bucket: string): readonly string[] => {
  const kept = Object.values(OBJECT_KEEPERS)
    .filter((keeper) => keeper.bucket === bucket)
    .map(({ prefix }) => prefix);
  return [...new Set([...kept, 'anything-else/'])];
};

const buckets = once((world: World): readonly (Treasure & { readonly bucket: string; readonly prefix: string })[] =>
  placesOf(world, 'AWS::S3::Bucket').flatMap(({ template, resource }) => {
    const bucket = resource.properties.key('BucketName').text ?? resource.logicalId;
    const kept = world.catalog.stores.find((store) => bucket === names.bucket(siteOf(world, template), store.name));
    const [rule] = resource.properties.list('BucketEncryption.ServerSideEncryptionConfiguration');
    const key = rule?.at('ServerSideEncryptionByDefault.KMSMasterKeyID');
    return prefixesOf(kept?.name ?? '').map((prefix) => ({
      name: `s3://${bucket}/${prefix}`,
      bucket,
      prefix,
      region: siteOf(world, template).region,
      arn: `arn:aws:s3:::${bucket}`,
      key: key?.exists ? canonical(world, template, key) : undefined,
    }));
  }),
);

/** Six characters of Secrets Manager's own. */
const SUFFIX = 'a1B2c3';

const secrets = once((world: World): readonly (Treasure & { readonly secret: string })[] =>
  placesOf(world, 'AWS::SecretsManager::Secret').map(({ template, resource }) => {
    const { region, account } = siteOf(world, template);
    const name = resource.properties.key('Name').text ?? resource.logicalId;
    const key = resource.properties.key('KmsKeyId');
    return {
      secret: name,
      name: `secret ${name}${region === world.tree.environment.region ? '' : ` (${region})`}`,
      region,
      arn: `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${SUFFIX}`,
      key: key.exists ? canonical(world, template, key) : undefined,
    };
  }),
);

/** Using what is encrypted takes its key as well, through the service that keeps it. */
function keyRequest(
  { key, region }: Treasure,
  action: string,
  of: { readonly via: string; readonly context: Record<string, string> },
): readonly Request[] {
  if (key === undefined) return [];
  const context = { 'kms:viaservice': `${of.via}.${region}.amazonaws.com`, ...of.context };
  return [{ action, resource: key, context }];
}

const inContext = (context: Readonly<Record<string, string>>, { region }: Treasure) => ({
  ...context,
  'aws:requestedregion': region,
});

function bucketRequests(
  treasure: Treasure & { readonly prefix: string },
): Readonly<Partial<Record<Use, readonly Request[]>>> {
  const { arn, prefix } = treasure;
  const context = inContext({}, treasure);
  const object = (action: string): Request => ({ action, resource: `${arn}/${prefix}an-object`, context });
  const key = (action: string) =>
    keyRequest(treasure, action, { via: 's3', context: { 'kms:encryptioncontext:aws:s3:arn': arn } });
  return {
    list: [
      { action: 's3:ListBucket', resource: arn, context: inContext({ 's3:prefix': `${prefix}an-object` }, treasure) },
    ],
    read: [object(OBJECT_ACTIONS.read), ...key('kms:Decrypt')],
    write: [object(OBJECT_ACTIONS.write), ...key('kms:GenerateDataKey')],
    delete: [object(OBJECT_ACTIONS.delete)],
  };
}

function secretRequests(treasure: Treasure): Readonly<Partial<Record<Use, readonly Request[]>>> {
  const { arn } = treasure;
  const request = (action: string): Request => ({ action, resource: arn, context: inContext({}, treasure) });
  const key = keyRequest(treasure, 'kms:Decrypt', {
    via: 'secretsmanager',
    context: { 'kms:encryptioncontext:secretarn': arn },
  });
  return {
    read: [request(SECRET_ACTIONS.read), ...key],
    change: [request(SECRET_ACTIONS.change)],
    delete: [request(SECRET_ACTIONS.delete)],
  };
}

interface Holder {
  readonly name: string;
  readonly role: string;
  readonly through: Through;
}

const PODS = 'pods.eks.amazonaws.com';

/** Whom a role trusts. */
const trustedBy = (role: Place | undefined): readonly Node[] =>
  (role?.resource.properties.list('AssumeRolePolicyDocument.Statement') ?? [])
    .filter((statement) => statement.key('Effect').text === 'Allow')
    .flatMap((statement) => [...statement.key('Principal').allTexts()]);

/** Service accounts with the roles that EKS lends them, as far as these trust EKS. */
const holders = once((world: World): readonly Holder[] => {
  const roles = new Map(
    placesOf(world, 'AWS::IAM::Role').map((place) => [`${place.template.stack}.${place.resource.logicalId}`, place]),
  );
  const lent = placesOf(world, 'AWS::EKS::PodIdentityAssociation').map(({ template, resource }) => ({
    template,
    resource,
    role: canonical(world, template, resource.properties.key('RoleArn')).replace(/\.Arn$/, ''),
    account: `${resource.properties.key('Namespace').text}/${resource.properties.key('ServiceAccount').text}`,
  }));
  return lent.flatMap(({ template, resource, role, account }): readonly Holder[] => {
    const place = roles.get(role);
    const through = inTemplate(template, resource, 'RoleArn');
    const where = siteOf(world, template) === world.tree.environment ? '' : ' in recovery';
    const pods = trustedBy(place).some(({ text }) => text === PODS)
      ? [{ name: `${account}${where}`, role, through }]
      : [];
    const others = trustedBy(place).filter(({ text }) => text !== PODS);
    return [
      ...pods,
      ...others.map(({ text }) => ({ name: `${text} (by the role of ${account}${where})`, role, through })),
    ];
  });
});

const right = (holder: string, use: Use, treasure: Treasure): string => `${holder} may ${use} ${treasure.name}`;

const granted = once((world: World): Flows => {
  const flows = new Map<string, readonly Through[]>();
  const wanted = [
    ...buckets(world).map((treasure) => ({ treasure, requests: bucketRequests(treasure) })),
    ...secrets(world).map((treasure) => ({ treasure, requests: secretRequests(treasure) })),
  ];
  for (const { name, role, through } of holders(world)) {
    const statements = statementsOf(world).get(role) ?? [];
    for (const { treasure, requests } of wanted)
      for (const use of Object.keys(requests) as readonly Use[]) {
        const ways = requests[use]?.map((request) => allowing(statements, request)) ?? [];
        if (ways.every((way) => way !== undefined))
          grant(flows, right(name, use, treasure), [through, ...ways.flatMap((way) => way ?? [])]);
      }
  }
  return flows;
});

const USES = { read: ['list', 'read'], 'read-write': ['list', 'read', 'write', 'delete'] } as const;

/** What a site's holder is called in the recovery region. */
const nameAt = (world: World, site: Environment, account: string): string =>
  site === world.tree.environment ? account : `${account} in recovery`;

function declaredServices(world: World, site: Environment): readonly (readonly [string, string])[] {
  return world.catalog.services.flatMap((service) => {
    const holder = nameAt(world, site, `${SERVICES_NAMESPACE}/${names.serviceAccount(service.name)}`);
    const by = `services.${service.name}.stores`;
    const objects = service.stores.flatMap(({ store, access }) =>
      buckets(world)
        .filter(({ bucket }) => bucket === names.bucket(site, store))
        .flatMap((treasure) => USES[access].map((use) => [right(holder, use, treasure), by] as const)),
    );
    const own = ownSecrets(world, service.name);
    const values = secrets(world)
      .filter(({ region, secret }) => region === site.region && own.includes(secret))
      .map((treasure) => [right(holder, 'read', treasure), by] as const);
    return [...objects, ...values];
  });
}

/** Passwords of a service's own stores, and where those of AWS are. */
function ownSecrets({ catalog, tree }: World, name: string): readonly string[] {
  const stores = catalog.services
    .filter((service) => service.name === name)
    .flatMap((service) => variablesOf(catalog, service))
    .flatMap(({ from }) => (from.kind === 'store' && isSecret(from) ? [storeNamed(catalog, from.store)] : []));
  return stores.flatMap((store) => [
    names.storeSecret(tree.environment, store.name, name),
    ...(store.engine === 'rds-postgresql' || store.engine === 'elasticache'
      ? [names.storeEndpoint(tree.environment, store.engine)]
      : []),
  ]);
}

function declaredSystem(world: World, site: Environment): readonly (readonly [string, string])[] {
  const accountOf = (name: keyof typeof systemAccounts): string =>
    nameAt(world, site, `${systemAccounts[name].namespace}/${systemAccounts[name].serviceAccount}`);
  const keepers = (Object.keys(OBJECT_KEEPERS) as readonly (keyof typeof OBJECT_KEEPERS)[]).flatMap((keeper) => {
    const { bucket, prefix } = OBJECT_KEEPERS[keeper];
    return buckets(world)
      .filter(
        (treasure) => treasure.bucket === names.bucket(site, bucket) && (prefix === '' || treasure.prefix === prefix),
      )
      .flatMap((treasure) =>
        USES['read-write'].map(
          (use) => [right(accountOf(keeper), use, treasure), `stores.OBJECT_KEEPERS.${keeper}`] as const,
        ),
      );
  });
  const wanted = new Set([
    ...world.catalog.services.flatMap(({ name }) => ownSecrets(world, name)),
    names.databaseAdministratorSecret(world.tree.environment),
  ]);
  const copied = secrets(world)
    .filter(({ region, secret }) => region === site.region && wanted.has(secret))
    .map(
      (treasure) =>
        [right(accountOf('external-secrets'), 'read', treasure), 'names.systemAccounts.external-secrets'] as const,
    );
  return [...keepers, ...copied];
}

const declared = (world: World): Declarations =>
  new Map(sitesOf(world).flatMap((site) => [...declaredServices(world, site), ...declaredSystem(world, site)]));

export const identity: Layer = {
  name: 'iam',
  says: 'By their roles, pods use the objects and secrets in AWS that are declared, their keys included, and no others.',
  absent: ({ tree }) => (tree.hasTemplates ? undefined : WITHOUT_TEMPLATES),
  declared,
  granted,
};

/** Whether a service account may use objects of a bucket, and by which statements. */
export function usesBucket(world: World, account: string, bucket: string): readonly Through[] | undefined {
  const start = `${account} may read s3://${bucket}/`;
  return [...granted(world)].find(([flow]) => flow.startsWith(start))?.[1];
}
