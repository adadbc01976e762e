import { TOKEN_AUDIENCE } from '#catalog/configuration.ts';
import { type Catalog, type Environment, MANAGEMENT_PORT, type Service } from '#catalog/index.ts';
import { declaredEdges } from '#catalog/infrastructure.ts';
import {
  admitted,
  GATEWAY_PORTS,
  MESH_NAMESPACE,
  outsideUses,
  pathPatterns,
  principalOf,
  publicRoutes,
  tokenCheckOf,
} from '#catalog/mesh.ts';
import { names } from '#catalog/names.ts';
import { neighboursOf } from '#catalog/neighbours.ts';
import { subnetCidrs } from '#catalog/network.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { meshRouteRows, sorted, texts } from './mesh-routes.ts';
import { type Declared, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

/** One permission as a text: who, with which token, to which pods, port, host, method and path. */
interface Permission {
  readonly to: string;
  readonly from: string;
  readonly token?: string;
  readonly port: number | string;
  readonly methods?: string;
  readonly hosts?: string;
  readonly paths?: string;
}
const describe = ({ to, from, token, port, methods, hosts, paths }: Permission): string =>
  [
    `${from}${token ? ` with a token of ${token}` : ''} → ${to}:${port}`,
    methods && `methods ${methods}`,
    hosts && `hosts ${hosts}`,
    paths && `paths ${paths}`,
  ]
    .filter(Boolean)
    .join(' ');

function servicePermissions(catalog: Catalog, environment: Environment, service: Service): readonly Declared[] {
  const issuer = `${names.tokenIssuer(environment)}/*`;
  return admitted(declaredEdges(catalog, environment), service).flatMap((edge): readonly Declared[] => {
    const from = principalOf(catalog, edge.from);
    if (!from) return [];
    const { methods, paths } = edge.request ?? {};
    const by = `edge → ${service.name}:${edge.port} (${edge.purpose})`;
    const isTokenless = tokenCheckOf(service) !== 'required' || edge.port === service.ports[MANAGEMENT_PORT]?.number;
    const permission: Permission = {
      to: service.name,
      from,
      port: edge.port,
      ...(methods ? { methods: sorted(methods) } : {}),
      ...(paths && !paths.includes('/') ? { paths: sorted(paths.flatMap(pathPatterns)) } : {}),
    };
    if (isTokenless) return [{ key: describe(permission), by }];
    const whole = { key: describe({ ...permission, token: issuer }), by };
    const preflight = { key: describe({ ...permission, methods: 'OPTIONS' }), by: `${by}, preflight` };
    return edge.from.kind === 'infrastructure' ? [whole, preflight] : [whole];
  });
}

function gatewayPermissions({ catalog, tree: { environment } }: Surroundings): readonly Declared[] {
  const routes = catalog.services.flatMap((service) => publicRoutes(environment, service));
  const from = sorted(subnetCidrs(environment, 'public'));
  const inward = [...Map.groupBy(routes, ({ host }) => host)].map(([host, list]) => {
    const paths = list.map(({ path }) => path);
    const key = describe({
      from,
      to: 'ingressgateway',
      port: GATEWAY_PORTS.https,
      hosts: sorted([host, `${host}:*`]),
      ...(paths.includes('/') ? {} : { paths: sorted(paths.flatMap(pathPatterns)) }),
    });
    return { key, by: `public paths of ${host}` };
  });
  const outward = outsideUses(catalog).map(({ host, users }) => ({
    key: describe({
      from: sorted(users.flatMap(({ name }) => principalOf(catalog, { kind: 'service', name }) ?? [])),
      to: 'egressgateway',
      port: GATEWAY_PORTS.egress,
      hosts: host,
    }),
    by: `outside host ${host}`,
  }));
  return [...inward, ...outward];
}

/** A rule without a source, or without an operation, is for everybody or everything; the text then says so. */
function permissionsIn(policy: Manifest): readonly Found[] {
  const action = policy.root.at('spec.action').text ?? 'ALLOW';
  const labels = Object.values(policy.root.at('spec.selector.matchLabels').texts).join(',') || 'everything';
  const to = action === 'ALLOW' ? labels : `${action} ${labels}`;
  return policy.root.list('spec.rules').flatMap((rule) => {
    const sources = rule.list('from').map((one) => one.key('source'));
    const operations = rule.list('to').map((one) => one.key('operation'));
    const sni = texts(rule.list('when').flatMap((when) => when.list('values')));
    return (sources.length > 0 ? sources : [rule.key('anybody')]).flatMap((source) =>
      (operations.length > 0 ? operations : [rule.key('anything')]).map((operation) => {
        const token = texts(source.list('requestPrincipals'));
        const [methods, paths] = [texts(operation.list('methods')), texts(operation.list('paths'))];
        const hosts = texts(operation.list('hosts')) || sni;
        const from = texts([...source.list('principals'), ...source.list('ipBlocks')]) || 'anybody';
        const port = texts(operation.list('ports')) || 'any port';
        return foundIn(policy, describe({ to, from, token, port, methods, hosts, paths }));
      }),
    );
  });
}

const DEFAULTS: readonly Declared[] = [
  { key: 'PeerAuthentication default', by: 'mesh', facts: { 'spec.mtls.mode': 'STRICT' } },
  { key: 'AuthorizationPolicy allow-nothing', by: 'mesh', facts: { 'spec.rules': 'none', 'spec.selector': 'none' } },
  {
    key: 'Sidecar default',
    by: 'mesh',
    facts: { 'spec.egress[].hosts': '~/*', 'spec.outboundTrafficPolicy.mode': 'REGISTRY_ONLY' },
  },
  { key: 'Telemetry default', by: 'mesh', facts: { 'spec.accessLogging[].disabled': 'true' } },
];

const whole = (node: Node): string => (node.exists ? JSON.stringify(node.value) : 'none');

/** Every PeerAuthentication counts, wherever it stands: one that is weaker than the default would be an exception. */
function defaultsIn({ tree }: Surroundings): readonly Found[] {
  const peers = tree.ofKind('PeerAuthentication').map((peer) =>
    foundIn(peer, `PeerAuthentication ${peer.namespace === MESH_NAMESPACE ? '' : `${peer.namespace}/`}${peer.name}`, {
      'spec.mtls.mode': peer.root.at('spec.mtls.mode').text,
    }),
  );
  const others = ['AuthorizationPolicy', 'Sidecar', 'Telemetry']
    .flatMap((kind) => tree.ofKind(kind))
    .filter(({ namespace }) => namespace === MESH_NAMESPACE)
    .map((object) =>
      foundIn(object, `${object.kind} ${object.name}`, {
        'spec.rules': whole(object.root.at('spec.rules')),
        'spec.selector': whole(object.root.at('spec.selector')),
        'spec.egress[].hosts': texts(object.root.list('spec.egress').flatMap((egress) => egress.list('hosts'))),
        'spec.outboundTrafficPolicy.mode': object.root.at('spec.outboundTrafficPolicy.mode').text,
        'spec.accessLogging[].disabled': String(object.root.list('spec.accessLogging')[0]?.key('disabled').value),
      }),
    );
  return [...peers, ...others];
}

export const meshRows: readonly ParityRow[] = [
  {
    kind: 'mesh default',
    says: 'In the mesh everything is encrypted, nothing is allowed and nothing known that is not declared.',
    declared: () => DEFAULTS,
    found: defaultsIn,
  },
  {
    kind: 'mesh permission',
    says: 'Proxies let in whom a declared edge names, on its port, method and path, and nobody else.',
    declared: (surroundings) => [
      ...surroundings.catalog.services.flatMap((service) =>
        servicePermissions(surroundings.catalog, surroundings.tree.environment, service),
      ),
      ...gatewayPermissions(surroundings),
    ],
    found: ({ tree }) => tree.ofKind('AuthorizationPolicy').flatMap(permissionsIn),
  },
  {
    kind: 'token check',
    says: 'Proxies verify the tokens that come to a service, with the keys of the issuer.',
    declared: ({ catalog, tree: { environment } }) =>
      catalog.services
        .filter((service) => tokenCheckOf(service) !== 'none')
        .map(({ name }) => ({
          key: `${name} ${names.tokenIssuer(environment)} for ${TOKEN_AUDIENCE}`,
          by: `services.${name}.verifiesTokens`,
        })),
    found: ({ tree }) =>
      tree.ofKind('RequestAuthentication').flatMap((check) => {
        const pods = Object.values(check.root.at('spec.selector.matchLabels').texts).join(',');
        return check.root
          .list('spec.jwtRules')
          .map((rule) => foundIn(check, `${pods} ${rule.key('issuer').text} for ${texts(rule.list('audiences'))}`));
      }),
  },
  {
    kind: 'neighbours',
    says: 'The proxy of a service knows the other ends of its edges, and no other host.',
    declared: ({ catalog, tree }) =>
      catalog.services.map(({ name }) => ({
        key: name,
        by: `services.${name}`,
        facts: {
          'spec.egress[].hosts': sorted(neighboursOf(catalog, tree.environment, name)),
          'spec.outboundTrafficPolicy.mode': 'REGISTRY_ONLY',
        },
      })),
    found: ({ tree }) =>
      tree
        .ofKind('Sidecar')
        .filter(({ namespace }) => namespace !== MESH_NAMESPACE)
        .map((sidecar) =>
          foundIn(sidecar, Object.values(sidecar.root.at('spec.workloadSelector.labels').texts).join(','), {
            'spec.egress[].hosts': texts(sidecar.root.list('spec.egress').flatMap((egress) => egress.list('hosts'))),
            'spec.outboundTrafficPolicy.mode': sidecar.root.at('spec.outboundTrafficPolicy.mode').text,
          }),
        ),
  },
  ...meshRouteRows,
];
