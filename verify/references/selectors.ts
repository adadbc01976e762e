import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { installedPods, WHY_INSTALLED } from '../world/installed.ts';
import { NAME_LABEL, namespacesOf } from '../world/objects.ts';
import { type Labels, podsOf, podTemplateOf } from '../world/pods.ts';
import { describeSelector, labelSelector, mapSelector, type Selector, selects } from '../world/selector.ts';
import {
  broken,
  inManifests,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
  trusted,
} from './row.ts';

interface PodReference extends Reference {
  readonly selector: Selector;
  /** Whether pods of a namespace count; by its name and labels. */
  readonly inNamespace: (name: string, labels: Labels) => boolean;
}
interface OwnReference extends Reference {
  readonly selector: Selector;
  readonly labels: Labels;
}

const toReference = (at: Node, selector: Selector, inNamespace: PodReference['inNamespace']): PodReference => ({
  at,
  value: describeSelector(selector),
  selector,
  inNamespace,
});

/** Fields by which a kind selects pods of its own namespace. */
const OWN_NAMESPACE: Readonly<Record<string, (root: Node) => readonly (readonly [Node, Selector])[]>> = {
  Service: (root) => [[root.at('spec.selector'), mapSelector(root.at('spec.selector'))]],
  PodDisruptionBudget: (root) => [[root.at('spec.selector'), labelSelector(root.at('spec.selector'))]],
  NetworkPolicy: (root) => [[root.at('spec.podSelector'), labelSelector(root.at('spec.podSelector'))]],
  AuthorizationPolicy: (root) => [[root.at('spec.selector'), labelSelector(root.at('spec.selector'))]],
  PeerAuthentication: (root) => [[root.at('spec.selector'), labelSelector(root.at('spec.selector'))]],
  RequestAuthentication: (root) => [[root.at('spec.selector'), labelSelector(root.at('spec.selector'))]],
  Telemetry: (root) => [[root.at('spec.selector'), labelSelector(root.at('spec.selector'))]],
  Sidecar: (root) => [[root.at('spec.workloadSelector'), mapSelector(root.at('spec.workloadSelector.labels'))]],
  Gateway: (root) => [[root.at('spec.selector'), mapSelector(root.at('spec.selector'))]],
};

/** An empty selector of a policy or of nothing at all selects every pod on purpose. */
const choosesSome = ({ labels, requirements }: Selector): boolean =>
  Object.keys(labels).length + requirements.length > 0;

function ownNamespace({ kind, namespace, root }: Manifest): readonly PodReference[] {
  const fields = OWN_NAMESPACE[kind]?.(root) ?? [];
  return fields
    .filter(([at, selector]) => at.exists && choosesSome(selector))
    .map(([at, selector]) => toReference(at, selector, (name) => name === namespace));
}

/** Peers of network policies that are pods; blocks of addresses lead out of the cluster. */
function peers({ kind, namespace, root }: Manifest): readonly PodReference[] {
  if (kind !== 'NetworkPolicy') return [];
  const rules = [
    ...root.list('spec.ingress').map((rule) => rule.list('from')),
    ...root.list('spec.egress').map((rule) => rule.list('to')),
  ];
  return rules
    .flat()
    .filter((peer) => !peer.key('ipBlock').exists)
    .map((peer) => {
      const spaces = peer.key('namespaceSelector');
      const spaceSelector = labelSelector(spaces);
      const inNamespace = (name: string, labels: Labels): boolean =>
        spaces.exists ? selects(spaceSelector, labels) : name === namespace;
      const reference = toReference(peer, labelSelector(peer.key('podSelector')), inNamespace);
      return spaces.exists
        ? { ...reference, value: `${reference.value} in ${describeSelector(spaceSelector)}` }
        : reference;
    });
}

function podMonitors({ kind, namespace, root }: Manifest): readonly PodReference[] {
  if (kind !== 'PodMonitor') return [];
  const names = root.list('spec.namespaceSelector.matchNames').map((name) => name.text);
  const at = root.at('spec.selector');
  return [toReference(at, labelSelector(at), (name) => (names.length > 0 ? names.includes(name) : name === namespace))];
}

function pods({ selector, inNamespace }: PodReference, { tree, catalog }: Surroundings): Resolution {
  const spaces = namespacesOf(tree);
  const counts = (namespace: string): boolean =>
    inNamespace(namespace, spaces.get(namespace) ?? { [NAME_LABEL]: namespace });
  if (podsOf(tree).some((pod) => counts(pod.namespace) && selects(selector, pod.labels))) return resolved;
  const installed = installedPods(catalog, tree.environment);
  if (installed.some((pod) => counts(pod.namespace) && selects(selector, pod.labels)))
    return trusted('pods of installed charts', WHY_INSTALLED);
  return broken(
    'it selects no pod of the tree and no pod that the catalog knows',
    'Use the labels of the pods that are meant',
  );
}

/** Selectors that must cover the workload's own pods: what it owns, spreads and keeps apart. */
function ownSelectors(manifest: Manifest): readonly OwnReference[] {
  const template = podTemplateOf(manifest);
  if (!template || manifest.kind === 'Pod') return [];
  const labels = template.at('metadata.labels').texts;
  const owned = manifest.root.at('spec.selector');
  const spread = template.list('spec.topologySpreadConstraints').map((constraint) => constraint.key('labelSelector'));
  return [owned, ...spread]
    .filter((at) => at.exists)
    .map((at) => {
      const selector = labelSelector(at);
      return { at, value: describeSelector(selector), selector, labels };
    });
}

export const selectorRows: readonly ReferenceRow[] = [
  inManifests<PodReference>({
    kind: 'pod selector',
    says: 'What selects pods of its namespace selects some.',
    find: ownNamespace,
    resolve: pods,
  }),
  inManifests<PodReference>({
    kind: 'policy peer',
    says: 'Whom a network policy lets in or out exists.',
    find: peers,
    resolve: pods,
  }),
  inManifests<PodReference>({
    kind: 'pod monitor',
    says: 'What a pod monitor scrapes exists.',
    find: podMonitors,
    resolve: pods,
  }),
  inManifests<OwnReference>({
    kind: 'own pods',
    says: 'A workload selects and spreads the pods of its own template.',
    find: ownSelectors,
    resolve: ({ selector, labels }) =>
      selects(selector, labels)
        ? resolved
        : broken('it does not select the pods of its own template', "Use the template's labels"),
  }),
];
