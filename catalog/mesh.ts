import type { Edge, Party } from './dataflow.ts';
import { footprintsOf } from './footprints.ts';
import type { Catalog, Environment, Service } from './model/index.ts';
import { names } from './names.ts';
import { type NamespaceName, SERVICES_NAMESPACE } from './namespaces.ts';

/** Where istiod runs; a mesh rule in it holds for every namespace (Istio, «root namespace»). */
export const MESH_NAMESPACE = 'mesh' satisfies NamespaceName;
/** The public way in and the one way out, apart from the control plane, whose namespace is privileged. */
export const GATEWAYS_NAMESPACE = 'gateways' satisfies NamespaceName;

const TRUST_DOMAIN = 'cluster.local';

/**
 * What does not go through mutual TLS of the mesh, and what protects it instead. Everything else is STRICT; a party that a
 * service talks to is either a member of the mesh or in this table.
 */
export const MESH_EXCEPTIONS = {
  kafka: "Strimzi's own TLS and SCRAM end at the broker",
  'rds-postgresql': 'TLS of RDS, verified against its authority',
  elasticache: 'TLS of ElastiCache, verified, with a user of its own',
  timescaledb: "the operator's own TLS, verified against its authority",
  pgbouncer: 'its own TLS, verified against the authority of the databases',
  'timescaledb-pooler': "the operator's own TLS, verified against its authority",
  s3: 'HTTPS of AWS, signed with the credentials of the pod',
  qdrant: 'an API key; the network policy names who may open it',
  'nats-jetstream': 'the network policy names who may open it',
  'otel-collector': 'traces without personal data; the network policy names who may open it',
  'game-load-balancer': 'players speak TCP and UDP; the handshake of the game protocol authenticates them',
} as const satisfies Record<string, string>;

/** What a service may ask of another at once before it is told to wait, and when an instance is set aside (spec, platform.md). */
export const CIRCUIT_BREAKER = {
  maxConnections: 1_000,
  maxPendingRequests: 100,
  consecutiveErrors: 5,
  ejectionSeconds: 30,
  /** How often instances are judged; Istio's default. */
  intervalSeconds: 10,
  /** Half of the instances stay, however they answer: an overload must not become an outage. */
  maxEjectionPercent: 50,
} as const;

/**
 * Requests that no instance has begun on are sent once more to another: nothing can be done twice by that, so that it
 * holds for every method.
 */
export const RETRIES = { attempts: 2, on: 'connect-failure,refused-stream,reset-before-request' } as const;

/** Above the 10 s that a statement of a database may take, so that the service itself says what went wrong. */
export const REQUEST_TIMEOUT_SECONDS = 15;

/** A proxy beside a service knows its own neighbours only; about 45 MiB (Istio, «Performance and Scalability», scoped). */
export const SIDECAR = { cpuMillis: 10, memoryMiB: 64, memoryLimitMiB: 128 } as const;

/** Ports of the gateways: above 1024, because they do not run as root; 15021 answers health checks. */
export const GATEWAY_PORTS = { https: 8443, egress: 8443, status: 15_021, metrics: 15_090 } as const;

/** The secret of the certificate that the load balancer is answered with. */
export const INGRESS_CERTIFICATE = 'ingress-certificate';

/** Where Prometheus' own proxy writes its certificate, with which it scrapes members of the mesh. */
export const PROMETHEUS_CERTIFICATES = '/etc/istio-output-certs';

/** Who issues the platform's tokens. */
export const TOKEN_ISSUER_SERVICE = 'user-service';

/** What a proxy does with tokens: demands one, verifies one that comes, or leaves the header to the service. */
export type TokenCheck = 'required' | 'if present' | 'none';

