import { CIRCUIT_BREAKER, GATEWAYS_NAMESPACE, outsideUses, publicRoutes } from '#catalog/mesh.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { type Declared, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

const hostOf = (service: string): string => names.serviceHost(service, SERVICES_NAMESPACE);

/** Several texts as one, in an order of their own. */
export const sorted = (list: readonly string[]): string => [...list].sort().join(',');
export const texts = (nodes: readonly Node[]): string => sorted(nodes.flatMap(({ text }) => text ?? []));

const BREAKER_PATHS = {
  'spec.trafficPolicy.tls.mode': 'ISTIO_MUTUAL',
  'spec.trafficPolicy.connectionPool.tcp.maxConnections': String(CIRCUIT_BREAKER.maxConnections),
  'spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests': String(CIRCUIT_BREAKER.maxPendingRequests),
  'spec.trafficPolicy.outlierDetection.consecutive5xxErrors': String(CIRCUIT_BREAKER.consecutiveErrors),
  'spec.trafficPolicy.outlierDetection.baseEjectionTime': `${CIRCUIT_BREAKER.ejectionSeconds}s`,
  'spec.trafficPolicy.outlierDetection.maxEjectionPercent': String(CIRCUIT_BREAKER.maxEjectionPercent),
} as const;

const factsAt = ({ root }: Manifest, paths: readonly string[]) =>
  Object.fromEntries(paths.map((path) => [path, String(root.at(path).value)]));

const inNamespace =
  (namespace: string) =>
  (manifest: Manifest): boolean =>
    manifest.namespace === namespace;

function publicRoutesOf({ catalog, tree }: Surroundings): readonly Declared[] {
  return catalog.services.flatMap((service) => {
    const [port] = Object.values(service.ports).filter(({ exposure }) => exposure === 'public');
    return publicRoutes(tree.environment, service).map(({ host, path }) => ({
      key: `${host}${path} → ${hostOf(service.name)}:${port?.number}`,
      by: `services.${service.name}.publicPaths`,
    }));
  });
}

/** From outside a route is found by host and path; what a prefix leaves open below a path is part of the path. */
function publicRoutesIn({ tree }: Surroundings): readonly Found[] {
  return tree.ofKind('VirtualService').flatMap((virtual) =>
    virtual.root.list('spec.http').flatMap((route) =>
      route
        .list('match')
        .filter((match) => match.key('authority').exists || texts(match.list('gateways')).includes('/'))
        .map((match) => {
          const path = match.at('uri.exact').text ?? match.at('uri.prefix').text ?? '/';
          const host = match.at('authority.exact').text ?? 'any host';
          const to = route
            .list('route')
            .map((one) => `${one.at('destination.host').text}:${one.at('destination.port.number').number}`);
          const clean = path.length > 1 ? path.replace(/\/$/, '') : path;
          return foundIn(virtual, `${host}${clean} → ${[...new Set(to)].join(',')}`);
        }),
    ),
  );
}

export const meshRouteRows: readonly ParityRow[] = [
  {
    kind: 'circuit breaker',
    says: 'Each service is cut off before it drowns, by the figures of the catalog.',
    declared: ({ catalog }) =>
      catalog.services.map(({ name }) => ({ key: hostOf(name), by: 'CIRCUIT_BREAKER', facts: BREAKER_PATHS })),
    found: ({ tree }) =>
      tree
        .ofKind('DestinationRule')
        .filter(inNamespace(SERVICES_NAMESPACE))
        .map((rule) => foundIn(rule, rule.root.at('spec.host').text ?? '', factsAt(rule, Object.keys(BREAKER_PATHS)))),
  },
  {
    kind: 'public route',
    says: 'Each public path leads from its public name to its service, and nothing else is led in.',
    declared: publicRoutesOf,
    found: publicRoutesIn,
  },
  {
    kind: 'public name',
    says: 'The load balancer and the gateway answer to the public names, the gateway with TLS 1.3 at least.',
    declared: ({ catalog, tree: { environment } }) => {
      const routes = catalog.services.flatMap((service) => publicRoutes(environment, service));
      const hosts = sorted([...new Set(routes.map(({ host }) => host))]);
      return [
        { key: `Ingress ${hosts}`, by: 'publicPaths' },
        { key: `Gateway ${hosts}`, by: 'publicPaths', facts: { 'spec.servers[].tls.minProtocolVersion': 'TLSV1_3' } },
      ];
    },
    found: ({ tree }) => [
      ...tree
        .ofKind('Ingress')
        .map((ingress) =>
          foundIn(ingress, `Ingress ${texts(ingress.root.list('spec.rules').map((rule) => rule.key('host')))}`),
        ),
      ...tree
        .ofKind('Gateway', 'networking.istio.io')
        .filter(({ root }) => root.at('spec.selector').texts.istio === 'ingressgateway')
        .flatMap((gateway) =>
          gateway.root.list('spec.servers').map((server) =>
            foundIn(gateway, `Gateway ${texts(server.list('hosts'))}`, {
              'spec.servers[].tls.minProtocolVersion': server.at('tls.minProtocolVersion').text,
            }),
          ),
        ),
    ],
  },
  {
    kind: 'outside host',
    says: 'Each host outside that a service declares is led through the egress gateway, and no other host is.',
    declared: ({ catalog }) =>
      outsideUses(catalog).flatMap(({ host, port }) =>
        ['ServiceEntry', 'VirtualService', 'Gateway'].map((kind) => ({
          key: `${kind} ${host}`,
          by: `outside host ${host}:${port}`,
        })),
      ),
    found: ({ tree }) =>
      ['ServiceEntry', 'VirtualService', 'Gateway']
        .flatMap((kind) => tree.ofKind(kind))
        .filter(inNamespace(GATEWAYS_NAMESPACE))
        .filter(({ root }) => root.at('spec.selector').texts.istio !== 'ingressgateway')
        .flatMap((object) => {
          const servers = object.root.list('spec.servers').flatMap((server) => server.list('hosts'));
          return [...object.root.list('spec.hosts'), ...servers].map((host) =>
            foundIn(object, `${object.kind} ${host.text}`),
          );
        }),
  },
];
