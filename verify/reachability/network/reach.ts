import type { AddressClass } from '../addresses.ts';
import { once, type Through, type World } from '../model.ts';
import { endsOf, isPods, type PodClass } from '../subjects.ts';
import { type Direction, hasPort, type Port, portsOf, type Rule, verdictOf } from './policies.ts';

export type End = PodClass | AddressClass;

export const isGoverned = (end: End): end is PodClass => isPods(end) && end.governed;

/** By port, the rule that lets it through. */
export type Ways = ReadonlyMap<Port, Through>;

const withoutPolicy = ({ namespace, name }: PodClass, direction: Direction): Through => ({
  file: `namespace ${namespace}`,
  object: name,
  path: `no NetworkPolicy selects it for ${direction}`,
});

/** The rules of one side; where no policy speaks, one that lets everybody through. */
export function rulesOf(world: World, pod: PodClass, direction: Direction): readonly Rule[] {
  const verdict = verdictOf(world, pod, direction);
  if (verdict !== 'open') return verdict;
  const { pods, addresses } = endsOf(world);
  return [{ pods: new Set(pods), addresses: new Set(addresses), ports: [], through: withoutPolicy(pod, direction) }];
}

export interface Side {
  /** Whom the rules name. */
  readonly named: ReadonlyMap<End, Ways>;
  /** Pods of ours that the rules mean by their addresses, beside those that they name: one answer for all of them. */
  readonly byAddress: Ways;
}

function addWays(
  ways: Map<Port, Through>,
  rule: Rule,
  of: { readonly target: End; readonly ports: readonly Port[] },
): void {
  for (const port of of.ports) if (!ways.has(port) && hasPort(rule, port, of.target)) ways.set(port, rule.through);
}

function sideOf(world: World, pod: PodClass, direction: Direction): Side {
  const { podAddresses } = endsOf(world);
  const ports = portsOf(world);
  const named = new Map<End, Map<Port, Through>>();
  const byAddress = new Map<Port, Through>();
  for (const rule of rulesOf(world, pod, direction)) {
    for (const peer of [...rule.pods, ...rule.addresses]) {
      const ways = named.get(peer) ?? new Map<Port, Through>();
      named.set(peer, ways);
      addWays(ways, rule, { target: direction === 'ingress' ? pod : peer, ports });
    }
    const [address] = [...podAddresses].filter((each) => rule.addresses.has(each));
    if (address) addWays(byAddress, rule, { target: direction === 'ingress' ? pod : address, ports });
  }
  return { named, byAddress };
}

/** What each pod of ours lets out and in. */
export const sidesOf = once(
  (world: World): ReadonlyMap<PodClass, Readonly<Record<Direction, Side>>> =>
    new Map(
      endsOf(world)
        .pods.filter(isGoverned)
        .map((pod) => [pod, { ingress: sideOf(world, pod, 'ingress'), egress: sideOf(world, pod, 'egress') }]),
    ),
);

const NONE: Ways = new Map();

/** The ports at which one side lets a peer through. */
export function waysOf({ named, byAddress }: Side, peer: End): Ways {
  const ways = named.get(peer) ?? NONE;
  return isGoverned(peer) && byAddress.size > 0 ? new Map([...byAddress, ...ways]) : ways;
}
