import { POOLERS } from './databases.ts';
import type { Edge } from './dataflow.ts';
import { declaredEdges } from './infrastructure.ts';
import { storeNamed } from './lookup.ts';
import { awsHost, EGRESS_HOST, GATEWAYS_NAMESPACE, MESH_NAMESPACE } from './mesh.ts';
import { type Catalog, type Environment, ExplainedError, type StoreEngine } from './model/index.ts';
import { names } from './names.ts';
import { SERVICES_NAMESPACE } from './namespaces.ts';

/** `service.namespace.svc…` as the proxy knows it: by its namespace and its full name. */
const inCluster = (host: string): string => {
  const [service = '', namespace = ''] = host.replace(/:\d+$/, '').split('.');
  return `${namespace}/${names.serviceHost(service, namespace)}`;
};

const entry = (host: string): readonly string[] => [`${MESH_NAMESPACE}/${host}`];

/** Hosts of stores: services of the cluster, or entries of the mesh for what is outside of it. */
const ENGINE_HOSTS: Readonly<Record<StoreEngine, (environment: Environment, store: string) => readonly string[]>> = {
  'rds-postgresql': () => entry(awsHost('rds-postgresql')),
  elasticache: () => entry(awsHost('elasticache')),
  timescaledb: () => [inCluster(names.timescaleHost)],
  qdrant: () => [inCluster(names.qdrantHost)],
  'nats-jetstream': () => [inCluster(names.natsHost)],
  s3: (environment, store) => entry(names.bucketHost(environment, store)),
};

/** Parts of the infrastructure that requests go to through the proxy. */
const PART_HOSTS: Readonly<Record<string, readonly string[]>> = {
  'otel-collector': [inCluster(names.traceCollectorHost)],
  'egress-gateway': [`${GATEWAYS_NAMESPACE}/${EGRESS_HOST}`],
  ...Object.fromEntries(Object.values(POOLERS).map(({ party, host }) => [party, [inCluster(host)]])),
};

/** These are reached past the proxy: it asks them itself, or the pod excludes their address. */
const PAST_THE_PROXY: ReadonlySet<string> = new Set(['dns', 'chaos-dns', 'istiod', 'pod-identity-agent']);

/** Clients of Kafka ask the bootstrap address once, and then each broker under its own name. */
const KAFKA_HOSTS = [names.kafkaBootstrap, names.kafkaBrokers].map(inCluster);

function partHosts(name: string): readonly string[] {
  if (PAST_THE_PROXY.has(name)) return [];
  const hosts = PART_HOSTS[name];
  if (hosts) return hosts;
  throw new ExplainedError(
    'HOST_UNKNOWN',
    `«${name}»: a part that services talk to has a host that their proxies know. Add it to catalog/neighbours.ts.`,
  );
}

function hostsOf(catalog: Catalog, environment: Environment, { to }: Edge): readonly string[] {
  switch (to.kind) {
    case 'service':
      return [`${SERVICES_NAMESPACE}/${names.serviceHost(to.name, SERVICES_NAMESPACE)}`];
    case 'kafka':
      return KAFKA_HOSTS;
    case 'store':
      return ENGINE_HOSTS[storeNamed(catalog, to.name).engine](environment, to.name);
    case 'outside':
      return [];
    case 'infrastructure':
      return partHosts(to.name);
  }
}

/** What the proxy of a service must know of, and all that it may lead to: the other ends of its declared edges. */
export function neighboursOf(catalog: Catalog, environment: Environment, service: string): readonly string[] {
  const own = declaredEdges(catalog, environment).filter(
    ({ from }) => from.kind === 'service' && from.name === service,
  );
  const outside = catalog.services.filter(({ name }) => name === service).flatMap((member) => member.outside);
  const hosts = [
    ...own.flatMap((edge) => hostsOf(catalog, environment, edge)),
    ...outside.map(({ host }) => `${GATEWAYS_NAMESPACE}/${host}`),
  ];
  return [...new Set(hosts)].sort();
}
