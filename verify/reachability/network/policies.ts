import type { Manifest } from '../../tree/manifest.ts';
import type { Node } from '../../tree/node.ts';
import { labelSelector, type Selector, selects } from '../../world/selector.ts';
import type { AddressClass } from '../addresses.ts';
import { inManifest, once, type Through, type World } from '../model.ts';
import { blockHas, edgesOf, endsOf, type PodClass } from '../subjects.ts';

export type Direction = 'ingress' | 'egress';

/** A port as policies know it. */
export interface Port {
  readonly number: number;
  readonly protocol: string;
}

interface PortRule {
  readonly protocol: string;
  readonly name?: string;
  readonly first: number;
  readonly last: number;
}

/** One rule: whom it lets through, at which ports. */
export interface Rule {
  readonly pods: ReadonlySet<PodClass>;
  readonly addresses: ReadonlySet<AddressClass>;
  /** Every port when there are none. */
  readonly ports: readonly PortRule[];
  readonly through: Through;
}

interface Policy {
  readonly namespace: string;
  readonly selector: Selector;
  readonly directions: ReadonlySet<Direction>;
  readonly rules: Readonly<Record<Direction, readonly Rule[]>>;
}

const LAST_PORT = 65_535;

function portRule(entry: Node): PortRule {
  const protocol = entry.key('protocol').text ?? 'TCP';
  const { number, text } = entry.key('port');
  if (number === undefined)
    return { protocol, first: 0, last: text === undefined ? LAST_PORT : -1, ...(text ? { name: text } : {}) };
  return { protocol, first: number, last: entry.key('endPort').number ?? number };
}

function podsOfPeer(peer: Node, namespace: string, pods: readonly PodClass[]): readonly PodClass[] {
  const spaces = peer.key('namespaceSelector');
  const [spaceSelector, podSelector] = [labelSelector(spaces), labelSelector(peer.key('podSelector'))];
  return pods.filter(
    (pod) =>
      (spaces.exists ? selects(spaceSelector, pod.namespaceLabels) : pod.namespace === namespace) &&
      selects(podSelector, pod.labels),
  );
}

/** No peers mean everybody. */
function ruleOf(world: World, policy: Manifest, [rule, peersField]: readonly [rule: Node, peersField: string]): Rule {
  const { pods, addresses } = endsOf(world);
  const peers = rule.list(peersField);
  const ports = rule.list('ports').map(portRule);
  const through = inManifest(policy, rule);
  if (peers.length === 0) return { pods: new Set(pods), addresses: new Set(addresses), ports, through };
  const blocks = peers
    .map((peer) => peer.key('ipBlock'))
    .filter((block) => block.exists)
    .map((block) => ({
      cidr: block.key('cidr').text ?? '',
      except: block.list('except').flatMap(({ text }) => text ?? []),
    }));
  const selected = peers
    .filter((peer) => !peer.key('ipBlock').exists)
    .flatMap((peer) => podsOfPeer(peer, policy.namespace ?? '', pods));
  const named = addresses.filter((address) => blocks.some((block) => blockHas(block, address)));
  return { pods: new Set(selected), addresses: new Set(named), ports, through };
}

/** Types that are not said: ingress always, egress when it has rules. */
function directionsOf({ root }: Manifest): ReadonlySet<Direction> {
  const types = root.list('spec.policyTypes').map(({ text }) => text);
  if (types.length === 0) return new Set(root.list('spec.egress').length > 0 ? ['ingress', 'egress'] : ['ingress']);
  return new Set([
    ...(types.includes('Ingress') ? (['ingress'] as const) : []),
    ...(types.includes('Egress') ? (['egress'] as const) : []),
  ]);
}

const policiesOf = once((world: World): readonly Policy[] =>
  world.tree.ofKind('NetworkPolicy', 'networking.k8s.io').map((policy) => ({
    namespace: policy.namespace ?? '',
    selector: labelSelector(policy.root.at('spec.podSelector')),
    directions: directionsOf(policy),
    rules: {
      ingress: policy.root.list('spec.ingress').map((rule) => ruleOf(world, policy, [rule, 'from'])),
      egress: policy.root.list('spec.egress').map((rule) => ruleOf(world, policy, [rule, 'to'])),
    },
  })),
);

/** What policies say of pods in one direction: nothing at all, or these rules and no more. */
export type Verdict = 'open' | readonly Rule[];

const verdicts = once((world: World): ReadonlyMap<PodClass, Readonly<Record<Direction, Verdict>>> => {
  const policies = policiesOf(world);
  const verdict = (pod: PodClass, direction: Direction): Verdict => {
    const speaking = policies.filter(
      ({ namespace, selector, directions }) =>
        namespace === pod.namespace && directions.has(direction) && selects(selector, pod.labels),
    );
    return speaking.length === 0 ? 'open' : speaking.flatMap(({ rules }) => rules[direction]);
  };
  return new Map(
    endsOf(world).pods.map((pod) => [pod, { ingress: verdict(pod, 'ingress'), egress: verdict(pod, 'egress') }]),
  );
});

export const verdictOf = (world: World, pod: PodClass, direction: Direction): Verdict =>
  verdicts(world).get(pod)?.[direction] ?? 'open';

/** Whether a rule has a port, which may be named: the name is looked up where the connection ends. */
export function hasPort({ ports }: Rule, { number, protocol }: Port, target: PodClass | AddressClass): boolean {
  if (ports.length === 0) return true;
  return ports.some((rule) => {
    if (rule.protocol !== protocol) return false;
    if (rule.name === undefined) return rule.first <= number && number <= rule.last;
    return 'ports' in target && target.ports.some((port) => port.name === rule.name && port.number === number);
  });
}

/** A port that stands for all that nobody names. */
const NAMELESS_PORT = 1;

/** Ports that some rule, edge or container tells from the others, and one for the rest. */
export const portsOf = once((world: World): readonly Port[] => {
  const rules = policiesOf(world)
    .flatMap(({ rules: { ingress, egress } }) => [...ingress, ...egress])
    .flatMap(({ ports }) => ports)
    .flatMap(({ protocol, first, last }) => [first, last, last + 1].map((number) => ({ number, protocol })));
  const declared = edgesOf(world).map(({ port, protocol }) => ({ number: port, protocol }));
  const opened = endsOf(world).pods.flatMap(({ ports }) => ports);
  const rest = ['TCP', 'UDP', 'SCTP'].map((protocol) => ({ number: NAMELESS_PORT, protocol }));
  const all = [...rules, ...declared, ...opened, ...rest].filter(({ number }) => number > 0 && number <= LAST_PORT);
  return [...new Map(all.map(({ number, protocol }) => [`${number}/${protocol}`, { number, protocol }])).values()];
});

/** The one object that stands for a port, so that maps find it; none for a port that nobody speaks of. */
const portIndex = once(
  (world: World): ReadonlyMap<string, Port> =>
    new Map(portsOf(world).map((port) => [`${port.number}/${port.protocol}`, port])),
);
export const knownPort = (world: World, { number, protocol }: Port): Port | undefined =>
  portIndex(world).get(`${number}/${protocol}`);

export const describePort = ({ number, protocol }: Port): string =>
  number === NAMELESS_PORT ? `every port/${protocol}` : `${number}/${protocol}`;
