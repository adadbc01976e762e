import { dataflow, type Edge, type Party } from './dataflow.ts';
import { footprintsIn, footprintsOf } from './footprints.ts';
import { storeNamed, UnknownName } from './lookup.ts';
import type { Catalog, Environment, StoreEngine } from './model/index.ts';
import { monitorsIn, PROMETHEUS } from './monitors.ts';
import { names } from './names.ts';
import { SERVICES_NAMESPACE } from './namespaces.ts';
import {
  API_SERVER_ADDRESS,
  CONTROL_PLANE_TIER,
  POD_IDENTITY_ADDRESS,
  PRIVATE_RANGES,
  type SubnetTier,
  subnetCidrs,
} from './network.ts';

/** Where a party is on the network: network policies name it by this, the verifier finds it by this. */
export type Place =
  | { readonly kind: 'pods'; readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: 'addresses'; readonly blocks: readonly AddressBlock[] };

export interface AddressBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}

type PlaceIn = (environment: Environment) => Place;

const pods =
  (namespace: string, labels: Readonly<Record<string, string>>): PlaceIn =>
  () => ({ kind: 'pods', namespace, labels });

const subnets = (environment: Environment, tier: SubnetTier): readonly AddressBlock[] =>
  subnetCidrs(environment, tier).map((cidr) => ({ cidr }));

/**
 * The internet, AWS's public APIs included: S3 is reached through a gateway endpoint, but under public addresses, and a
 * network policy cannot name a prefix list. Never an address inside the VPC.
 */
const INTERNET: AddressBlock = { cidr: '0.0.0.0/0', except: PRIVATE_RANGES };

/** Places that no footprint has: outside the cluster, or AWS's own in kube-system. */
const fixedPlaces = {
  /** The EKS add-on CoreDNS. */
  dns: pods('kube-system', { 'k8s-app': 'kube-dns' }),
  'kubernetes-api': (environment) => ({
    kind: 'addresses',
    // The policy agent sees the service's address before it is translated, and the interfaces' afterwards.
    blocks: [{ cidr: API_SERVER_ADDRESS }, ...subnets(environment, CONTROL_PLANE_TIER)],
  }),
  'pod-identity-agent': () => ({ kind: 'addresses', blocks: [{ cidr: POD_IDENTITY_ADDRESS }] }),
  'aws-api': (environment) => ({
    kind: 'addresses',
    blocks: [INTERNET, ...(environment.network.interfaceEndpoints.length > 0 ? subnets(environment, 'private') : [])],
  }),
  /** Git and the registries of the operators' charts. */
  'delivery-sources': () => ({ kind: 'addresses', blocks: [INTERNET] }),
  /** Who signs people in, under its public name: what is outside the mesh cannot ask user-service itself. */
  'token-issuer': () => ({ kind: 'addresses', blocks: [INTERNET] }),
  /** The nodes' own addresses: the kubelet, and pods that share their node's network. */
  nodes: (environment) => ({ kind: 'addresses', blocks: subnets(environment, 'private') }),
  /** Addresses of the balancer before the ingress gateway, which also asks for its health. */
  'public-load-balancer': (environment) => ({ kind: 'addresses', blocks: subnets(environment, 'public') }),
  /** Clients keep their address through the load balancer for UDP; its health checks come from the public subnets. */
  'game-load-balancer': (environment) => ({
    kind: 'addresses',
    blocks: [INTERNET, ...subnets(environment, 'public')],
  }),
} as const satisfies Record<string, PlaceIn>;

export type FixedPlace = keyof typeof fixedPlaces;
export const isFixedPlace = (name: string): name is FixedPlace => Object.hasOwn(fixedPlaces, name);

/** Pods that the footprints of an environment bring. */
export const installedParties = (catalog: Catalog, environment: Environment): readonly string[] =>
  footprintsIn(catalog, environment).flatMap(({ pods }) => pods.map(({ party }) => party));

const storePlaces = {
  'rds-postgresql': (environment) => ({ kind: 'addresses', blocks: subnets(environment, 'isolated') }),
  elasticache: (environment) => ({ kind: 'addresses', blocks: subnets(environment, 'isolated') }),
  // The pods that prepare an instance belong to the cluster too, and take no connections.
  timescaledb: pods('databases', { 'cnpg.io/cluster': names.timescaleCluster, 'cnpg.io/podRole': 'instance' }),
  qdrant: pods('databases', { 'app.kubernetes.io/name': 'qdrant' }),
  'nats-jetstream': pods('databases', { 'app.kubernetes.io/name': 'nats' }),
  s3: () => ({ kind: 'addresses', blocks: [INTERNET] }),
} as const satisfies Record<StoreEngine, PlaceIn>;

