import { usesKafka } from '#catalog/configuration.ts';
import { KAFKA_VERSION } from '#catalog/environments/index.ts';
import type { Catalog, Environment, Service } from '#catalog/index.ts';
import { KAFKA_AUTOSCALER, KAFKA_QUOTAS, type KafkaQuota } from '#catalog/kafka.ts';
import { type KafkaGrant, kafkaClients } from '#catalog/kafka-clients.ts';
import { names } from '#catalog/names.ts';
import { writtenBy } from '#catalog/outbox.ts';
import { topicConfig } from '#catalog/topic-config.ts';
import type { Manifest } from '../tree/manifest.ts';
import { type Declared, type Facts, foundIn, type ParityRow } from './row.ts';

const CONFIG = 'spec.config';

/** Numbers and texts of a setting mean the same to Kafka. */
const settings = (config: Readonly<Record<string, unknown>>): Facts =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [`${CONFIG}["${key}"]`, String(value)]));

const number = (manifest: Manifest, path: string): string => String(manifest.root.at(path).number);

function declaredTopics(catalog: Catalog, { kafka }: Environment): readonly Declared[] {
  const parts = kafkaClients.flatMap(({ topics }) => topics);
  return [...catalog.topics, ...parts].map((topic) => ({
    key: topic.name,
    by: `topics.${topic.name}`,
    facts: {
      'spec.partitions': String(topic.partitions),
      'spec.replicas': String(kafka.replicationFactor),
      ...settings(topicConfig(topic, kafka)),
    },
  }));
}

/** Reading and writing need the right to describe as well; an idempotent producer needs nothing more (KIP-679). */
function rightsOf(service: Service): readonly string[] {
  const topics = (list: readonly { readonly topic: string }[], operation: string): readonly string[] =>
    list.flatMap(({ topic }) => [`${operation} topic ${topic}`, `Describe topic ${topic}`]);
  const groups = service.consumes.map(({ topic, delivery }) => {
    const group = names.consumerGroup(service.name, topic);
    return `Read group ${group}${delivery === 'broadcast' ? '*' : ''}`;
  });
  return [...new Set([...topics(service.consumes, 'Read'), ...topics(writtenBy(service), 'Write'), ...groups])];
}

/** The autoscaler may look at the topics that services scale on and at their groups, and do nothing. */
const autoscalerRights = (catalog: Catalog): readonly string[] =>
  catalog.services.flatMap(({ name, scaling }) =>
    scaling.kind === 'lag'
      ? [`Describe topic ${scaling.topic}`, `Describe group ${names.consumerGroup(name, scaling.topic)}`]
      : [],
  );

const rightsOfGrant = ({ on, name, prefix, may }: KafkaGrant): readonly string[] =>
  may.map((operation) => `${operation} ${on} ${name}${prefix ? '*' : ''}`);

export interface KafkaAccount {
  readonly name: string;
  readonly by: string;
  readonly quota: KafkaQuota;
  readonly rights: readonly string[];
}

export const usersOf = (catalog: Catalog): readonly KafkaAccount[] => [
  ...catalog.services.filter(usesKafka).map((service) => ({
    name: names.kafkaUser(service.name),
    by: `services.${service.name}`,
    quota: KAFKA_QUOTAS[service.priority],
    rights: rightsOf(service),
  })),
  {
    name: KAFKA_AUTOSCALER.user,
    by: 'kafka.KAFKA_AUTOSCALER',
    quota: KAFKA_AUTOSCALER.quota,
    rights: autoscalerRights(catalog),
  },
  ...kafkaClients.map(({ user, quota, grants }) => ({
    name: names.kafkaUser(user),
    by: `kafka-clients.${user}`,
    quota,
    rights: grants.flatMap(rightsOfGrant),
  })),
];

const declaredQuota = ({ quota }: KafkaAccount): Facts => ({
  'spec.quotas.producerByteRate': String(quota.producerBytesPerSecond),
  'spec.quotas.consumerByteRate': String(quota.consumerBytesPerSecond),
  'spec.quotas.requestPercentage': String(quota.requestPercentage),
});

