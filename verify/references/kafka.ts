import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { CLUSTER_LABEL } from '../world/makers/strimzi.ts';
import { among, qualified } from './answers.ts';
import {
  broken,
  inManifests,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
} from './row.ts';

interface ClusterReference extends Reference {
  readonly namespace: string | undefined;
}
interface PatternReference extends Reference {
  readonly prefix: boolean;
}

const CLUSTER_KINDS: ReadonlySet<string> = new Set(['KafkaNodePool', 'KafkaTopic', 'KafkaUser', 'KafkaRebalance']);

/** Kinds whose storage topics are in the Kafka cluster of this tree, by the section that names them. */
const STORAGE_OWNERS: Readonly<Record<string, string>> = { KafkaConnect: 'spec' };

/** A literal name that stands for all of them. */
const EVERY = '*';

const TEMPLATE_ANNOTATION = 'strimzi.io/rebalance-template';

export const topicNamesOf = (tree: Surroundings['tree']): readonly string[] =>
  tree.ofKind('KafkaTopic').map(({ name, root }) => root.at('spec.topicName').text ?? name);

const aclsOf = (manifest: Manifest): readonly Node[] =>
  manifest.kind === 'KafkaUser' ? manifest.root.list('spec.authorization.acls') : [];

function aclResources(manifest: Manifest, type: string): readonly PatternReference[] {
  return aclsOf(manifest)
    .map((acl) => acl.key('resource'))
    .filter((resource) => resource.key('type').text === type)
    .map((resource) => ({
      at: resource.key('name'),
      value: resource.key('name').text ?? '',
      prefix: resource.key('patternType').text === 'prefix',
    }));
}

const kafkaTriggers = ({ kind, root }: Manifest): readonly Node[] =>
  kind === 'ScaledObject'
    ? root
        .list('spec.triggers')
        .filter((trigger) => trigger.key('type').text === 'kafka')
        .map((trigger) => trigger.key('metadata'))
    : [];

const textReference = (at: Node): readonly Reference[] => (at.text === undefined ? [] : [{ at, value: at.text }]);

function topic({ value, prefix }: PatternReference, { tree }: Surroundings): Resolution {
  const known = topicNamesOf(tree);
  if (value === EVERY) return resolved;
  if (!prefix) return among(value, known, 'KafkaTopic');
  return known.some((name) => name.startsWith(value))
    ? resolved
    : broken('no KafkaTopic begins with this prefix', 'Name the topics that are meant');
}

/** A consumer group that nobody may join has no lag, so nothing would ever scale on it. */
function group({ value }: Reference, { tree }: Surroundings): Resolution {
  const groups = tree.ofKind('KafkaUser').flatMap((user) => aclResources(user, 'group'));
  return groups.some(({ value: name, prefix }) => name === value || (prefix && value.startsWith(name)))
    ? resolved
    : broken('no KafkaUser may read under this consumer group', "Name the group that the service's ACL allows");
}

function poolsOf(kafka: ClusterReference, { tree }: Surroundings): Resolution {
  const pools = tree
    .ofKind('KafkaNodePool')
    .filter(
      ({ namespace, root }) =>
        namespace === kafka.namespace && root.at('metadata.labels').texts[CLUSTER_LABEL] === kafka.value,
    );
  const roles = new Set(pools.flatMap(({ root }) => root.list('spec.roles').map((role) => role.text)));
  const missing = ['controller', 'broker'].filter((role) => !roles.has(role));
  return missing.length === 0
    ? resolved
    : broken(
        `it has no node pool with the role ${missing.join(' and ')}`,
        `Add a KafkaNodePool with the label ${CLUSTER_LABEL}`,
      );
}

const rebalanceTemplates = ({ kind, group: apiGroup, root, namespace }: Manifest): readonly ClusterReference[] =>
  kind === 'Kafka' && apiGroup === 'kafka.strimzi.io'
    ? root
        .list('spec.cruiseControl.autoRebalance')
        .map((entry) => entry.at('template.name'))
        .map((at) => ({ at, value: at.text ?? 'missing', namespace }))
    : [];

