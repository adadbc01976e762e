import type { Manifest } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import { INSTALLED_SERVICES } from '../world/installed.ts';
import { servicesOf } from '../world/objects.ts';
import { among, qualified } from './answers.ts';
import { inManifests, type Reference, type ReferenceRow, type Resolution, resolved, trusted } from './row.ts';

/** All sidecars, where a route says for whom it is (Istio, «VirtualService.gateways»). */
const SIDECARS = 'mesh';

function gateways({ kind, namespace, root }: Manifest): readonly Reference[] {
  if (kind !== 'VirtualService') return [];
  const routes = ['http', 'tls', 'tcp'].flatMap((protocol) => root.list(`spec.${protocol}`));
  const matches = routes.flatMap((route) => route.list('match')).flatMap((match) => match.list('gateways'));
  return [...root.list('spec.gateways'), ...matches]
    .filter(({ text }) => text !== undefined && text !== SIDECARS)
    .map((at) => ({ at, value: at.text?.includes('/') ? at.text : qualified(namespace, at.text ?? '') }));
}

/** Hosts that a proxy is told of, as `namespace/host`; `~` and `*` name no single one. */
const neighbours = ({ kind, root }: Manifest): readonly Reference[] =>
  kind === 'Sidecar'
    ? root
        .list('spec.egress')
        .flatMap((egress) => egress.list('hosts'))
        .filter(({ text }) => text !== undefined && !text.includes('*'))
        .map((at) => ({ at, value: at.text ?? '' }))
    : [];

const SERVICE_HOST = /^(?<namespace>[^/]+)\/(?<service>[^./]+)\.(?<again>[^./]+)\.svc\.cluster\.local$/;

/** What the registry of the mesh holds beside services. */
const entriesOf = (tree: Tree): readonly string[] =>
  tree
    .ofKind('ServiceEntry')
    .flatMap(({ namespace, root }) => root.list('spec.hosts').map((host) => qualified(namespace, host.text ?? '')));

function neighbour({ value }: Reference, tree: Tree): Resolution {
  const { service, namespace, again } = SERVICE_HOST.exec(value)?.groups ?? {};
  if (!service || namespace !== again) return among(value, entriesOf(tree), 'entry of the mesh');
  const known = servicesOf(tree).names;
  const installed = INSTALLED_SERVICES.get(`${service}.${namespace}`);
  if (installed && !known.includes(`${namespace}/${service}`))
    return trusted(`service ${service}.${namespace}`, `${installed} brings it, and is not in this tree`);
  return among(`${namespace}/${service}`, known, 'service');
}

interface SubsetReference extends Reference {
  readonly host: string;
}

function subsets({ kind, root }: Manifest): readonly SubsetReference[] {
  if (kind !== 'VirtualService') return [];
  return ['http', 'tls', 'tcp']
    .flatMap((protocol) => root.list(`spec.${protocol}`))
    .flatMap((route) => route.list('route'))
    .map((route) => ({ at: route.at('destination.subset'), host: route.at('destination.host').text ?? '' }))
    .flatMap(({ at, host }) => (at.text === undefined ? [] : [{ at, host, value: `${at.text} of ${host}` }]));
}

const knownSubsets = (tree: Tree): readonly string[] =>
  tree
    .ofKind('DestinationRule')
    .flatMap(({ root }) =>
      root.list('spec.subsets').map((subset) => `${subset.key('name').text} of ${root.at('spec.host').text}`),
    );

interface BackendReference extends Reference {
  readonly service: string;
  readonly namespace: string;
}

function backends({ kind, namespace = '', root }: Manifest): readonly BackendReference[] {
  if (kind !== 'Ingress') return [];
  return root
    .list('spec.rules')
    .flatMap((rule) => rule.list('http.paths'))
    .map((path) => path.at('backend.service.name'))
    .map((at) => ({ at, value: qualified(namespace, at.text ?? ''), service: at.text ?? '', namespace }));
}

function backend({ value, service, namespace }: BackendReference, tree: Tree): Resolution {
  const known = servicesOf(tree).names;
  const installed = INSTALLED_SERVICES.get(`${service}.${namespace}`);
  if (known.includes(value)) return resolved;
  return installed
    ? trusted(`service ${service}.${namespace}`, `${installed} brings it, and is not in this tree`)
    : among(value, known, 'service');
}

const issuers = ({ kind, namespace, root }: Manifest): readonly Reference[] => {
  const at = root.at('spec.issuerRef.name');
  const issuer = root.at('spec.issuerRef.kind').text ?? 'Issuer';
  if (kind !== 'Certificate' || at.text === undefined) return [];
  return [{ at, value: `${issuer} ${issuer === 'Issuer' ? qualified(namespace, at.text) : at.text}` }];
};

export const meshRows: readonly ReferenceRow[] = [
  inManifests({
    kind: 'gateway',
    says: 'A gateway that a route is for exists.',
    find: gateways,
    resolve: ({ value }, { tree }) =>
      among(
        value,
        tree.ofKind('Gateway', 'networking.istio.io').map(({ namespace, name }) => qualified(namespace, name)),
        'gateway',
      ),
  }),
  inManifests({
    kind: 'neighbour',
    says: 'A host that a proxy is told of is a service or an entry of the mesh.',
    find: neighbours,
    resolve: (reference, { tree }) => neighbour(reference, tree),
  }),
  inManifests<SubsetReference>({
    kind: 'subset',
    says: 'A subset that a route leads to is declared for its host.',
    find: subsets,
    resolve: ({ value }, { tree }) => among(value, knownSubsets(tree), 'subset'),
  }),
  inManifests<BackendReference>({
    kind: 'backend',
    says: 'A service that a load balancer leads to exists.',
    find: backends,
    resolve: (reference, { tree }) => backend(reference, tree),
  }),
  inManifests({
    kind: 'issuer',
    says: 'Who issues a certificate exists.',
    find: issuers,
    resolve: ({ value }, { tree }) =>
      among(
        value,
        ['Issuer', 'ClusterIssuer']
          .flatMap((kind) => tree.ofKind(kind))
          .map(({ kind, namespace, name }) => `${kind} ${qualified(namespace, name)}`),
        'issuer',
      ),
  }),
];
