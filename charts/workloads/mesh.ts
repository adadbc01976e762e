import { TOKEN_AUDIENCE } from '#catalog/configuration.ts';
import type { Edge } from '#catalog/dataflow.ts';
import { MANAGEMENT_PORT, type Service, serviceNamed } from '#catalog/index.ts';
import { declaredEdges } from '#catalog/infrastructure.ts';
import {
  admitted,
  CIRCUIT_BREAKER,
  GATEWAYS_NAMESPACE,
  pathPatterns,
  principalOf,
  publicRoutes,
  REQUEST_TIMEOUT_SECONDS,
  RETRIES,
  TOKEN_ISSUER_SERVICE,
  tokenCheckOf,
} from '#catalog/mesh.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { neighboursOf } from '#catalog/neighbours.ts';
import { isLedByRoutes, SUBSETS, strategyOf } from '#catalog/rollouts.ts';
import type { Component } from '../lib/component.ts';
import {
  type AccessRule,
  AuthorizationPolicy,
  type Destination,
  DestinationRule,
  type HttpMatch,
  type HttpRoute,
  RequestAuthentication,
  Sidecar,
  type Subset,
  type TrafficPolicy,
  VirtualService,
} from '../lib/istio.ts';
import { selectorOf } from './pod.ts';

/** Where requests from outside come in, as routes name it. */
export const INGRESS = `${GATEWAYS_NAMESPACE}/ingress`;
const SIDECARS = 'mesh';

const hostOf = ({ name }: Service): string => names.serviceHost(name, SERVICES_NAMESPACE);
const metadata = (service: Service, name = service.name) => ({ name, namespace: SERVICES_NAMESPACE });
const selector = (service: Service) => ({ matchLabels: selectorOf(service) });

