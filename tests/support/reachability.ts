import type { Edge } from '#catalog/dataflow.ts';
import type { AddressBlock, Place } from '#catalog/infrastructure.ts';
import type { Manifest } from '#charts/lib/manifest.ts';
import { at, listAt, textsAt } from './charts.ts';

type Pods = Extract<Place, { readonly kind: 'pods' }>;

/** What a policy can tell apart: the pods of a party, or one block of addresses. Parties may share blocks. */
export type End = Pods | ({ readonly kind: 'block' } & AddressBlock);

export interface Connection {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  readonly protocol: Edge['protocol'];
}

export const endsOf = (place: Place): readonly End[] =>
  place.kind === 'pods' ? [place] : place.blocks.map((block) => ({ kind: 'block', ...block }));

const isSubset = (wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

function peerIs(peer: unknown, end: End): boolean {
  if (end.kind === 'block') {
    const { cidr, except } = end;
    return JSON.stringify(at(peer, 'ipBlock')) === JSON.stringify({ cidr, ...(except ? { except } : {}) });
  }
  if (at(peer, 'podSelector') === undefined) return false;
  const namespace = textsAt(peer, 'namespaceSelector', 'matchLabels')['kubernetes.io/metadata.name'];
  return namespace === end.namespace && isSubset(textsAt(peer, 'podSelector', 'matchLabels'), end.labels);
}

/** Policies that select some pods, such as those of a namespace by default, name no labels and allow nothing. */
const selects = (policy: Manifest, pods: Pods): boolean =>
  policy.metadata.namespace === pods.namespace &&
  at(policy, 'spec', 'podSelector', 'matchLabels') !== undefined &&
  isSubset(textsAt(policy, 'spec', 'podSelector', 'matchLabels'), pods.labels);

const keyOf = (end: End, port: unknown, protocol: unknown): string => JSON.stringify([end, port, protocol]);

/** What network policies really allow between these ends, in the namespaces that deny by default. */
export class NetworkWorld {
  readonly #policies: readonly Manifest[];
  readonly #namespaces: readonly string[];
  readonly #ends: readonly End[];
  readonly #allowed = new Map<string, ReadonlySet<string>>();

  constructor(policies: readonly Manifest[], namespaces: readonly string[], ends: readonly End[]) {
    this.#policies = policies;
    this.#namespaces = namespaces;
    this.#ends = ends;
  }

  /** Whether policies decide over these pods. */
  governs(end: End): end is Pods {
    return end.kind === 'pods' && this.#namespaces.includes(end.namespace);
  }

  /** Out of where it begins and into where it ends, so far as these are governed. */
  passes({ from, to, port, protocol }: Connection): boolean {
    const leaves = !this.governs(from) || this.#allowedBy(from, 'egress').has(keyOf(to, port, protocol));
    return leaves && (!this.governs(to) || this.#allowedBy(to, 'ingress').has(keyOf(from, port, protocol)));
  }

  #allowedBy(pods: Pods, side: 'ingress' | 'egress'): ReadonlySet<string> {
    const key = JSON.stringify([pods, side]);
    const known = this.#allowed.get(key) ?? new Set(this.#evaluate(pods, side));
    this.#allowed.set(key, known);
    return known;
  }

  #evaluate(pods: Pods, side: 'ingress' | 'egress'): readonly string[] {
    const rules = this.#policies
      .filter((policy) => selects(policy, pods))
      .flatMap((policy) => listAt(policy, 'spec', side));
    return rules.flatMap((rule) => {
      const peers = listAt(rule, side === 'ingress' ? 'from' : 'to');
      const ends = this.#ends.filter((end) => peers.some((peer) => peerIs(peer, end)));
      return listAt(rule, 'ports').flatMap((port) =>
        ends.map((end) => keyOf(end, at(port, 'port'), at(port, 'protocol'))),
      );
    });
  }
}

const unique = <T>(values: readonly T[]): readonly T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

/** The connections of an edge, each between two ends. */
export const connectionsOf = (edge: Edge, placeOf: (party: Edge['from']) => Place): readonly Connection[] =>
  endsOf(placeOf(edge.from)).flatMap((from) =>
    endsOf(placeOf(edge.to)).map((to) => ({ from, to, port: edge.port, protocol: edge.protocol })),
  );

export const endsIn = (given: readonly Connection[]): readonly End[] =>
  unique(given.flatMap(({ from, to }) => [from, to]));

/** Every connection between any two ends on any port that occur in the given ones. */
export function allConnections(given: readonly Connection[]): readonly Connection[] {
  const ends = endsIn(given);
  const ports = unique(given.map(({ port, protocol }) => ({ port, protocol })));
  return ends.flatMap((from) => ends.flatMap((to) => ports.map((port) => ({ from, to, ...port }))));
}
