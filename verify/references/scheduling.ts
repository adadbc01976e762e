import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { BUILT_IN_PRIORITY_CLASSES, CLUSTER_WIDE_KINDS, NODE_LABELS } from '../world/built-in.ts';
import { nodeGroupsOf } from '../world/nodes.ts';
import { namespacesOf } from '../world/objects.ts';
import { podSpecOf } from '../world/pods.ts';
import { among } from './answers.ts';
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

interface NodeReference extends Reference {
  readonly labels: Readonly<Record<string, string>>;
  readonly tolerations: readonly Node[];
}

/** Where each kind keeps the settings of its pods, for kinds whose pods an operator makes. */
const POD_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  Kafka: [
    'spec.kafka.template.pod',
    'spec.entityOperator.template.pod',
    'spec.cruiseControl.template.pod',
    'spec.kafkaExporter.template.pod',
  ],
  KafkaNodePool: ['spec.template.pod'],
  KafkaConnect: ['spec.template.pod'],
  KafkaMirrorMaker2: ['spec.template.pod'],
  Cluster: ['spec', 'spec.affinity'],
  Pooler: ['spec.template.spec'],
  Prometheus: ['spec'],
};

/** Pod specs, and the parts of them that operators take over. */
function podSettings(manifest: Manifest): readonly Node[] {
  const podSpec = podSpecOf(manifest);
  if (podSpec) return [podSpec];
  return (POD_SETTINGS[manifest.kind] ?? []).map((path) => manifest.root.at(path)).filter((node) => node.exists);
}

/** The requirements of affinity that are a single value a label, as a map; richer ones are read by the scheduler only. */
function affinityLabels(settings: Node): readonly Node[] {
  return settings
    .list('affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms')
    .flatMap((term) => term.list('matchExpressions'))
    .filter((expression) => expression.key('operator').text === 'In' && expression.list('values').length === 1);
}

function nodeReferences(manifest: Manifest): readonly NodeReference[] {
  return podSettings(manifest).flatMap((settings): readonly NodeReference[] => {
    const tolerations = settings.list('tolerations');
    const selector = settings.key('nodeSelector');
    const wanted = Object.entries(selector.texts).filter(([label]) => !NODE_LABELS.has(label));
    const affinity = affinityLabels(settings).map((expression): NodeReference => {
      const label = expression.key('key').text ?? '';
      const value = expression.list('values')[0]?.text ?? '';
      return { at: expression, value: `${label}=${value}`, labels: { [label]: value }, tolerations };
    });
    const own = affinity.filter(({ labels }) => Object.keys(labels).every((label) => !NODE_LABELS.has(label)));
    if (wanted.length === 0) return own;
    const value = wanted.map(([label, text]) => `${label}=${text}`).join(', ');
    return [{ at: selector, value, labels: Object.fromEntries(wanted), tolerations }, ...own];
  });
}

function tolerates(tolerations: readonly Node[], taint: { readonly key: string; readonly value: string }): boolean {
  return tolerations.some((toleration) => {
    const key = toleration.key('key').text;
    const every = toleration.key('operator').text === 'Exists';
    return (
      (key === undefined && every) || (key === taint.key && (every || toleration.key('value').text === taint.value))
    );
  });
}

function nodes({ labels, tolerations }: NodeReference, { tree }: Surroundings): Resolution {
  if (!tree.hasTemplates) return trusted('labels of nodes', 'the templates of AWS were not synthesized');
  const groups = nodeGroupsOf(tree);
  const fitting = groups.filter((group) => Object.entries(labels).every(([key, value]) => group.labels[key] === value));
  const known = [
    ...new Set(groups.flatMap((group) => Object.entries(group.labels).map(([key, value]) => `${key}=${value}`))),
  ];
  if (fitting.length === 0)
    return broken(
      `no node group has these labels; they have ${known.join(', ') || 'none'}`,
      'Select by a label of a node group',
    );
  const open = fitting.some((group) => group.taints.every((taint) => tolerates(tolerations, taint)));
  const taints = fitting.flatMap((group) => group.taints.map(({ key, value }) => `${key}=${value}`));
  return open ? resolved : broken(`the nodes with these labels are tainted ${taints.join(', ')}`, 'Add the toleration');
}

/** Places that name a namespace beside an object's own. */
const NAMESPACE_FIELDS: Readonly<Record<string, (root: Node) => readonly Node[]>> = {
  ServiceMonitor: (root) => root.list('spec.namespaceSelector.matchNames'),
  PodMonitor: (root) => root.list('spec.namespaceSelector.matchNames'),
  Application: (root) => [root.at('spec.destination.namespace')],
  AppProject: (root) => root.list('spec.destinations').map((destination) => destination.key('namespace')),
  RoleBinding: (root) => root.list('subjects').map((subject) => subject.key('namespace')),
  ClusterRoleBinding: (root) => root.list('subjects').map((subject) => subject.key('namespace')),
  ClusterSecretStore: (root) => [
    root.at('spec.provider.kubernetes.remoteNamespace'),
    ...root.list('spec.conditions').flatMap((condition) => condition.list('namespaces')),
  ],
  SecretStore: (root) => [root.at('spec.provider.kubernetes.remoteNamespace')],
};

function namespaceReferences({ kind, root }: Manifest): readonly Reference[] {
  const fields = [root.at('metadata.namespace'), ...(NAMESPACE_FIELDS[kind]?.(root) ?? [])];
  return fields.flatMap((at) => (at.text === undefined ? [] : [{ at, value: at.text }]));
}

export const schedulingRows: readonly ReferenceRow[] = [
  inManifests({
    kind: 'namespace',
    says: 'A namespace that is named is in the tree, or every cluster has it.',
    find: namespaceReferences,
    resolve: ({ value }, { tree }) => among(value, [...namespacesOf(tree).keys()], 'namespace'),
  }),
  inManifests({
    kind: 'scope',
    says: 'Objects have a namespace, and cluster-wide ones have none.',
    find: ({ root }) => [{ at: root.at('metadata.namespace'), value: root.key('kind').text ?? '' }],
    resolve: ({ at, value }) => {
      if (CLUSTER_WIDE_KINDS.has(value) !== at.exists) return resolved;
      if (at.exists) return broken(`${value} is cluster-wide`, 'Remove the namespace');
      return broken(
        `${value} lives in a namespace`,
        'Name the namespace, so that it does not depend on who applies it',
      );
    },
  }),
  inManifests({
    kind: 'priority class',
    says: 'A priority class that a pod asks for exists.',
    find: (manifest) =>
      podSettings(manifest)
        .map((settings) => settings.key('priorityClassName'))
        .flatMap((at) => (at.text === undefined ? [] : [{ at, value: at.text }])),
    resolve: ({ value }, { tree }) =>
      BUILT_IN_PRIORITY_CLASSES.has(value)
        ? resolved
        : among(
            value,
            tree.ofKind('PriorityClass').map(({ name }) => name),
            'priority class',
          ),
  }),
  inManifests<NodeReference>({
    kind: 'nodes',
    says: 'A pod that chooses its nodes chooses a node group of AWS, and tolerates its taints.',
    find: nodeReferences,
    resolve: nodes,
  }),
];