/** Its neighbours and nothing else; what is not among them is refused by the proxy already. */
function addSidecar(scope: Component, service: Service): void {
  const { catalog, environment } = scope.platform;
  new Sidecar(scope, 'Sidecar', {
    metadata: metadata(service),
    spec: {
      workloadSelector: { labels: selectorOf(service) },
      egress: [{ hosts: neighboursOf(catalog, environment, service.name) }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    },
  });
}

/** Whether a caller must show a token on this port, beside its certificate. */
const needsToken = (service: Service, port: number): boolean =>
  tokenCheckOf(service) === 'required' && port !== service.ports[MANAGEMENT_PORT]?.number;

/** One rule for each declared edge, and one more for the preflight of browsers, which never carries a token. */
function rulesOf(scope: Component, service: Service, edge: Edge): readonly AccessRule[] {
  const { catalog, environment } = scope.platform;
  const principal = principalOf(catalog, edge.from);
  if (principal === undefined) return [];
  const { paths, methods } = edge.request ?? {};
  const isWhole = paths === undefined || paths.includes('/');
  const operation = {
    ports: [String(edge.port)],
    ...(methods ? { methods } : {}),
    ...(isWhole ? {} : { paths: paths.flatMap(pathPatterns) }),
  };
  const from = { principals: [principal] };
  if (!needsToken(service, edge.port)) return [{ from: [{ source: from }], to: [{ operation }] }];
  const requestPrincipals = [`${names.tokenIssuer(environment)}/*`];
  const withToken = { from: [{ source: { ...from, requestPrincipals } }], to: [{ operation }] };
  const preflight = { from: [{ source: from }], to: [{ operation: { ...operation, methods: ['OPTIONS'] } }] };
  return edge.from.kind === 'infrastructure' ? [withToken, preflight] : [withToken];
}

function addAdmission(scope: Component, service: Service): void {
  const { catalog, environment } = scope.platform;
  const edges = admitted(declaredEdges(catalog, environment), service);
  const rules = edges.flatMap((edge) => rulesOf(scope, service, edge));
  const once = new Map(rules.map((rule) => [JSON.stringify(rule), rule]));
  new AuthorizationPolicy(scope, 'AuthorizationPolicy', {
    metadata: metadata(service, `allow-${service.name}`),
    spec: {
      selector: selector(service),
      action: 'ALLOW',
      rules: [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule),
    },
  });
}

/** A token that is shown must be one of ours; the proxy asks the issuer for its keys by the declared edge. */
function addTokenCheck(scope: Component, service: Service): void {
  const { catalog, environment } = scope.platform;
  if (tokenCheckOf(service) === 'none') return;
  const issuer = serviceNamed(catalog, TOKEN_ISSUER_SERVICE);
  new RequestAuthentication(scope, 'RequestAuthentication', {
    metadata: metadata(service),
    spec: {
      selector: selector(service),
      jwtRules: [
        {
          issuer: names.tokenIssuer(environment),
          audiences: [TOKEN_AUDIENCE],
          jwksUri: `http://${hostOf(issuer)}:${issuer.ports.http?.number}${names.tokenKeysPath}`,
          // The service looks at the claims itself: which games, which roles.
          forwardOriginalToken: true,
        },
      ],
    },
  });
}

const BREAKER: TrafficPolicy = {
  tls: { mode: 'ISTIO_MUTUAL' },
  connectionPool: {
    tcp: { maxConnections: CIRCUIT_BREAKER.maxConnections },
    http: { http1MaxPendingRequests: CIRCUIT_BREAKER.maxPendingRequests },
  },
  outlierDetection: {
    consecutive5xxErrors: CIRCUIT_BREAKER.consecutiveErrors,
    interval: `${CIRCUIT_BREAKER.intervalSeconds}s`,
    baseEjectionTime: `${CIRCUIT_BREAKER.ejectionSeconds}s`,
    maxEjectionPercent: CIRCUIT_BREAKER.maxEjectionPercent,
  },
};

/** Whether requests are led to two revisions by shares. */
const isSplit = (service: Service): boolean => strategyOf(service) === 'canary' && isLedByRoutes(service);

/** Argo Rollouts adds which revision each of them is. */
const subsets = (service: Service): readonly Subset[] =>
  Object.values(SUBSETS).map((name) => ({ name, labels: selectorOf(service) }));

function addBreaker(scope: Component, service: Service): void {
  new DestinationRule(scope, 'DestinationRule', {
    metadata: metadata(service),
    spec: { host: hostOf(service), trafficPolicy: BREAKER, ...(isSplit(service) ? { subsets: subsets(service) } : {}) },
  });
}

const WEBSOCKET = { upgrade: { exact: 'websocket' } } as const;

function publicMatches(scope: Component, service: Service): readonly HttpMatch[] {
  return publicRoutes(scope.platform.environment, service).flatMap(({ host, path }) => {
    const place = { gateways: [INGRESS], authority: { exact: host } };
    if (path === '/') return [{ ...place, uri: { prefix: '/' } }];
    return [
      { ...place, uri: { exact: path } },
      { ...place, uri: { prefix: `${path}/` } },
    ];
  });
}

function route(
  name: string,
  match: readonly HttpMatch[],
  to: { route: readonly Destination[]; seconds?: number },
): HttpRoute {
  return {
    name,
    match,
    route: to.route,
    ...(to.seconds === undefined ? {} : { timeout: `${to.seconds}s` }),
    retries: { attempts: RETRIES.attempts, retryOn: RETRIES.on },
  };
}

/** Routes by which users come: from outside by host and path, and from other services. Open sockets have no deadline. */
export const ROUTES = { sockets: 'sockets', outside: 'outside', services: 'services' } as const;

function addRoutes(scope: Component, service: Service): void {
  const [port] = Object.values(service.ports).filter(({ exposure }) => exposure === 'public');
  if (!port) return;
  const outside = publicMatches(scope, service);
  const destination = { host: hostOf(service), port: { number: port.number } };
  const to = isSplit(service)
    ? [
        { destination: { ...destination, subset: SUBSETS.stable }, weight: 100 },
        { destination: { ...destination, subset: SUBSETS.canary }, weight: 0 },
      ]
    : [{ destination }];
  const sockets = outside.map((match) => ({ ...match, headers: WEBSOCKET }));
  const hosts = publicRoutes(scope.platform.environment, service).map(({ host }) => host);
  new VirtualService(scope, 'VirtualService', {
    metadata: metadata(service),
    spec: {
      hosts: [...new Set(hosts), hostOf(service)],
      gateways: [INGRESS, SIDECARS],
      http: [
        route(ROUTES.sockets, sockets, { route: to }),
        route(ROUTES.outside, outside, { route: to, seconds: REQUEST_TIMEOUT_SECONDS }),
        route(ROUTES.services, [{ gateways: [SIDECARS] }], { route: to, seconds: REQUEST_TIMEOUT_SECONDS }),
      ],
    },
  });
}

/** What the mesh knows of a service: whom it may reach, who may reach it, and how requests are led and cut off. */
export function addMesh(scope: Component, service: Service): void {
  addSidecar(scope, service);
  addAdmission(scope, service);
  addTokenCheck(scope, service);
  addBreaker(scope, service);
  addRoutes(scope, service);
}
