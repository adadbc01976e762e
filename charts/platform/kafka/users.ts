import type { App } from 'cdk8s';
import { usesKafka } from '#catalog/configuration.ts';
import type { Service } from '#catalog/index.ts';
import { KAFKA_QUOTAS, type KafkaQuota } from '#catalog/kafka.ts';
import { names } from '#catalog/names.ts';
import { aclsOf } from '../../lib/acls.ts';
import { Component, type Platform, TEAM_LABEL } from '../../lib/component.ts';
import { type Acl, CLUSTER_LABEL, KafkaUser, type KafkaUserSpec } from '../../lib/strimzi.ts';

export function userSpec(acls: readonly Acl[], quota: KafkaQuota): KafkaUserSpec {
  return {
    authentication: { type: 'scram-sha-512' },
    authorization: { type: 'simple', acls },
    quotas: {
      producerByteRate: quota.producerBytesPerSecond,
      consumerByteRate: quota.consumerBytesPerSecond,
      requestPercentage: quota.requestPercentage,
    },
  };
}

/**
 * One KafkaUser for each service that uses Kafka. They are the platform's, not the services': a team that could write its
 * own could grant itself any topic.
 */
export class KafkaUsers extends Component {
  constructor(app: App, platform: Platform, status: Service['status']) {
    super(app, platform, {
      name: status === 'built' ? 'kafka-users' : 'kafka-users-planned',
      summary: `Kafka users of the ${status} services.`,
      owner: 'platform',
      namespace: 'kafka',
      stage: 'messaging',
      status,
    });
    const users = platform.catalog.services.filter((service) => usesKafka(service) && service.status === status);
    for (const service of users) this.#addUser(service);
  }

  #addUser(service: Service): void {
    const labels = { [CLUSTER_LABEL]: names.kafkaCluster, [TEAM_LABEL]: service.owner };
    new KafkaUser(this, `KafkaUser-${service.name}`, {
      metadata: this.named(names.kafkaUser(service.name), labels),
      spec: userSpec(aclsOf(service), KAFKA_QUOTAS[service.priority]),
    });
  }
}
