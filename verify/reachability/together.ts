import { type Edge, storePort } from '#catalog/dataflow.ts';
import type { Service, Store } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { kafkaSecret, signsIn } from './credentials.ts';
import { nodesReach } from './firewall.ts';
import { usesBucket } from './identity/index.ts';
import { rightsOfUser } from './kafka.ts';
import {
  type Declarations,
  type Flows,
  type Layer,
  once,
  type Through,
  WITHOUT_TEMPLATES,
  type World,
} from './model.ts';
import { carries } from './network/index.ts';
import { classesOf, describeEdge, edgesOf, isPods, nameOfParty, type PodClass } from './subjects.ts';

type Way = readonly Through[] | undefined;

/** All of these or nothing: a connection needs every layer that it passes. */
function all(...ways: readonly Way[]): Way {
  const passed = ways.filter((way) => way !== undefined);
  return passed.length === ways.length ? passed.flat() : undefined;
}

const podsOf = (world: World, service: string): readonly PodClass[] =>
  classesOf(world, { kind: 'service', name: service }).filter(isPods);

/** From some pod of a service to some place of a party. */
function connects(world: World, service: string, edge: Pick<Edge, 'to' | 'port' | 'protocol'>): Way {
  const port = { number: edge.port, protocol: edge.protocol };
  for (const from of podsOf(world, service))
    for (const to of classesOf(world, edge.to)) {
      const way = carries(world, { from, to, port });
      if (way) return way;
    }
  return undefined;
}

const credential = (world: World, { name }: Service, store: Store): Way =>
  signsIn(world, name, names.storeSecret(world.tree.environment, store.name, name));

/** What it takes beside the network to use a store, by its engine. */
const STORE_LAYERS: Readonly<Record<Store['engine'], (world: World, service: Service, store: Store) => Way>> = {
  'rds-postgresql': (world, service, store) =>
    all(nodesReach(world, store.engine, storePort(store)), credential(world, service, store)),
  elasticache: (world, service, store) =>
    all(nodesReach(world, store.engine, storePort(store)), credential(world, service, store)),
  timescaledb: credential,
  qdrant: credential,
  'nats-jetstream': () => [],
  s3: (world, service, store) =>
    all(
      connects(world, service.name, {
        to: { kind: 'infrastructure', name: 'pod-identity-agent' },
        port: 80,
        protocol: 'TCP',
      }),
      usesBucket(world, `${SERVICES_NAMESPACE}/${service.name}`, names.bucket(world.tree.environment, store.name)),
    ),
};

function toStore(world: World, service: Service, store: Store): Way {
  const to = { kind: 'store', name: store.name } as const;
  return all(
    connects(world, service.name, { to, port: storePort(store), protocol: 'TCP' }),
    STORE_LAYERS[store.engine](world, service, store),
  );
}

function toKafka(world: World, service: Service, port: number): Way {
  const user = names.kafkaUser(service.name);
  return all(
    connects(world, service.name, { to: { kind: 'kafka' }, port, protocol: 'TCP' }),
    signsIn(world, service.name, kafkaSecret(user)),
    rightsOfUser(world, user),
  );
}

const flow = (from: string, to: string): string => `${from} uses ${to}`;

/** Uses of a service that are more than a connection; the others are the network's own comparison. */
const isUse = ({ from, to }: Edge): boolean => from.kind === 'service' && (to.kind === 'store' || to.kind === 'kafka');

const declared = (world: World): Declarations =>
  new Map(
    edgesOf(world)
      .filter(isUse)
      .map((edge) => [flow(nameOfParty(edge.from), nameOfParty(edge.to)), describeEdge(edge)]),
  );

/** Every service and every store, whether or not the one declares the other. */
const granted = once((world: World): Flows => {
  const { services, stores } = world.catalog;
  const kafkaPort = edgesOf(world).find(({ from, to }) => from.kind === 'service' && to.kind === 'kafka')?.port;
  const ways = services.flatMap((service) => [
    ...stores.map((store) => [flow(service.name, store.name), toStore(world, service, store)] as const),
    ...(kafkaPort === undefined ? [] : [[flow(service.name, 'kafka'), toKafka(world, service, kafkaPort)] as const]),
  ]);
  return new Map(ways.flatMap(([name, way]) => (way ? [[name, way] as const] : [])));
});

/** Network, security groups, passwords, Kafka's rights and IAM at once: an edge is there when every layer lets it through. */
export const together: Layer = {
  name: 'together',
  says: 'Through all layers together a service uses the stores and Kafka exactly as declared.',
  absent: ({ tree }) => (tree.hasTemplates ? undefined : WITHOUT_TEMPLATES),
  declared,
  granted,
};
