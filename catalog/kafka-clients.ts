import { KAFKA_QUOTAS, type KafkaQuota } from './kafka.ts';
import { type PartTopic, Retention } from './model/index.ts';

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

/** Who signs in to Kafka beside the services and the autoscaler. */
export const kafkaClients: readonly KafkaClient[] = [schemaRegistryClient];
