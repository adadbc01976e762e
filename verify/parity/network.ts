import type { Edge, Party } from '#catalog/dataflow.ts';
import { declaredEdges, type Place, placeOf } from '#catalog/infrastructure.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { NAME_LABEL } from '../world/objects.ts';
import { describeSelector, labelSelector, selects } from '../world/selector.ts';
import { type Declared, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

type Direction = 'ingress' | 'egress';

const describeLabels = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');

const describePods = (namespace: string, labels: Readonly<Record<string, string>>): string =>
  `${namespace}/${describeLabels(labels)}`;

const describeBlock = (cidr: string, except: readonly string[]): string =>
  except.length === 0 ? cidr : `${cidr} but ${[...except].sort().join(',')}`;

/** The ends of a rule, each as one text: a place can be several blocks of addresses. */
function describePlace(place: Place): readonly string[] {
  if (place.kind === 'pods') return [describePods(place.namespace, place.labels)];
  return place.blocks.map(({ cidr, except = [] }) => describeBlock(cidr, except));
}

/** `kafka/… egress 10.0.0.0/8 443/TCP`: one permission of one group of pods. */
const permission = (
  pods: string,
  direction: Direction,
  rest: { readonly peer: string; readonly port: string },
): string => `${pods} ${direction} ${rest.peer} ${rest.port}`;

const nameOfParty = (party: Party): string => ('name' in party ? party.name : party.kind);

/** Pods whose policies are ours: those in namespaces of the catalog. AWS's own parts in kube-system have theirs. */
function ourPods(place: Place, { catalog }: Surroundings): string | undefined {
  const ours = place.kind === 'pods' && catalog.namespaces.some(({ name }) => name === place.namespace);
  return ours ? describePods(place.namespace, place.labels) : undefined;
}

function permissionsOf(edge: Edge, surroundings: Surroundings): readonly Declared[] {
  const { catalog, tree } = surroundings;
  const [from, to] = [edge.from, edge.to].map((party) => placeOf(catalog, tree.environment, party));
  if (!from || !to) return [];
  const by = `edge ${nameOfParty(edge.from)} → ${nameOfParty(edge.to)}:${edge.port} (${edge.purpose})`;
  const port = `${edge.port}/${edge.protocol}`;
  const [source, target] = [ourPods(from, surroundings), ourPods(to, surroundings)];
  const outward = source ? describePlace(to).map((peer) => permission(source, 'egress', { peer, port })) : [];
  const inward = target ? describePlace(from).map((peer) => permission(target, 'ingress', { peer, port })) : [];
  return [...outward, ...inward].map((key) => ({ key, by }));
}

/** A peer as text. Pods of one namespace are named by it; a wider choice of namespaces is named by its selector. */
function describePeer(peer: Node, namespace: string): string {
  const block = peer.key('ipBlock');
  if (block.exists)
    return describeBlock(
      block.key('cidr').text ?? '',
      block.list('except').flatMap((except) => except.text ?? []),
    );
  const spaces = peer.key('namespaceSelector');
  const selector = labelSelector(peer.key('podSelector'));
  const single = spaces.at('matchLabels').texts[NAME_LABEL];
  const onlyName =
    Object.keys(spaces.at('matchLabels').fields).length === 1 && spaces.list('matchExpressions').length === 0;
  const where = !spaces.exists
    ? namespace
    : single !== undefined && onlyName
      ? single
      : `[${describeSelector(labelSelector(spaces))}]`;
  return selector.requirements.length === 0
    ? describePods(where, selector.labels)
    : `${where}/${describeSelector(selector)}`;
}

/** Where the types are not said, they follow from the rules; rules of a direction that is not among them do nothing. */
function speaksOf(policy: Manifest, direction: Direction): boolean {
  const types = policy.root.list('spec.policyTypes').map((type) => type.text?.toLowerCase());
  return types.length === 0 || types.includes(direction);
}

/** A rule without peers lets everybody through, one without ports every port. */
function rulesOf(policy: Manifest, direction: Direction): readonly { readonly peer: string; readonly port: string }[] {
  const [field, ends] = direction === 'ingress' ? (['ingress', 'from'] as const) : (['egress', 'to'] as const);
  if (!speaksOf(policy, direction)) return [];
  return policy.root.list(`spec.${field}`).flatMap((rule) => {
    const peers = rule.list(ends).map((peer) => describePeer(peer, policy.namespace ?? ''));
    const ports = rule.list('ports').map((port) => {
      const end = port.key('endPort').number;
      const number = port.key('port').value ?? 'every port';
      return `${String(number)}${end === undefined ? '' : `-${end}`}/${port.key('protocol').text ?? 'TCP'}`;
    });
    const everybody = peers.length > 0 ? peers : ['everybody'];
    const everyPort = ports.length > 0 ? ports : ['every port'];
    return everybody.flatMap((peer) => everyPort.map((port) => ({ peer, port })));
  });
}

function granted(policy: Manifest): readonly Found[] {
  const selector = labelSelector(policy.root.at('spec.podSelector'));
  const namespace = policy.namespace ?? '';
  const pods =
    selector.requirements.length === 0
      ? describePods(namespace, selector.labels)
      : `${namespace}/${describeSelector(selector)}`;
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    rulesOf(policy, direction).map((rule) => foundIn(policy, permission(pods, direction, rule))),
  );
}

/** A policy that selects every pod, speaks of both directions and allows nothing. */
function deniesAll({ root }: Manifest): boolean {
  const types = root.list('spec.policyTypes').map((type) => type.text);
  const selector = labelSelector(root.at('spec.podSelector'));
  const everyPod = root.at('spec.podSelector').exists && selects(selector, {}) && selector.requirements.length === 0;
  const silent = root.list('spec.ingress').length + root.list('spec.egress').length === 0;
  return everyPod && silent && types.includes('Ingress') && types.includes('Egress');
}

export const networkRows: readonly ParityRow[] = [
  {
    kind: 'default deny',
    says: 'In each namespace everything is denied that nothing allows.',
    declared: ({ catalog }) => catalog.namespaces.map(({ name }) => ({ key: name, by: `namespaces.${name}` })),
    found: ({ tree }) =>
      tree
        .ofKind('NetworkPolicy')
        .filter(deniesAll)
        .map((policy) => foundIn(policy, policy.namespace ?? '')),
  },
  {
    kind: 'network permission',
    says: 'Network policies allow each declared edge, at both of its ends, and nothing else.',
    declared: (surroundings) =>
      declaredEdges(surroundings.catalog, surroundings.tree.environment).flatMap((edge) =>
        permissionsOf(edge, surroundings),
      ),
    found: ({ tree }) => tree.ofKind('NetworkPolicy').flatMap(granted),
  },
];
