import { dataflow, type Edge, type Party } from './dataflow.ts';
import { storeNamed } from './lookup.ts';
import type { Catalog, Environment, StoreEngine } from './model/index.ts';
import { enginePorts, PLATFORM } from './names.ts';
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

const kafkaPods = (labels: Readonly<Record<string, string>>): PlaceIn =>
  pods('kafka', { 'strimzi.io/cluster': PLATFORM, ...labels });

/** Labels: the charts and operators of catalog/operators.ts at their pinned versions; dns: EKS add-on CoreDNS. */
const infrastructurePlaces = {
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
  /** Clients keep their address through the load balancer for UDP; its health checks come from the public subnets. */
  'game-load-balancer': (environment) => ({
    kind: 'addresses',
    blocks: [INTERNET, ...subnets(environment, 'public')],
  }),
  'ingress-gateway': pods('mesh', { istio: 'ingressgateway' }),
  istiod: pods('mesh', { app: 'istiod' }),
  prometheus: pods('observability', { 'app.kubernetes.io/name': 'prometheus' }),
  'otel-collector': pods('observability', { 'app.kubernetes.io/name': 'otel-collector' }),
  argocd: pods('argocd', { 'app.kubernetes.io/part-of': 'argocd' }),
  'strimzi-operator': pods('kafka', { 'strimzi.io/kind': 'cluster-operator' }),
  'kafka-controllers': kafkaPods({ 'strimzi.io/controller-role': 'true' }),
  'kafka-entity-operator': kafkaPods({ 'strimzi.io/name': `${PLATFORM}-entity-operator` }),
  'keda-operator': pods('observability', { app: 'keda-operator' }),
  'keda-metrics': pods('observability', { app: 'keda-operator-metrics-apiserver' }),
  'keda-webhooks': pods('observability', { app: 'keda-admission-webhooks' }),
  'external-secrets': pods('security', { 'app.kubernetes.io/name': 'external-secrets' }),
  'external-secrets-webhook': pods('security', { 'app.kubernetes.io/name': 'external-secrets-webhook' }),
  'external-secrets-certificates': pods('security', { 'app.kubernetes.io/name': 'external-secrets-cert-controller' }),
} as const satisfies Record<string, PlaceIn>;

export type InfrastructureParty = keyof typeof infrastructurePlaces;
export const infrastructureParties = Object.keys(infrastructurePlaces) as readonly InfrastructureParty[];

const storePlaces = {
  'rds-postgresql': (environment) => ({ kind: 'addresses', blocks: subnets(environment, 'isolated') }),
  elasticache: (environment) => ({ kind: 'addresses', blocks: subnets(environment, 'isolated') }),
  timescaledb: pods('databases', { 'cnpg.io/cluster': 'timescaledb' }),
  qdrant: pods('databases', { 'app.kubernetes.io/name': 'qdrant' }),
  'nats-jetstream': pods('databases', { 'app.kubernetes.io/name': 'nats' }),
  s3: () => ({ kind: 'addresses', blocks: [INTERNET] }),
} as const satisfies Record<StoreEngine, PlaceIn>;

/** Pods of a service carry this label with its name, and nothing else selects them. */
export const SERVICE_LABEL = 'app.kubernetes.io/name';

/** @throws UnknownName for a store that the catalog does not have. */
export function placeOf(catalog: Catalog, environment: Environment, party: Party): Place {
  switch (party.kind) {
    case 'service':
      return { kind: 'pods', namespace: SERVICES_NAMESPACE, labels: { [SERVICE_LABEL]: party.name } };
    case 'kafka':
      return kafkaPods({ 'strimzi.io/broker-role': 'true' })(environment);
    case 'store':
      return storePlaces[storeNamed(catalog, party.name).engine](environment);
    case 'outside':
      return { kind: 'addresses', blocks: [INTERNET] };
    case 'infrastructure':
      return infrastructurePlaces[party.name](environment);
  }
}

