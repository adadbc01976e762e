import { KAFKA_QUOTAS, type KafkaQuota } from './kafka.ts';
import { type PartTopic, Retention } from './model/index.ts';
import { names } from './names.ts';
import { outboxes, relayedTopics } from './outbox.ts';
import { services } from './services/index.ts';

export type KafkaOperation = 'Alter' | 'AlterConfigs' | 'Create' | 'Describe' | 'DescribeConfigs' | 'Read' | 'Write';

/** One right: on a topic or group by its name, or by the beginning of it. */
export interface KafkaGrant {
  readonly on: 'topic' | 'group';
  readonly name: string;
  readonly prefix?: true;
  readonly may: readonly KafkaOperation[];
}

/** Something beside the services that signs in to Kafka: its user, its quota, what it may do, and topics of its own. */
export interface KafkaClient {
  readonly user: string;
  readonly quota: KafkaQuota;
  readonly grants: readonly KafkaGrant[];
  readonly topics: readonly PartTopic[];
}

const onTopic = (name: string, ...may: readonly KafkaOperation[]): KafkaGrant => ({ on: 'topic', name, may });

/** A topic in which a program keeps its own state; it looks at the settings before it trusts them. */
const own = ({ name }: PartTopic): KafkaGrant => onTopic(name, 'Describe', 'DescribeConfigs', 'Read', 'Write');

/** KafkaSQL: a journal that each replica reads from its beginning; both others have to exist (Apicurio, «KafkaSQL»). */
export const SCHEMA_TOPICS = {
  journal: { name: 'schema-registry.journal', partitions: 1, retention: Retention.forever() },
  snapshots: { name: 'schema-registry.snapshots', partitions: 1, retention: Retention.forever() },
  events: { name: 'schema-registry.events', partitions: 1, retention: Retention.forever() },
} as const satisfies Readonly<Record<string, PartTopic>>;

/** Each replica reads the journal under a group of its own below this prefix. */
export const SCHEMA_GROUP_PREFIX = 'schema-registry-';

export const schemaRegistryClient: KafkaClient = {
  user: 'schema-registry',
  quota: KAFKA_QUOTAS.background,
  grants: [
    ...Object.values(SCHEMA_TOPICS).map(own),
    { on: 'group', name: SCHEMA_GROUP_PREFIX, prefix: true, may: ['Read'] },
  ],
  topics: Object.values(SCHEMA_TOPICS),
};

/** What Connect keeps of itself (Kafka documentation, «Running Kafka Connect»): one partition of settings, few of the rest. */
export const CONNECT_TOPICS = {
  configs: { name: 'connect.configs', partitions: 1, retention: Retention.compactedForever() },
  offsets: { name: 'connect.offsets', partitions: 5, retention: Retention.compactedForever() },
  status: { name: 'connect.status', partitions: 5, retention: Retention.compactedForever() },
} as const satisfies Readonly<Record<string, PartTopic>>;

/** Debezium writes here while nothing happens, or the log of a quiet database would grow (its documentation, «WAL»). */
export const CONNECT_HEARTBEAT = {
  prefix: 'connect.heartbeat',
  topics: outboxes.map(
    ({ slot }): PartTopic => ({ name: `connect.heartbeat.${slot}`, partitions: 1, retention: Retention.days(1) }),
  ),
} as const;

export const connectClient: KafkaClient = {
  user: 'kafka-connect',
  quota: KAFKA_QUOTAS.standard,
  grants: [
    ...Object.values(CONNECT_TOPICS).map(own),
    ...[
      ...CONNECT_HEARTBEAT.topics.map(({ name }) => name),
      ...outboxes.flatMap((one) => relayedTopics({ services }, one)),
    ].map((name) => onTopic(name, 'Describe', 'Write')),
    { on: 'group', name: names.connectCluster, may: ['Read'] },
  ],
  topics: [...Object.values(CONNECT_TOPICS), ...CONNECT_HEARTBEAT.topics],
};

/**
 * The user of the Kafka UI sees what there is and how far groups are. It reads no record: most are about a person, and the
 * dead letters have a page of their own, with a record of who looked.
 */
export const kafkaUiClient: KafkaClient = {
  user: 'kafka-ui',
  quota: KAFKA_QUOTAS.background,
  grants: [onTopic('*', 'Describe', 'DescribeConfigs'), { on: 'group', name: '*', may: ['Describe'] }],
  topics: [],
};

/** Who signs in to Kafka beside the services and the autoscaler. */
export const kafkaClients: readonly KafkaClient[] = [schemaRegistryClient, connectClient, kafkaUiClient];
