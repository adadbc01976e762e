import { isSecret, variablesOf } from '#catalog/configuration.ts';
import { standbyOf } from '#catalog/environments/index.ts';
import { type Catalog, type Environment, storeNamed } from '#catalog/index.ts';
import { names, POOL_LABEL } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { outboxes } from '#catalog/outbox.ts';
import { stacksOf } from '#catalog/stacks.ts';
import type { Tree } from '../tree/tree.ts';
import { type Declared, type Facts, type Found, foundInTemplate, type ParityRow } from './row.ts';

/** What the recovery region has beside the first: marked, because its buckets, roles and nodes have the same parts. */
const IN_RECOVERY = 'recovery: ';

const isInRecovery = ({ environment }: Tree, stack: string): boolean =>
  standbyOf(environment).some((standby) => stack.startsWith(`${names.cluster(standby)}-`));

/** Declared for each region of the environment. */
const inBothRegions = (tree: Tree, declare: (site: Environment) => readonly Declared[]): readonly Declared[] => [
  ...declare(tree.environment),
  ...standbyOf(tree.environment).flatMap((standby) =>
    declare(standby).map((each) => ({ ...each, key: `${IN_RECOVERY}${each.key}` })),
  ),
];

type Read = (
  resource: Tree['templates'][number]['resources'][number],
) => { readonly key: string; readonly facts?: Facts } | undefined;

/** Resources of a type, each by the key that `read` gives it; those without one are none of this row's. */
function resources(tree: Tree, type: string, read: Read): readonly Found[] {
  return tree.templates.flatMap((template) =>
    template.resources
      .filter((resource) => resource.type === type)
      .flatMap((resource) => {
        const found = read(resource);
        if (!found) return [];
        const mark = isInRecovery(tree, template.stack) ? IN_RECOVERY : '';
        return [foundInTemplate({ template, resource }, `${mark}${found.key}`, found.facts)];
      }),
  );
}

function credentials(catalog: Catalog, environment: Environment): readonly Declared[] {
  const relays = outboxes.map(({ relay, store }) => ({
    key: names.storeSecret(environment, store, relay),
    by: `outbox.${relay}`,
  }));
  const own = catalog.services.flatMap((service) =>
    variablesOf(catalog, service).flatMap(({ from }) =>
      from.kind === 'store' && isSecret(from)
        ? [
            {
              key: names.storeSecret(environment, storeNamed(catalog, from.store).name, service.name),
              by: `services.${service.name}.stores`,
            },
          ]
        : [],
    ),
  );
  return [...own, ...relays];
}

/** Names of credentials are `…/<store>/<service>`; other secrets are endpoints and administrators. */
const isCredential = (catalog: Catalog, name: string): boolean =>
  [...catalog.services.map((service) => service.name), ...outboxes.map(({ relay }) => relay)].some((user) =>
    name.endsWith(`/${user}`),
  );

export const awsRows: readonly ParityRow[] = [
  {
    kind: 'stack',
    says: 'Each part of AWS is a stack.',
    inTemplates: true,
    declared: ({ tree }) =>
      stacksOf(tree.environment).map(({ site, kind }) => ({ key: names.stack(site, kind), by: `stacks.${kind}` })),
    found: ({ tree }) => tree.templates.map(({ stack, file }) => ({ key: stack, file, object: `stack ${stack}` })),
  },
  {
    kind: 'bucket',
    says: 'Each bucket exists under its name.',
    inTemplates: true,
    declared: ({ catalog, tree }) =>
      inBothRegions(tree, (site) =>
        catalog.stores
          .filter(({ engine }) => engine === 's3')
          .map(({ name }) => ({ key: names.bucket(site, name), by: `stores.${name}` })),
      ),
    found: ({ tree }) =>
      resources(tree, 'AWS::S3::Bucket', ({ properties }) => ({
        key: properties.key('BucketName').text ?? 'a bucket without a name',
      })),
  },
  {
    kind: 'credential',
    says: 'Each password that a service needs is in Secrets Manager.',
    inTemplates: true,
    declared: ({ catalog, tree }) => credentials(catalog, tree.environment),
    found: ({ catalog, tree }) =>
      resources(tree, 'AWS::SecretsManager::Secret', ({ properties }) => {
        const name = properties.key('Name').text ?? 'a secret without a name';
        return isCredential(catalog, name) ? { key: name } : undefined;
        // The recovery region makes its own for the cache; those of databases come with the databases.
      }).filter(({ key }) => !key.startsWith(IN_RECOVERY)),
  },
  {
    kind: 'pod role',
    says: 'Each service account of a service has a role of its own.',
    inTemplates: true,
    declared: ({ catalog, tree }) =>
      inBothRegions(tree, () =>
        catalog.services.map(({ name }) => ({ key: names.serviceAccount(name), by: `services.${name}` })),
      ),
    found: ({ tree }) =>
      resources(tree, 'AWS::EKS::PodIdentityAssociation', ({ properties }) =>
        properties.key('Namespace').text === SERVICES_NAMESPACE
          ? { key: properties.key('ServiceAccount').text ?? '' }
          : undefined,
      ),
  },
  {
    kind: 'node group',
    says: 'Each node group has its label and its bounds.',
    inTemplates: true,
    declared: ({ tree }) =>
      inBothRegions(tree, (site) =>
        Object.entries(site.nodeGroups).map(([name, { min, max }]) => ({
          key: name,
          by: `environments.${site.name}.nodeGroups.${name}`,
          facts: {
            // In the recovery region a parameter of the stack decides.
            ...(site.awake ? {} : { 'ScalingConfig.MinSize': String(min) }),
            'ScalingConfig.MaxSize': String(max),
          },
        })),
      ),
    found: ({ tree }) =>
      resources(tree, 'AWS::EKS::Nodegroup', ({ properties }) => ({
        key: properties.key('Labels').texts[POOL_LABEL] ?? 'a group without the label',
        facts: {
          'ScalingConfig.MinSize': String(properties.at('ScalingConfig.MinSize').number),
          'ScalingConfig.MaxSize': String(properties.at('ScalingConfig.MaxSize').number),
        },
      })),
  },
];
