import type { Edge } from '#catalog/dataflow.ts';
import type { AddressClass } from '../addresses.ts';
import { type Declarations, type Flows, grant, type Layer, once, type Through, type World } from '../model.ts';
import { classesOf, describeEdge, edgesOf, endsOf, isPods, nameOfParty, type PodClass } from '../subjects.ts';
import { type Direction, describePort, hasPort, type Port, portsOf, type Rule, verdictOf } from './policies.ts';

type End = PodClass | AddressClass;

/** `analytics-api out to 10.0.0.0/16 at 443/TCP` */
const flow = (pod: PodClass, direction: Direction, rest: { readonly peer: End; readonly port: Port }): string =>
  `${pod.name} ${direction === 'egress' ? 'out to' : 'in from'} ${rest.peer.name} at ${describePort(rest.port)}`;

/** An edge between parties of which one has no pods here could never be shown, and is said as it is. */
const nobody = (edge: Edge): string =>
  `${nameOfParty(edge.from)} to ${nameOfParty(edge.to)} at ${edge.port}/${edge.protocol}`;

/** From one end to another at a port. */
export interface Connection {
  readonly from: End;
  readonly to: End;
  readonly port: Port;
}

interface Meeting extends Connection {
  readonly edge: Edge;
}

const isGoverned = (end: End): end is PodClass => isPods(end) && end.governed;

/** Every two ends that a declared edge brings together. */
const meetings = once((world: World): readonly Meeting[] =>
  edgesOf(world).flatMap((edge) => {
    const port = { number: edge.port, protocol: edge.protocol };
    const targets = classesOf(world, edge.to);
    return classesOf(world, edge.from).flatMap((from) => targets.map((to) => ({ edge, from, to, port })));
  }),
);

function declaredEnds(world: World): Declarations {
  const declared = new Map<string, string>();
  for (const edge of edgesOf(world))
    if (classesOf(world, edge.from).length * classesOf(world, edge.to).length === 0)
      declared.set(nobody(edge), describeEdge(edge));
  for (const { edge, from, to, port } of meetings(world)) {
    if (isGoverned(from)) declared.set(flow(from, 'egress', { peer: to, port }), describeEdge(edge));
    if (isGoverned(to)) declared.set(flow(to, 'ingress', { peer: from, port }), describeEdge(edge));
  }
  return declared;
}

const withoutPolicy = ({ namespace, name }: PodClass, direction: Direction): Through => ({
  file: `namespace ${namespace}`,
  object: name,
  path: `no NetworkPolicy selects it for ${direction}`,
});

function everyEnd(world: World): readonly End[] {
  const { pods, addresses } = endsOf(world);
  return [...pods, ...addresses];
}

function grantRule(
  flows: Map<string, readonly Through[]>,
  of: { readonly pod: PodClass; readonly direction: Direction; readonly rule: Rule },
  ports: readonly Port[],
): void {
  const { pod, direction, rule } = of;
  for (const peer of [...rule.pods, ...rule.addresses])
    for (const port of ports)
      if (hasPort(rule, port, direction === 'ingress' ? pod : peer))
        grant(flows, flow(pod, direction, { peer, port }), [rule.through]);
}

function grantedEnds(world: World): Flows {
  const flows = new Map<string, readonly Through[]>();
  const ports = portsOf(world);
  for (const pod of endsOf(world).pods.filter(({ governed }) => governed))
    for (const direction of ['ingress', 'egress'] as const) {
      const verdict = verdictOf(world, pod, direction);
      const open = {
        pods: new Set<PodClass>(),
        addresses: new Set<AddressClass>(),
        ports: [],
        through: withoutPolicy(pod, direction),
      };
      const rules =
        verdict === 'open'
          ? [{ ...open, pods: new Set(endsOf(world).pods), addresses: new Set(endsOf(world).addresses) }]
          : verdict;
      for (const rule of rules) grantRule(flows, { pod, direction, rule }, ports);
    }
  return flows;
}

/** Each end of each connection by itself: what pods may open, and what they may be asked. */
export const networkEnds: Layer = {
  name: 'network ends',
  says: 'Network policies let out of each pod and into it what is declared, and nothing else.',
  absent: () => undefined,
  declared: declaredEnds,
  granted: grantedEnds,
};

/** The rules by which one side lets a connection through; pods of ours have addresses too, so blocks may mean them. */
function passes(
  world: World,
  of: { readonly pod: PodClass; readonly direction: Direction; readonly peer: End },
  port: Port,
): readonly Through[] | undefined {
  const { pod, direction, peer } = of;
  if (!pod.governed) return [];
  const verdict = verdictOf(world, pod, direction);
  if (verdict === 'open') return [withoutPolicy(pod, direction)];
  const { podAddresses } = endsOf(world);
  const target = direction === 'ingress' ? pod : peer;
  const means = ({ pods, addresses }: Rule): boolean =>
    isPods(peer)
      ? pods.has(peer) || (peer.governed && [...podAddresses].some((address) => addresses.has(address)))
      : addresses.has(peer);
  const rule = verdict.find((candidate) => hasPort(candidate, port, target) && means(candidate));
  return rule && [rule.through];
}

/** Whether the network carries a connection, and by which rules at its two ends. */
export function carries(world: World, { from, to, port }: Connection): readonly Through[] | undefined {
  const out = isPods(from) ? passes(world, { pod: from, direction: 'egress', peer: to }, port) : [];
  if (!out) return undefined;
  const inward = isPods(to) ? passes(world, { pod: to, direction: 'ingress', peer: from }, port) : [];
  return inward && [...out, ...inward];
}

const pair = (from: End, to: End, port: Port): string => `${from.name} to ${to.name} at ${describePort(port)}`;

function declaredPairs(world: World): Declarations {
  const between = meetings(world).filter(({ from, to }) => isGoverned(from) || isGoverned(to));
  return new Map(between.map(({ edge, from, to, port }) => [pair(from, to, port), describeEdge(edge)]));
}

/** Every two ends of which at least one is ours. */
const encounters = (world: World): readonly (readonly [End, End])[] => {
  const ends = everyEnd(world);
  return ends.flatMap((from) =>
    ends.filter((to) => isGoverned(from) || isGoverned(to)).map((to) => [from, to] as const),
  );
};

/** At every port. */
const grantedPairs = once((world: World): Flows => {
  const flows = new Map<string, readonly Through[]>();
  for (const [from, to] of encounters(world))
    for (const port of portsOf(world)) {
      const through = carries(world, { from, to, port });
      if (through) flows.set(pair(from, to, port), through);
    }
  return flows;
});

/** Rules about addresses that pods have: beside the parties that they are for, they mean pods that nobody governs. */
function addressRules(world: World): number {
  const { pods, podAddresses } = endsOf(world);
  const rules = pods.filter(isGoverned).flatMap((pod) =>
    (['ingress', 'egress'] as const).flatMap((direction) => {
      const verdict = verdictOf(world, pod, direction);
      return verdict === 'open' ? [] : verdict;
    }),
  );
  return rules.filter(({ addresses }) => [...podAddresses].some((address) => addresses.has(address))).length;
}

/** Both ends at once, pods by their addresses included: what really connects. */
export const networkPairs: Layer = {
  name: 'network',
  says: 'Network policies of both ends together connect what is declared, and nothing else.',
  absent: () => undefined,
  trusted: (world) => [
    {
      subject: 'pods of kube-system and of namespaces outside the catalog',
      why: 'they have addresses of the subnets that the API server has, so a rule about these means them too',
      count: addressRules(world),
    },
  ],
  declared: declaredPairs,
  granted: grantedPairs,
};
