import type { Catalog } from '#catalog/index.ts';
import { topicConfig } from '#catalog/topic-config.ts';
import { createKafkaAdmin } from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import { LOOPBACK } from '../configuration.ts';

/** One broker: a record has one replica, and that one is in sync. */
const SINGLE_BROKER = { replicas: 1, minInSyncReplicas: 1 } as const;

/** Creates the catalog's topics that the broker does not have. Errors: BROKER_UNAVAILABLE. */
export async function createTopics(telemetry: Telemetry, catalog: Catalog, kafkaPort: number): Promise<void> {
  const admin = createKafkaAdmin(telemetry, { brokers: [`${LOOPBACK}:${kafkaPort}`] });
  try {
    await admin.ensureTopics(
      catalog.topics.map((topic) => ({
        topic: topic.name,
        partitions: topic.partitions,
        replicas: SINGLE_BROKER.replicas,
        config: Object.fromEntries(
          Object.entries(topicConfig(topic, SINGLE_BROKER)).map(([name, value]) => [name, String(value)]),
        ),
      })),
    );
  } finally {
    await admin.stop();
  }
}
