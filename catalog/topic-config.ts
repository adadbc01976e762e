import type { Environment, PartTopic } from './model/index.ts';
import { TOPIC_DEFAULTS } from './topics.ts';

/** Kafka's own names of a topic's settings, for KafkaTopic objects and for the broker of one machine. */
export function topicConfig(
  topic: Pick<PartTopic, 'retention'>,
  kafka: Pick<Environment['kafka'], 'minInSyncReplicas'>,
): Readonly<Record<string, string | number>> {
  const { millis, compacted } = topic.retention;
  const policy = compacted ? (millis < 0 ? 'compact' : 'compact,delete') : 'delete';
  return {
    'cleanup.policy': policy,
    'compression.type': TOPIC_DEFAULTS.compression,
    'max.message.bytes': TOPIC_DEFAULTS.maxMessageBytes,
    'min.insync.replicas': kafka.minInSyncReplicas,
    'retention.ms': millis,
  };
}
