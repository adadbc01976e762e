import type { Edge, Party } from '#catalog/dataflow.ts';
import { type AddressBlock, declaredEdges, type Place, placeOf } from '#catalog/infrastructure.ts';
import { subnetCidrs } from '#catalog/network.ts';
import { installedPods } from '../world/installed.ts';
import { NAME_LABEL, namespacesOf } from '../world/objects.ts';
import { type Labels, type PodPort, podsOf } from '../world/pods.ts';
import { type AddressClass, addressClasses, contains, rangeOf } from './addresses.ts';
import { once, type World } from './model.ts';

/** Pods that no rule can tell apart: one workload, or all that nobody knows in a namespace. */
export interface PodClass {
  readonly name: string;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  readonly ports: readonly PodPort[];
  /** The account that they run as, where it is known. */
  readonly account: string | undefined;
  readonly annotations: Labels;
  /** Whether network policies of ours decide over them. */
  readonly governed: boolean;
}

export interface Ends {
  readonly pods: readonly PodClass[];
  readonly addresses: readonly AddressClass[];
  /** Classes of addresses that pods have: the subnets of nodes, from which the VPC CNI gives them. */
  readonly podAddresses: ReadonlySet<AddressClass>;
}

/** Every declared edge of the environment. */
export const edgesOf = once(({ catalog, tree }: World): readonly Edge[] => declaredEdges(catalog, tree.environment));

export const placeIn = ({ catalog, tree }: World, party: Party): Place => placeOf(catalog, tree.environment, party);

export const isSubset = (wanted: Labels, labels: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** A namespace that nobody declared, such as one that a person makes by hand. */
const ELSEWHERE = 'elsewhere';

function knownPods({ tree, catalog }: World): readonly Omit<PodClass, 'namespaceLabels' | 'governed'>[] {
  const own = podsOf(tree).map(({ namespace, labels, ports, origin, account, annotations = {} }) => ({
    name: origin,
    namespace,
    labels,
    ports,
    account,
    annotations,
  }));
  const installed = installedPods(catalog, tree.environment)
    .filter(({ namespace, labels }) => !own.some((pod) => pod.namespace === namespace && isSubset(labels, pod.labels)))
    .map(({ party, namespace, labels, account }) => ({
      name: `${party} (${namespace})`,
      namespace,
      labels,
      ports: [],
      account,
      annotations: {},
    }));
  const unique = new Map([...own, ...installed].map((pod) => [JSON.stringify([pod.namespace, pod.labels]), pod]));
  return [...unique.values()];
}

function podClasses(world: World): readonly PodClass[] {
  const { tree, catalog } = world;
  const namespaces = new Map([...namespacesOf(tree), [ELSEWHERE, { [NAME_LABEL]: ELSEWHERE }]]);
  const ours = new Set<string>(catalog.namespaces.map(({ name }) => name));
  const strangers = [...new Set([...namespaces.keys(), ...ours])].map((namespace) => ({
    name: `any other pod of ${namespace}`,
    namespace,
    labels: {},
    ports: [],
    account: undefined,
    annotations: {},
  }));
  return [...knownPods(world), ...strangers].map((pod) => ({
    ...pod,
    namespaceLabels: namespaces.get(pod.namespace) ?? {},
    governed: ours.has(pod.namespace),
  }));
}

const cidrsOf = (blocks: readonly AddressBlock[]): readonly string[] =>
  blocks.flatMap(({ cidr, except = [] }) => [cidr, ...except]);

function cidrsIn(world: World): readonly string[] {
  const places = edgesOf(world)
    .flatMap(({ from, to }) => [from, to])
    .map((party) => placeIn(world, party));
  const declared = places.flatMap((place) => (place.kind === 'addresses' ? cidrsOf(place.blocks) : []));
  const written = world.tree
    .ofKind('NetworkPolicy')
    .flatMap(({ root }) => [...root.list('spec.ingress'), ...root.list('spec.egress')])
    .flatMap((rule) => [...rule.list('from'), ...rule.list('to')])
    .map((peer) => peer.key('ipBlock'))
    .flatMap((block) => [block.key('cidr'), ...block.list('except')])
    .flatMap(({ text }) => text ?? []);
  return [...declared, ...written, ...subnetCidrs(world.tree.environment, 'private')];
}

/** Everybody who can begin or end a connection, by classes: enough to speak of every pod and every address. */
export const endsOf = once((world: World): Ends => {
  const addresses = addressClasses(cidrsIn(world));
  const subnets = subnetCidrs(world.tree.environment, 'private').map(rangeOf);
  const podAddresses = addresses.filter(({ sample }) => subnets.some((subnet) => contains(subnet, sample)));
  return { pods: podClasses(world), addresses, podAddresses: new Set(podAddresses) };
});

/** Whether a block has an address class; an exception takes it out again. */
export const blockHas = ({ cidr, except = [] }: AddressBlock, { sample }: AddressClass): boolean =>
  contains(rangeOf(cidr), sample) && !except.some((inner) => contains(rangeOf(inner), sample));

/** Classes of pods or of addresses where a party is. */
export function classesOf(world: World, party: Party): readonly (PodClass | AddressClass)[] {
  const place = placeIn(world, party);
  const { pods, addresses } = endsOf(world);
  return place.kind === 'pods'
    ? pods.filter((pod) => pod.namespace === place.namespace && isSubset(place.labels, pod.labels))
    : addresses.filter((each) => place.blocks.some((block) => blockHas(block, each)));
}

export const isPods = (end: PodClass | AddressClass): end is PodClass => 'namespace' in end;

export const nameOfParty = (party: Party): string => ('name' in party ? party.name : party.kind);

/** `edge analytics-api → kafka:9093 (topics)` */
export const describeEdge = ({ from, to, port, purpose }: Edge): string =>
  `edge ${nameOfParty(from)} → ${nameOfParty(to)}:${port} (${purpose})`;
