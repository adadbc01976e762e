import { usesKafka } from './configuration.ts';
import { poolerOf } from './databases.ts';
import { GATEWAY_PORTS, PROXY_METRICS_PORT } from './mesh.ts';
import type { Catalog, Port, Service, Store } from './model/index.ts';
import { enginePorts, names } from './names.ts';

/**
 * Who talks to whom. Network policies, mesh rules, ACLs, IAM and the architecture picture are views of these edges,
 * and the verifier compares what was synthesized with them.
 */
export interface Edge {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly purpose: string;
  /** What an HTTP request on it may be; any when left out. */
  readonly request?: Request;
}

export interface Request {
  readonly methods?: readonly string[];
  /** Paths, each with what is below it. */
  readonly paths: readonly string[];
}

export type Party =
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'kafka' }
  | { readonly kind: 'store'; readonly name: string }
  | { readonly kind: 'outside'; readonly name: string }
  | { readonly kind: 'infrastructure'; readonly name: string };

const service = (name: string): Party => ({ kind: 'service', name });
const infrastructure = (name: string): Party => ({ kind: 'infrastructure', name });

const storePorts = {
  'rds-postgresql': enginePorts.postgresql,
  timescaledb: enginePorts.postgresql,
  elasticache: enginePorts.redis,
  qdrant: enginePorts.qdrant,
  s3: enginePorts.https,
  'nats-jetstream': enginePorts.nats,
} as const satisfies Record<Store['engine'], number>;

/** Where a store's engine listens. */
export const storePort = ({ engine }: Pick<Store, 'engine'>): number => storePorts[engine];

/** Ports of infrastructure that pods open: DNS 53, istiod's discovery 15012, OTLP/HTTP 4318, the Pod Identity agent 80. */
const INFRASTRUCTURE_EGRESS = [
  { name: 'dns', port: 53, protocol: 'UDP', purpose: 'resolve names' },
  { name: 'dns', port: 53, protocol: 'TCP', purpose: 'resolve names whose answer is long' },
  { name: 'istiod', port: 15012, protocol: 'TCP', purpose: 'certificates and configuration of the sidecar' },
  { name: 'otel-collector', port: enginePorts.otlpHttp, protocol: 'TCP', purpose: 'traces' },
] as const satisfies readonly { name: string; port: number; protocol: 'TCP' | 'UDP'; purpose: string }[];

/** Where every service and every operator shows its metrics. */
export const METRICS_PATH = '/metrics';

function callEdges(catalog: Catalog, caller: Service): readonly Edge[] {
  return caller.calls.flatMap((call) => {
    const port = catalog.services.find((candidate) => candidate.name === call.service)?.ports[call.port];
    return port
      ? [
          {
            from: service(caller.name),
            to: service(call.service),
            port: port.number,
            protocol: 'TCP',
            purpose: call.purpose,
          } as const,
        ]
      : [];
  });
}

function dataEdges(catalog: Catalog, user: Service): readonly Edge[] {
  const kafka: readonly Edge[] = usesKafka(user)
    ? [{ from: service(user.name), to: { kind: 'kafka' }, port: enginePorts.kafka, protocol: 'TCP', purpose: 'topics' }]
    : [];
  const stores = user.stores.flatMap((use) => {
    const store = catalog.stores.find((candidate) => candidate.name === use.store);
    if (!store) return [];
    const pooler = poolerOf(store, use);
    const to: Party = pooler ? infrastructure(pooler.party) : { kind: 'store', name: store.name };
    return [{ from: service(user.name), to, port: storePort(store), protocol: 'TCP', purpose: use.purpose } as const];
  });
  return [...kafka, ...stores];
}

function tokenEdges(verifier: Service, keys: Service | undefined): readonly Edge[] {
  const port = keys?.ports.http;
  if (!verifier.verifiesTokens || !keys || !port || verifier.name === keys.name) return [];
  return [
    {
      from: service(verifier.name),
      to: service(keys.name),
      port: port.number,
      protocol: 'TCP',
      purpose: 'keys that verify tokens',
      request: { methods: ['GET'], paths: [names.tokenKeysPath] },
    },
  ];
}

function infrastructureEdges(member: Service): readonly Edge[] {
  const egress = INFRASTRUCTURE_EGRESS.map(({ name, port, protocol, purpose }) => ({
    from: service(member.name),
    to: infrastructure(name),
    port,
    protocol,
    purpose,
  }));
  const usesAws = member.stores.some((use) => use.store === 'archive' || use.store === 'artifacts');
  const identity = usesAws
    ? [
        {
          from: service(member.name),
          to: infrastructure('pod-identity-agent'),
          port: 80,
          protocol: 'TCP',
          purpose: 'AWS credentials',
        } as const,
      ]
    : [];
  return [...egress, ...identity, ...ingressEdges(member)];
}

/** Who comes to a port from beside the services, by whom it is open to. */
function visitorOf(member: Service, { exposure }: Port): Pick<Edge, 'from' | 'purpose' | 'request'> | undefined {
  switch (exposure) {
    case 'management':
      return {
        from: infrastructure('prometheus'),
        purpose: 'metrics',
        request: { methods: ['GET'], paths: [METRICS_PATH] },
      };
    case 'public':
      return {
        from: infrastructure('ingress-gateway'),
        purpose: 'requests from outside',
        request: { paths: member.publicPaths },
      };
    case 'game':
      return { from: infrastructure('game-load-balancer'), purpose: 'players' };
    case 'mesh':
      return undefined;
  }
}

function ingressEdges(member: Service): readonly Edge[] {
  const to = service(member.name);
  const own = Object.values(member.ports).flatMap((port): readonly Edge[] => {
    const visitor = visitorOf(member, port);
    const protocol = port.protocol === 'udp' ? 'UDP' : 'TCP';
    return visitor ? [{ ...visitor, to, port: port.number, protocol }] : [];
  });
  const proxy: Edge = {
    from: infrastructure('prometheus'),
    to,
    port: PROXY_METRICS_PORT,
    protocol: 'TCP',
    purpose: 'metrics of its proxy',
  };
  return [...own, proxy];
}

/** Hosts outside are reached by the egress gateway alone; each step is an edge of its own. */
function outsideEdges(member: Service): readonly Edge[] {
  const gateway = infrastructure('egress-gateway');
  return member.outside.flatMap(({ host, port, purpose }): readonly Edge[] => [
    { from: service(member.name), to: gateway, port: GATEWAY_PORTS.egress, protocol: 'TCP', purpose },
    { from: gateway, to: { kind: 'outside', name: host }, port, protocol: 'TCP', purpose },
  ]);
}

/** All declared edges of the services, in catalog order. */
export function dataflow(catalog: Catalog): readonly Edge[] {
  const keys = catalog.services.find((candidate) => candidate.name === 'user-service');
  return catalog.services.flatMap((member) => [
    ...callEdges(catalog, member),
    ...dataEdges(catalog, member),
    ...tokenEdges(member, keys),
    ...outsideEdges(member),
    ...infrastructureEdges(member),
  ]);
}
