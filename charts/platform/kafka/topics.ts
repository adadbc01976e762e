import type { App } from 'cdk8s';
import type { Topic } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { topicConfig } from '#catalog/topic-config.ts';
import { Component, type Platform, TEAM_LABEL } from '../../lib/component.ts';
import { keptWith } from '../../lib/protection.ts';
import { CLUSTER_LABEL, KafkaTopic } from '../../lib/strimzi.ts';

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
        config: topicConfig(topic, environment.kafka),
      },
    });
  }
}
