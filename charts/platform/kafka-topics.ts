import type { App } from 'cdk8s';
import type { Topic } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { TOPIC_DEFAULTS } from '#catalog/topics.ts';
import { Component, type Platform, TEAM_LABEL } from '../lib/component.ts';
import { keptWith } from '../lib/protection.ts';
import { CLUSTER_LABEL, KafkaTopic } from '../lib/strimzi.ts';

/** Compacted topics with an age keep the last record of a key, but none beyond the age. */
function cleanupOf({ retention: { compacted, millis } }: Topic): Readonly<Record<string, string | number>> {
  const compaction = millis < 0 ? 'compact' : 'compact,delete';
  return { 'cleanup.policy': compacted ? compaction : 'delete', 'retention.ms': millis };
}

/** One KafkaTopic for each topic of the catalog. */
export class KafkaTopics extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'kafka-topics',
      summary: 'The topics of the catalog.',
      owner: 'platform',
      namespace: 'kafka',
      stage: 'messaging',
    });
    for (const topic of platform.catalog.topics) this.#addTopic(topic);
  }

  #addTopic(topic: Topic): void {
    const { environment } = this.platform;
    const labels = { [CLUSTER_LABEL]: names.kafkaCluster, [TEAM_LABEL]: topic.owner };
    new KafkaTopic(this, `KafkaTopic-${topic.name}`, {
      metadata: { ...this.named(topic.name, labels), annotations: keptWith(environment) },
      spec: {
        partitions: topic.partitions,
        replicas: environment.kafka.replicationFactor,
        config: {
          ...cleanupOf(topic),
          'compression.type': TOPIC_DEFAULTS.compression,
          'max.message.bytes': TOPIC_DEFAULTS.maxMessageBytes,
          'min.insync.replicas': environment.kafka.minInSyncReplicas,
        },
      },
    });
  }
}
