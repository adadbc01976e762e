import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Edge, Party } from '#catalog/dataflow.ts';
import { storeNamed } from '#catalog/index.ts';
import { declaredEdges, type Place, placeOf } from '#catalog/infrastructure.ts';
import type { Platform } from './component.ts';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** What a party is called in policies. Stores of one engine are one party: they share its pods or its addresses. */
export function partyName({ catalog }: Platform, party: Party): string {
  if (party.kind === 'kafka') return 'kafka';
  return party.kind === 'store' ? storeNamed(catalog, party.name).engine : party.name;
}

const isParty = (platform: Platform, a: Party, b: Party): boolean =>
  (a.kind === 'infrastructure') === (b.kind === 'infrastructure') && partyName(platform, a) === partyName(platform, b);

function peersOf(place: Place): k8s.NetworkPolicyPeer[] {
  if (place.kind === 'addresses')
    return place.blocks.map(({ cidr, except }) => ({ ipBlock: except ? { cidr, except: [...except] } : { cidr } }));
  return [
    {
      namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: place.namespace } },
      podSelector: { matchLabels: { ...place.labels } },
    },
  ];
}

interface Rule {
  readonly peers: k8s.NetworkPolicyPeer[];
  readonly ports: k8s.NetworkPolicyPort[];
}

/** One rule for each peer and port: edges that differ in purpose only are one rule, so that none is without effect. */
function rulesOf(platform: Platform, edges: readonly Edge[], end: 'from' | 'to'): readonly Rule[] {
  const rules = new Map<string, Rule>();
  for (const edge of edges) {
    const peers = peersOf(placeOf(platform.catalog, platform.environment, edge[end]));
    const key = JSON.stringify([peers, edge.port, edge.protocol]);
    const port = k8s.IntOrString.fromNumber(edge.port);
    rules.set(key, { peers, ports: [{ port, protocol: edge.protocol }] });
  }
  return [...rules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

/** Lets a party's pods do what its declared edges say, and nothing else: exactly one rule for each. */
export class AllowPolicy extends k8s.KubeNetworkPolicy {
  constructor(scope: Construct, platform: Platform, party: Party) {
    const place = placeOf(platform.catalog, platform.environment, party);
    const name = partyName(platform, party);
    if (place.kind !== 'pods') throw new TypeError(`${name} has no pods in the cluster, so no policy selects them.`);
    const edges = declaredEdges(platform.catalog, platform.environment);
    const incoming = edges.filter(({ to }) => isParty(platform, to, party));
    const outgoing = edges.filter(({ from }) => isParty(platform, from, party));
    super(scope, `NetworkPolicy-${place.namespace}-${name}`, {
      metadata: { name: `allow-${name}`, namespace: place.namespace },
      spec: {
        podSelector: { matchLabels: { ...place.labels } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: rulesOf(platform, incoming, 'from').map(({ peers, ports }) => ({ from: peers, ports })),
        egress: rulesOf(platform, outgoing, 'to').map(({ peers, ports }) => ({ to: peers, ports })),
      },
    });
  }
}

/** Selects every pod of a namespace and allows nothing, so that only what is declared elsewhere is allowed. */
export class DefaultDeny extends k8s.KubeNetworkPolicy {
  constructor(scope: Construct, namespace: string) {
    super(scope, `NetworkPolicy-${namespace}-default-deny`, {
      metadata: { name: 'default-deny', namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  }
}
