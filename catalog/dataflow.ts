import { usesKafka } from './configuration.ts';
import type { Catalog, Service, Store } from './model/index.ts';
import { MANAGEMENT_PORT } from './model/index.ts';
import { enginePorts } from './names.ts';

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
    const to: Party = { kind: 'store', name: store.name };
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

function ingressEdges(member: Service): readonly Edge[] {
  return Object.entries(member.ports).flatMap(([name, port]): readonly Edge[] => {
    const to = service(member.name);
    const protocol = port.protocol === 'udp' ? 'UDP' : 'TCP';
    if (name === MANAGEMENT_PORT)
      return [{ from: infrastructure('prometheus'), to, port: port.number, protocol, purpose: 'metrics' }];
    if (port.exposure === 'public')
      return [
        { from: infrastructure('ingress-gateway'), to, port: port.number, protocol, purpose: 'requests from outside' },
      ];
    if (port.exposure === 'game')
      return [{ from: infrastructure('game-load-balancer'), to, port: port.number, protocol, purpose: 'players' }];
    return [];
  });
}

/** All declared edges of the services, in catalog order. */
export function dataflow(catalog: Catalog): readonly Edge[] {
  const keys = catalog.services.find((candidate) => candidate.name === 'user-service');
  return catalog.services.flatMap((member) => [
    ...callEdges(catalog, member),
    ...dataEdges(catalog, member),
    ...tokenEdges(member, keys),
    ...member.outside.map(({ host, port, purpose }) => ({
      from: service(member.name),
      to: { kind: 'outside', name: host } as const,
      port,
      protocol: 'TCP' as const,
      purpose,
    })),
    ...infrastructureEdges(member),
  ]);
}