const KAFKA: Party = { kind: 'kafka' };
const party = (name: InfrastructureParty | 'kafka'): Party =>
  name === 'kafka' ? KAFKA : { kind: 'infrastructure', name };

type Row = readonly [
  from: InfrastructureParty | 'kafka',
  to: InfrastructureParty | 'kafka',
  port: number,
  purpose: string,
];

/** Ports: Strimzi («Network policies» of its guide), External Secrets' and KEDA's charts, Argo CD («Security», ports). */
const ROWS = [
  ['kafka', 'kafka', 9091, 'replication'],
  ['kafka', 'kafka-controllers', 9090, 'metadata'],
  ['kafka-controllers', 'kafka-controllers', 9090, 'the quorum'],
  ['kafka', 'kubernetes-api', 443, "the node's zone, certificates of users"],
  ['kafka-controllers', 'kubernetes-api', 443, "the node's zone"],
  ['strimzi-operator', 'kafka', 9091, 'roll brokers without losing in-sync replicas'],
  ['strimzi-operator', 'kafka', 8443, 'state of a broker'],
  ['strimzi-operator', 'kafka-controllers', 9090, 'roll controllers without losing the quorum'],
  ['strimzi-operator', 'kafka-controllers', 8443, 'state of a controller'],
  ['strimzi-operator', 'kubernetes-api', 443, 'reconcile'],
  ['kafka-entity-operator', 'kafka', 9091, 'create topics, users and ACLs'],
  ['kafka-entity-operator', 'kubernetes-api', 443, 'reconcile'],
  ['keda-operator', 'kafka', enginePorts.kafka, 'lag of consumer groups'],
  ['keda-operator', 'kubernetes-api', 443, 'reconcile'],
  ['keda-metrics', 'keda-operator', 9666, 'metrics to scale on'],
  ['keda-metrics', 'kubernetes-api', 443, 'delegated authentication'],
  ['keda-webhooks', 'kubernetes-api', 443, 'look up what is validated'],
  ['kubernetes-api', 'keda-metrics', 6443, 'external metrics'],
  ['kubernetes-api', 'keda-webhooks', 9443, 'validate ScaledObjects'],
  ['external-secrets', 'kubernetes-api', 443, 'reconcile, read credentials of Kafka'],
  ['external-secrets', 'aws-api', 443, 'read Secrets Manager'],
  ['external-secrets', 'pod-identity-agent', 80, 'AWS credentials'],
  ['external-secrets-webhook', 'kubernetes-api', 443, 'look up what is validated'],
  ['external-secrets-certificates', 'kubernetes-api', 443, "keep the webhook's certificate"],
  ['kubernetes-api', 'external-secrets-webhook', 10250, 'validate stores and secrets'],
  ['argocd', 'kubernetes-api', 443, 'apply'],
  ['argocd', 'delivery-sources', 443, 'fetch Git and charts'],
  ['argocd', 'argocd', 8081, 'render manifests'],
  ['argocd', 'argocd', 6379, 'cache'],
  ['argocd', 'argocd', 8080, 'API'],
] as const satisfies readonly Row[];

/** Parties of the infrastructure that resolve names: all that start a connection to a name. */
const resolvers = [...new Set(ROWS.map(([from]) => from))].filter((name) => name !== 'kubernetes-api');

/** Edges among the parts of the cluster itself; those of the services are in dataflow.ts. */
export const infrastructureEdges: readonly Edge[] = [
  ...ROWS.map(
    ([from, to, port, purpose]): Edge => ({ from: party(from), to: party(to), port, protocol: 'TCP', purpose }),
  ),
  ...resolvers.flatMap((from) =>
    (['UDP', 'TCP'] as const).map(
      (protocol): Edge => ({ from: party(from), to: party('dns'), port: 53, protocol, purpose: 'resolve names' }),
    ),
  ),
];

/** Every edge that may exist: what is synthesized allows these, no less and no more. */
export const declaredEdges = (catalog: Catalog): readonly Edge[] => [...dataflow(catalog), ...infrastructureEdges];
