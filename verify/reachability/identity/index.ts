import { isSecret, variablesOf } from '#catalog/configuration.ts';
import { standbyOf } from '#catalog/environments/index.ts';
import { type Environment, storeNamed } from '#catalog/index.ts';
import { names, systemAccounts } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { outboxes } from '#catalog/outbox.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import type { Node } from '../../tree/node.ts';
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
import { allowing, statementsOf } from './statements.ts';
import { asks, buckets, type Place, placesOf, secrets, siteOf, type Treasure, type Use } from './treasures.ts';

/** Who uses a role, and what lends it. */
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
  return placesOf(world, 'AWS::EKS::PodIdentityAssociation').flatMap(({ template, resource }): readonly Holder[] => {
    const { properties } = resource;
    const role = canonical(world, template, properties.key('RoleArn')).replace(/\.Arn$/, '');
    const account = `${properties.key('Namespace').text}/${properties.key('ServiceAccount').text}`;
    const name = nameAt(world, siteOf(world, template), account);
    const through = inTemplate(template, resource, 'RoleArn');
    return trustedBy(roles.get(role)).map(({ text }) => ({
      name: text === PODS ? name : `${text} (by the role of ${name})`,
      role,
      through,
    }));
  });
});

const right = (holder: string, use: Use, { name }: Treasure): string => `${holder} may ${use} ${name}`;

const granted = once((world: World): Flows => {
  const flows = new Map<string, readonly Through[]>();
  for (const { name, role, through } of holders(world)) {
    const statements = statementsOf(world).get(role) ?? [];
    for (const { treasure, use, request } of asks(world)) {
      const way = allowing(statements, request);
      if (way) grant(flows, right(name, use, treasure), [through, way]);
    }
  }
  return flows;
});

/** What reading and writing take: the object and, where it is encrypted under a key of ours, the key. */
const USES = {
  read: ['list', 'read', 'unlock'],
  'read-write': ['list', 'read', 'unlock', 'write', 'abort', 'lock', 'delete'],
  secret: ['read', 'describe', 'unlock'],
} as const satisfies Record<string, readonly Use[]>;

type Declared = readonly (readonly [flow: string, by: string])[];

/** A treasure without a key of ours has none to use. */
const uses = (
  holder: string,
  treasure: Treasure,
  of: { readonly as: keyof typeof USES; readonly by: string },
): Declared =>
  USES[of.as]
    .filter((use) => treasure.key !== undefined || (use !== 'lock' && use !== 'unlock'))
    .map((use) => [right(holder, use, treasure), of.by]);

/** What a site's holder is called: accounts have one name in both regions. */
const nameAt = (world: World, site: Environment, account: string): string =>
  site === world.tree.environment ? account : `${account} in recovery`;

function declaredServices(world: World, site: Environment): Declared {
  return world.catalog.services.flatMap((service) => {
    const holder = nameAt(world, site, `${SERVICES_NAMESPACE}/${names.serviceAccount(service.name)}`);
    const by = `services.${service.name}.stores`;
    const objects = service.stores.flatMap(({ store, access }) =>
      buckets(world)
        .filter(({ bucket }) => bucket === names.bucket(site, store))
        .flatMap((part) => uses(holder, part, { as: access, by })),
    );
    const own = ownSecrets(world, service.name);
    const values = secrets(world).filter(({ region, secret }) => region === site.region && own.includes(secret));
    return [...objects, ...values.flatMap((value) => uses(holder, value, { as: 'secret', by }))];
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

const accountOf = (world: World, site: Environment, name: keyof typeof systemAccounts): string =>
  nameAt(world, site, `${systemAccounts[name].namespace}/${systemAccounts[name].serviceAccount}`);

/** Operators that keep objects, each below its prefix; an empty one is the whole bucket. */
const declaredKeepers = (world: World, site: Environment): Declared =>
  (Object.keys(OBJECT_KEEPERS) as readonly (keyof typeof OBJECT_KEEPERS)[]).flatMap((keeper) => {
    const kept = OBJECT_KEEPERS[keeper];
    const parts = buckets(world).filter(({ bucket }) => bucket === names.bucket(site, kept.bucket));
    const by = `stores.OBJECT_KEEPERS.${keeper}`;
    const holder = accountOf(world, site, keeper);
    return parts.flatMap((part) => {
      const isOwn = kept.prefix === '' || part.prefix === kept.prefix;
      const all = uses(holder, part, { as: 'read-write', by });
      // The key of a bucket is one for all of its prefixes.
      return isOwn ? all : all.filter(([flow]) => / may (?:lock|unlock) /.test(flow));
    });
  });

/** External Secrets copies what services need, and the administrator's for the job that makes databases. */
function declaredCopies(world: World, site: Environment): Declared {
  const wanted = new Set([
    ...world.catalog.services.flatMap(({ name }) => ownSecrets(world, name)),
    names.databaseAdministratorSecret(world.tree.environment),
    ...outboxes.map(({ store, relay }) => names.storeSecret(world.tree.environment, store, relay)),
  ]);
  const holder = accountOf(world, site, 'external-secrets');
  return secrets(world)
    .filter(({ region, secret }) => region === site.region && wanted.has(secret))
    .flatMap((value) => uses(holder, value, { as: 'secret', by: 'names.systemAccounts.external-secrets' }));
}

const declared = (world: World): Declarations =>
  new Map(
    [world.tree.environment, ...standbyOf(world.tree.environment)].flatMap((site) => [
      ...declaredServices(world, site),
      ...declaredKeepers(world, site),
      ...declaredCopies(world, site),
    ]),
  );

export const identity: Layer = {
  name: 'iam',
  says: 'By their roles, pods use the objects and secrets in AWS that are declared, their keys included, and no others.',
  absent: ({ tree }) => (tree.hasTemplates ? undefined : WITHOUT_TEMPLATES),
  declared,
  granted,
};

/** Whether a service account may read some objects of a bucket, their key included, and by which statements. */
export function usesBucket(world: World, account: string, bucket: string): readonly Through[] | undefined {
  const flows = granted(world);
  const part = buckets(world).find((each) => each.bucket === bucket && flows.has(right(account, 'read', each)));
  if (!part) return undefined;
  const ways = uses(account, part, { as: 'read', by: '' }).map(([flow]) => flows.get(flow));
  return ways.some((way) => way === undefined) ? undefined : ways.flatMap((way) => way ?? []);
}