/** Pods of a service carry this label with its name, and nothing else selects them. */
export const SERVICE_LABEL = 'app.kubernetes.io/name';

function infrastructurePlace(catalog: Catalog, environment: Environment, name: string): Place {
  if (isFixedPlace(name)) return fixedPlaces[name](environment);
  const footprint = footprintsOf(catalog).find(({ pods }) => pods.some((pod) => pod.party === name));
  const pod = footprint?.pods.find(({ party }) => party === name);
  if (pod?.hostNetwork) return fixedPlaces.nodes(environment);
  if (footprint && pod) return { kind: 'pods', namespace: footprint.namespace, labels: pod.labels };
  const known = footprintsOf(catalog).flatMap(({ pods }) => pods.map(({ party }) => party));
  throw new UnknownName('Party', name, [...Object.keys(fixedPlaces), ...known]);
}

/** @throws UnknownName for a store or a party that the catalog does not have. */
export function placeOf(catalog: Catalog, environment: Environment, party: Party): Place {
  switch (party.kind) {
    case 'service':
      return { kind: 'pods', namespace: SERVICES_NAMESPACE, labels: { [SERVICE_LABEL]: party.name } };
    case 'kafka':
      return infrastructurePlace(catalog, environment, party.kind);
    case 'store':
      return storePlaces[storeNamed(catalog, party.name).engine](environment);
    case 'outside':
      return { kind: 'addresses', blocks: [INTERNET] };
    case 'infrastructure':
      return infrastructurePlace(catalog, environment, party.name);
  }
}

/** What an end of a footprint's edge means: Kafka, a store by its engine, a service, or a part of the infrastructure. */
export function partyNamed({ stores, services }: Catalog, name: string): Party {
  if (name === 'kafka') return { kind: 'kafka' };
  const store = stores.find(({ engine }) => engine === name);
  if (store) return { kind: 'store', name: store.name };
  return { kind: services.some((service) => service.name === name) ? 'service' : 'infrastructure', name };
}

/** Whether a party is there in an environment; what runs in some of them only has no edges in the others. */
function isThere(party: Party, installed: ReadonlySet<string>): boolean {
  const name = party.kind === 'kafka' ? party.kind : party.name;
  return (party.kind !== 'infrastructure' && party.kind !== 'kafka') || isFixedPlace(name) || installed.has(name);
}

/** All that starts a connection starts it to a name. */
function resolving(edges: readonly Edge[]): readonly Edge[] {
  const starting = edges.filter(({ from }) => !('name' in from) || !isFixedPlace(from.name)).map(({ from }) => from);
  const once = [...new Map(starting.map((from) => [JSON.stringify(from), from])).values()];
  return once.flatMap((from) =>
    (['UDP', 'TCP'] as const).map(
      (protocol): Edge => ({
        from,
        to: { kind: 'infrastructure', name: 'dns' },
        port: 53,
        protocol,
        purpose: 'resolve names',
      }),
    ),
  );
}

const scrapes = (catalog: Catalog, environment: Environment): readonly Edge[] =>
  monitorsIn(catalog, environment).map(({ party, port }) => ({
    from: { kind: 'infrastructure', name: PROMETHEUS.party },
    to: partyNamed(catalog, party),
    port,
    protocol: 'TCP',
    purpose: 'metrics',
  }));

/** Edges among the parts of the cluster itself; those of the services are in dataflow.ts. */
export function infrastructureEdges(catalog: Catalog, environment: Environment): readonly Edge[] {
  const edges = footprintsIn(catalog, environment).flatMap((footprint) =>
    footprint.edges.map(
      ({ from, to, port, protocol = 'TCP', purpose }): Edge => ({
        from: partyNamed(catalog, from),
        to: partyNamed(catalog, to),
        port,
        protocol,
        purpose,
      }),
    ),
  );
  const all = [...edges, ...scrapes(catalog, environment)];
  return [...all, ...resolving(all)];
}

const declared = new WeakMap<Catalog, WeakMap<Environment, readonly Edge[]>>();

/** Every edge that may exist in an environment: what is synthesized allows these, no less and no more. */
export function declaredEdges(catalog: Catalog, environment: Environment): readonly Edge[] {
  const known = declared.get(catalog) ?? new WeakMap<Environment, readonly Edge[]>();
  declared.set(catalog, known);
  const before = known.get(environment);
  if (before) return before;
  const installed = new Set(installedParties(catalog, environment));
  const edges = [...dataflow(catalog), ...infrastructureEdges(catalog, environment)].filter(
    ({ from, to }) => isThere(from, installed) && isThere(to, installed),
  );
  known.set(environment, edges);
  return edges;
}