/** Services that verify tokens and also answer without one in the header `Authorization`; why each does (adr/0021). */
const TOKEN_CHECKS: Readonly<Record<string, { readonly check: TokenCheck; readonly why: string }>> = {
  'event-ingestion-service': { check: 'none', why: 'keys of games come in the same header' },
  'admin-dashboard': {
    check: 'none',
    why: 'the page comes before anybody has signed in; its reports check themselves',
  },
  'analytics-api': {
    check: 'if present',
    why: 'a browser cannot set headers of a WebSocket; its token comes in the first message',
  },
  [TOKEN_ISSUER_SERVICE]: { check: 'none', why: 'it issues them, and people come to it without one' },
};

export const tokenCheckOf = ({ name, verifiesTokens }: Service): TokenCheck =>
  verifiesTokens ? (TOKEN_CHECKS[name]?.check ?? 'required') : 'none';

/** Public names by path; paths that are not listed are served under the API's. */
const PATH_HOSTS: Readonly<Record<string, 'dashboard' | 'id'>> = {
  '/': 'dashboard',
  '/oidc': 'id',
  '/.well-known': 'id',
};

/** Under which the mesh knows what AWS runs: nobody resolves it, the entry is found by its addresses. */
export const awsHost = (engine: 'rds-postgresql' | 'elasticache'): string => `${engine}.aws.internal`;

/** The gateways inside the cluster. */
export const INGRESS_HOST = names.serviceHost('ingress-gateway', GATEWAYS_NAMESPACE);
export const EGRESS_HOST = names.serviceHost('egress-gateway', GATEWAYS_NAMESPACE);

export interface PublicRoute {
  readonly host: string;
  readonly path: string;
}

/** Under which public names and paths a service is reached. */
export const publicRoutes = (environment: Environment, { publicPaths }: Service): readonly PublicRoute[] =>
  publicPaths.map((path) => ({ host: names.publicHost(environment, PATH_HOSTS[path] ?? 'api'), path }));

/** A path and what is below it, as mesh rules write it; the root is everything. */
export const pathPatterns = (path: string): readonly string[] => (path === '/' ? ['/*'] : [path, `${path}/*`]);

const principal = (namespace: string, account: string): string => `${TRUST_DOMAIN}/ns/${namespace}/sa/${account}`;

/** How a member of the mesh proves who it is; nothing for who is not in it. */
export function principalOf(catalog: Catalog, party: Party): string | undefined {
  if (party.kind === 'service') return principal(SERVICES_NAMESPACE, names.serviceAccount(party.name));
  if (party.kind !== 'infrastructure') return undefined;
  for (const { namespace, pods } of footprintsOf(catalog)) {
    const pod = pods.find((candidate) => candidate.party === party.name);
    if (pod) return principal(namespace, pod.serviceAccount);
  }
  return undefined;
}

/** Ports that players reach past the proxy. */
export const gamePorts = ({ ports }: Service): readonly number[] =>
  Object.values(ports)
    .filter(({ exposure }) => exposure === 'game')
    .map(({ number }) => number);

/** Declared edges on which the proxy of a service lets somebody in. */
export const admitted = (edges: readonly Edge[], service: Service): readonly Edge[] =>
  edges.filter(
    ({ to, port }) => to.kind === 'service' && to.name === service.name && !gamePorts(service).includes(port),
  );

/** Ports on which a proxy itself answers, outside the mesh. */
export const PROXY_METRICS_PORT = GATEWAY_PORTS.metrics;

export interface OutsideUse {
  readonly host: string;
  readonly port: number;
  readonly users: readonly Service[];
}

/** Hosts outside the cluster, each with the services that may reach it by the egress gateway. */
export function outsideUses({ services }: Catalog): readonly OutsideUse[] {
  const all = services.flatMap((user) => user.outside.map(({ host, port }) => ({ host, port, user })));
  const byHost = Map.groupBy(all, ({ host, port }) => `${host}:${port}`);
  return [...byHost.values()]
    .flatMap(([first, ...others]): readonly OutsideUse[] =>
      first ? [{ host: first.host, port: first.port, users: [first, ...others].map(({ user }) => user) }] : [],
    )
    .sort((a, b) => (a.host < b.host ? -1 : 1));
}
