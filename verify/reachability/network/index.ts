import type { Edge } from '#catalog/dataflow.ts';
import { type Declarations, type Flows, type Layer, once, type Through, type World } from '../model.ts';
import { classesOf, describeEdge, edgesOf, endsOf, nameOfParty, type PodClass } from '../subjects.ts';
import { type Direction, describePort, knownPort, type Port } from './policies.ts';
import { type End, isGoverned, rulesOf, sidesOf, type Ways, waysOf } from './reach.ts';

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

function everyEnd(world: World): readonly End[] {
  const { pods, addresses } = endsOf(world);
  return [...pods, ...addresses];
}

function grantedEnds(world: World): Flows {
  const flows = new Map<string, readonly Through[]>();
  for (const [pod, sides] of sidesOf(world))
    for (const direction of ['ingress', 'egress'] as const)
      for (const [peer, ways] of sides[direction].named)
        for (const [port, through] of ways) flows.set(flow(pod, direction, { peer, port }), [through]);
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

/** Both sides agree, and are named; a side that is not ours has no say. */
function agreed(left: Ways, entered: Ways): ReadonlyMap<Port, readonly Through[]> {
  const both = [...left].flatMap(([port, through]) => {
    const other = entered.get(port);
    return other ? [[port, [through, other]] as const] : [];
  });
  return new Map(both);
}

const alone = (ways: Ways): ReadonlyMap<Port, readonly Through[]> =>
  new Map([...ways].map(([port, through]) => [port, [through]]));

/** Ports at which the network carries from one end to another, with the rules at the ends that are ours. */
function carriedPorts(world: World, from: End, to: End): ReadonlyMap<Port, readonly Through[]> {
  const out = isGoverned(from) ? sidesOf(world).get(from)?.egress : undefined;
  const inward = isGoverned(to) ? sidesOf(world).get(to)?.ingress : undefined;
  if (out && inward) return agreed(waysOf(out, to), waysOf(inward, from));
  if (out) return alone(waysOf(out, to));
  return inward ? alone(waysOf(inward, from)) : new Map();
}

/** Whether the network carries a connection, and by which rules at its two ends. */
export function carries(world: World, { from, to, port }: Connection): readonly Through[] | undefined {
  if (!isGoverned(from) && !isGoverned(to)) return [];
  const known = knownPort(world, port);
  return known && carriedPorts(world, from, to).get(known);
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
    for (const [port, through] of carriedPorts(world, from, to)) flows.set(pair(from, to, port), through);
  return flows;
});

/** Rules about addresses that pods have: beside the parties that they are for, they mean pods that nobody governs. */
function addressRules(world: World): number {
  const { podAddresses } = endsOf(world);
  const rules = [...sidesOf(world).keys()].flatMap((pod) =>
    (['ingress', 'egress'] as const).flatMap((direction) => rulesOf(world, pod, direction)),
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