const QUOTA_FIELDS = ['producerByteRate', 'consumerByteRate', 'requestPercentage'];

function grantedBy({ root }: Manifest): readonly string[] {
  return root.list('spec.authorization.acls').flatMap((acl) => {
    const resource = acl.key('resource');
    const suffix = resource.key('patternType').text === 'prefix' ? '*' : '';
    const host = acl.key('host').text ?? '*';
    const kind = acl.key('type').text ?? 'allow';
    const extra = host === '*' && kind === 'allow' ? '' : ` (${kind} from ${host})`;
    return acl
      .list('operations')
      .map(({ text }) => `${text} ${resource.key('type').text} ${resource.key('name').text}${suffix}${extra}`);
  });
}

function declaredNodes({ kafka }: Environment): readonly Declared[] {
  const by = 'environments.kafka';
  return [
    { key: 'controller', by, facts: { 'spec.replicas': String(kafka.controllers) } },
    { key: 'broker', by, facts: { 'spec.replicas': String(kafka.brokers) } },
  ];
}

export const kafkaRows: readonly ParityRow[] = [
  {
    kind: 'Kafka cluster',
    says: 'There is one Kafka cluster, at the pinned version.',
    declared: () => [
      {
        key: names.kafkaCluster,
        by: 'environments.KAFKA_VERSION',
        facts: { 'spec.kafka.version': KAFKA_VERSION.kafka, 'spec.kafka.metadataVersion': KAFKA_VERSION.metadata },
      },
    ],
    found: ({ tree }) =>
      tree.ofKind('Kafka', 'kafka.strimzi.io').map((manifest) =>
        foundIn(manifest, manifest.name, {
          'spec.kafka.version': manifest.root.at('spec.kafka.version').text,
          'spec.kafka.metadataVersion': manifest.root.at('spec.kafka.metadataVersion').text,
        }),
      ),
  },
  {
    kind: 'Kafka role',
    says: 'Controllers and brokers are as many as the environment says.',
    declared: ({ tree }) => declaredNodes(tree.environment),
    found: ({ tree }) =>
      tree
        .ofKind('KafkaNodePool')
        .flatMap((pool) =>
          pool.root
            .list('spec.roles')
            .map((role) => foundIn(pool, role.text ?? '', { 'spec.replicas': number(pool, 'spec.replicas') })),
        ),
  },
  {
    kind: 'topic',
    says: 'Each topic has its partitions, replicas and settings.',
    declared: ({ catalog, tree }) => declaredTopics(catalog, tree.environment),
    found: ({ tree }) =>
      tree.ofKind('KafkaTopic').map((topic) =>
        foundIn(topic, topic.root.at('spec.topicName').text ?? topic.name, {
          'spec.partitions': number(topic, 'spec.partitions'),
          'spec.replicas': number(topic, 'spec.replicas'),
          ...settings(topic.root.at(CONFIG).fields),
        }),
      ),
  },
  {
    kind: 'Kafka user',
    says: 'Each service that uses Kafka has a user with its quota.',
    declared: ({ catalog }) =>
      usersOf(catalog).map((user) => ({ key: user.name, by: user.by, facts: declaredQuota(user) })),
    found: ({ tree }) =>
      tree
        .ofKind('KafkaUser')
        .map((user) =>
          foundIn(
            user,
            user.name,
            Object.fromEntries(
              QUOTA_FIELDS.map((field) => [`spec.quotas.${field}`, number(user, `spec.quotas.${field}`)]),
            ),
          ),
        ),
  },
  {
    kind: 'Kafka right',
    says: 'A user may do in Kafka what its service produces and consumes, and nothing else.',
    declared: ({ catalog }) =>
      usersOf(catalog).flatMap(({ name, by, rights }) => rights.map((right) => ({ key: `${name}: ${right}`, by }))),
    found: ({ tree }) =>
      tree
        .ofKind('KafkaUser')
        .flatMap((user) => grantedBy(user).map((right) => foundIn(user, `${user.name}: ${right}`))),
  },
];