/** Without the annotation it is no template but an order to move replicas at once. */
function rebalanceTemplate({ value, namespace }: ClusterReference, { tree }: Surroundings): Resolution {
  const known = tree.ofKind('KafkaRebalance').filter((rebalance) => rebalance.namespace === namespace);
  const found = known.find(({ name }) => name === value);
  if (!found)
    return among(
      value,
      known.map(({ name }) => name),
      'KafkaRebalance',
    );
  return found.root.at('metadata.annotations').texts[TEMPLATE_ANNOTATION] === 'true'
    ? resolved
    : broken('this KafkaRebalance is no template', `Give it the annotation ${TEMPLATE_ANNOTATION}: "true"`);
}

export const kafkaRows: readonly ReferenceRow[] = [
  inManifests<ClusterReference>({
    kind: 'connect cluster',
    says: 'A connector belongs to a Connect cluster of its namespace.',
    find: ({ kind, namespace, root }) => {
      const at = root.at('metadata.labels').key(CLUSTER_LABEL);
      return kind === 'KafkaConnector' ? [{ at, value: at.text ?? 'missing', namespace }] : [];
    },
    resolve: ({ value, namespace }, { tree }) => {
      const known = tree.ofKind('KafkaConnect').map((connect) => qualified(connect.namespace, connect.name));
      return among(qualified(namespace, value), known, 'KafkaConnect of this namespace');
    },
  }),
  inManifests<PatternReference>({
    kind: 'storage topic',
    says: 'The topics that Connect keeps its own state in exist.',
    find: ({ kind, root }) => {
      const owner = root.at(STORAGE_OWNERS[kind] ?? 'absent');
      return ['config', 'offset', 'status'].flatMap((use) =>
        textReference(owner.key(`${use}StorageTopic`)).map((found) => ({ ...found, prefix: false })),
      );
    },
    resolve: topic,
  }),
  inManifests<ClusterReference>({
    kind: 'rebalance template',
    says: 'What replicas are moved by when brokers come or go exists, and is a template.',
    find: rebalanceTemplates,
    resolve: rebalanceTemplate,
  }),
  inManifests<ClusterReference>({
    kind: 'kafka cluster',
    says: "Strimzi's objects belong to a Kafka cluster of their namespace.",
    find: ({ kind, namespace, root }) => {
      const at = root.at('metadata.labels').key(CLUSTER_LABEL);
      return CLUSTER_KINDS.has(kind) ? [{ at, value: at.text ?? 'missing', namespace }] : [];
    },
    resolve: ({ value, namespace }, { tree }) => {
      const known = tree.ofKind('Kafka').map((kafka) => qualified(kafka.namespace, kafka.name));
      return among(qualified(namespace, value), known, 'Kafka cluster of this namespace');
    },
  }),
  inManifests<ClusterReference>({
    kind: 'kafka nodes',
    says: 'A Kafka cluster has node pools of controllers and of brokers.',
    find: ({ kind, group: apiGroup, name, namespace, root }) =>
      kind === 'Kafka' && apiGroup === 'kafka.strimzi.io'
        ? [{ at: root.at('metadata.name'), value: name, namespace }]
        : [],
    resolve: poolsOf,
  }),
  inManifests<PatternReference>({
    kind: 'topic of an ACL',
    says: 'A topic that an ACL speaks of exists.',
    find: (manifest) => aclResources(manifest, 'topic'),
    resolve: topic,
  }),
  inManifests<PatternReference>({
    kind: 'topic of a scaler',
    says: 'A topic that is scaled on exists.',
    find: (manifest) =>
      kafkaTriggers(manifest).flatMap((metadata) =>
        textReference(metadata.key('topic')).map((found) => ({ ...found, prefix: false })),
      ),
    resolve: topic,
  }),
  inManifests({
    kind: 'consumer group',
    says: 'A consumer group that is scaled on may be joined by somebody.',
    find: (manifest) => kafkaTriggers(manifest).flatMap((metadata) => textReference(metadata.key('consumerGroup'))),
    resolve: group,
  }),
];
