import { isSecret, usesKafka, variablesOf } from '#catalog/configuration.ts';
import { poolerOf } from '#catalog/databases.ts';
import { type Service, storeNamed } from '#catalog/index.ts';
import { SERVICE_LABEL } from '#catalog/infrastructure.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { secretUses } from '../references/configuration.ts';
import { remoteReferences } from '../references/external-secrets.ts';
import type { Manifest } from '../tree/manifest.ts';
import { podTemplateOf } from '../world/pods.ts';
import {
  type Declarations,
  type Flows,
  grant,
  inManifest,
  type Layer,
  once,
  type Through,
  type World,
} from './model.ts';

/** `analytics-api holds gamemetrics/prod/cache/analytics-api` */
const holds = (service: string, secret: string): string => `${service} holds ${secret}`;
const kafkaSecret = (user: string): string => `the password of Kafka user ${user}`;

/** Engines of AWS whose place is a secret too, because only deployment knows it. */
const PUBLISHED = ['rds-postgresql', 'elasticache'] as const;

function secretsOfService(world: World, service: Service): readonly string[] {
  const { catalog, tree } = world;
  const stores = variablesOf(catalog, service)
    .flatMap(({ from }) => (from.kind === 'store' && isSecret(from) ? [from.store] : []))
    .map((name) => storeNamed(catalog, name));
  // Whoever goes through a pooler asks for the pooler, whose place is known.
  const reached = service.stores
    .map((use) => ({ store: storeNamed(catalog, use.store), use }))
    .filter(({ store, use }) => poolerOf(store, use) === undefined);
  const engines = PUBLISHED.filter((engine) => reached.some(({ store }) => store.engine === engine));
  return [
    ...stores.map(({ name }) => names.storeSecret(tree.environment, name, service.name)),
    ...engines.map((engine) => names.storeEndpoint(tree.environment, engine)),
    ...(usesKafka(service) ? [kafkaSecret(names.kafkaUser(service.name))] : []),
  ];
}

const declared = (world: World): Declarations =>
  new Map(
    world.catalog.services.flatMap((service) =>
      secretsOfService(world, service).map(
        (secret) => [holds(service.name, secret), `services.${service.name}`] as const,
      ),
    ),
  );

/** The service whose pods a workload makes. */
function serviceOf({ catalog }: World, manifest: Manifest): string | undefined {
  if (manifest.namespace !== SERVICES_NAMESPACE) return undefined;
  const name = podTemplateOf(manifest)?.at('metadata.labels').texts[SERVICE_LABEL];
  return catalog.services.find((service) => service.name === name)?.name;
}

/** A certificate that others are trusted by is no secret, although it comes the same way. */
const PUBLIC = 'ca.crt';

/** What a secret of the cluster is copied from, by the external secret that makes it. */
function sources(
  { tree }: World,
  namespace: string | undefined,
  secret: string,
): readonly (readonly [string, Through])[] {
  return tree
    .ofKind('ExternalSecret')
    .filter(
      ({ namespace: own, name, root }) => own === namespace && (root.at('spec.target.name').text ?? name) === secret,
    )
    .flatMap((external) =>
      remoteReferences(external)
        .filter(({ property }) => property !== PUBLIC)
        .map(({ store, key, at }) => {
          const provider = tree.find(store.kind, store.namespace, store.name)?.root.at('spec.provider');
          const remote = provider?.at('kubernetes.remoteNamespace').text;
          const isUser = remote !== undefined && tree.find('KafkaUser', remote, key) !== undefined;
          return [isUser ? kafkaSecret(key) : key, inManifest(external, at)] as const;
        }),
    );
}

const granted = once((world: World): Flows => {
  const flows = new Map<string, readonly Through[]>();
  for (const manifest of world.tree.manifests) {
    const service = serviceOf(world, manifest);
    if (service === undefined) continue;
    for (const { name } of secretUses(manifest))
      for (const [secret, through] of sources(world, manifest.namespace, name.text ?? ''))
        grant(flows, holds(service, secret), [inManifest(manifest, name), through]);
  }
  return flows;
});

/** By which secret a service signs in to a store or to Kafka; only these are worth asking for. */
export const signsIn = (world: World, service: string, secret: string): readonly Through[] | undefined =>
  granted(world).get(holds(service, secret));
export { kafkaSecret };

export const credentials: Layer = {
  name: 'credentials',
  says: 'The pods of a service hold the passwords of its own stores and of its own Kafka user, and no others.',
  absent: () => undefined,
  declared,
  granted,
};
