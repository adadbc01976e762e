import { isSecret, variablesOf } from '#catalog/configuration.ts';
import { standbyOf } from '#catalog/environments/index.ts';
import { type Environment, storeNamed } from '#catalog/index.ts';
import { names, systemAccounts } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { outboxes } from '#catalog/outbox.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
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
import { answering, statementsOf, trustOf } from './statements.ts';
import { asks, buckets, placesOf, secrets, siteOf, type Treasure, type Use } from './treasures.ts';

/** Who uses a role, and what lends it. */
interface Holder {
  readonly name: string;
  readonly role: string;
  readonly through: Through;
}

const PODS = 'pods.eks.amazonaws.com';
/** Both, or EKS hands out no credentials (EKS user guide, «Pod Identity roles»). */
const ASSUME = ['sts:AssumeRole', 'sts:TagSession'] as const;

/** Who comes with a role: EKS for a cluster of an account, or whoever else is trusted. */
interface Caller {
  readonly as: (account: string) => string;
  readonly principal: string;
  readonly clusterArn: string;
  readonly account: string;
}

/** Pods of this cluster, and three that must be turned away. */
function callersOf({ account, region, ...site }: Environment): readonly Caller[] {
  const arn = (owner: string, cluster: string): string => `arn:aws:eks:${region}:${owner}:cluster/${cluster}`;
  const own = { principal: PODS, account, clusterArn: arn(account, names.cluster(site)) };
  const stranger = '000000000000';
  const by = (who: string) => (holder: string) => `${who} (by the role of ${holder})`;
  return [
    { ...own, as: (holder) => holder },
    { ...own, clusterArn: arn(account, 'another'), as: by('pods of another cluster') },
    { ...own, account: stranger, clusterArn: arn(stranger, names.cluster(site)), as: by('pods of another account') },
    { ...own, principal: 'a stranger', as: by('a stranger') },
  ];
}

/** Service accounts with the roles that EKS lends them, as far as these trust EKS. */
const holders = once((world: World): readonly Holder[] => {
  const roles = new Map(
    placesOf(world, 'AWS::IAM::Role').map((place) => [
      `${place.template.stack}.${place.resource.logicalId}.Arn`,
      place,
    ]),
  );
  const clusters = new Set(
    placesOf(world, 'AWS::EKS::Cluster').map(({ template, resource }) => `${template.stack}.${resource.logicalId}`),
  );
  return placesOf(world, 'AWS::EKS::PodIdentityAssociation').flatMap(({ template, resource }): readonly Holder[] => {
    const { properties } = resource;
    const role = canonical(world, template, properties.key('RoleArn'));
    const place = roles.get(role);
    const cluster = canonical(world, template, properties.key('ClusterName'));
    if (!place || !clusters.has(cluster)) return [];
    const site = siteOf(world, template);
    const name = nameAt(world, site, `${properties.key('Namespace').text}/${properties.key('ServiceAccount').text}`);
    const through = inTemplate(template, resource, 'RoleArn');
    const trust = trustOf(world, place);
    return callersOf(site)
      .filter(({ principal, account, clusterArn }) =>
        ASSUME.every((action) =>
          trust({
            action,
            resource: principal,
            context: { 'aws:sourceaccount': account, 'aws:sourcearn': clusterArn },
          }),
        ),
      )
      .map(({ as }) => ({ name: as(name), role: role.replace(/\.Arn$/, ''), through }));
  });
});

const signsIn = (holder: string): string => `${holder} signs in to AWS`;
const right = (holder: string, use: Use, { name }: Treasure): string => `${holder} may ${use} ${name}`;

const granted = once((world: World): Flows => {
  const flows = new Map<string, readonly Through[]>();
  for (const { name, role, through } of holders(world)) {
    grant(flows, signsIn(name), [through]);
    const answer = answering(statementsOf(world).get(role) ?? []);
    for (const { treasure, use, request } of asks(world)) {
      const way = answer(request);
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
  keeper: ['list', 'locate', 'read', 'unlock', 'write', 'list parts of', 'abort', 'lock', 'delete'],
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
    return [[signsIn(holder), by], ...objects, ...values.flatMap((value) => uses(holder, value, { as: 'secret', by }))];
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

/** Add-ons of EKS bring the association of their account along. */
const ADD_ONS: ReadonlySet<string> = new Set([
  'vpc-cni',
  'ebs-csi-driver',
] satisfies readonly (keyof typeof systemAccounts)[]);

const declaredAccounts = (world: World, site: Environment): Declared =>
  (Object.keys(systemAccounts) as readonly (keyof typeof systemAccounts)[])
    .filter((name) => !ADD_ONS.has(name))
    .map((name) => [signsIn(accountOf(world, site, name)), `names.systemAccounts.${name}`]);

/** Operators that keep objects, each below its prefix; an empty one is the whole bucket. */
const declaredKeepers = (world: World, site: Environment): Declared =>
  (Object.keys(OBJECT_KEEPERS) as readonly (keyof typeof OBJECT_KEEPERS)[]).flatMap((keeper) => {
    const kept = OBJECT_KEEPERS[keeper];
    const parts = buckets(world).filter(({ bucket }) => bucket === names.bucket(site, kept.bucket));
    const by = `stores.OBJECT_KEEPERS.${keeper}`;
    const holder = accountOf(world, site, keeper);
    return parts.flatMap((part) => {
      const isOwn = kept.prefix === '' || part.prefix === kept.prefix;
      const all = uses(holder, part, { as: 'keeper', by });
      // The bucket and its key are one for all prefixes.
      return isOwn ? all : all.filter(([flow]) => / may (?:lock|unlock|locate) /.test(flow));
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
      ...declaredAccounts(world, site),
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
