import type { PartTopic } from '#catalog/index.ts';
import type { KafkaClient } from '#catalog/kafka-clients.ts';
import { names } from '#catalog/names.ts';
import { topicConfig } from '#catalog/topic-config.ts';
import { aclsOfGrants } from '../../lib/acls.ts';
import { type Component, TEAM_LABEL } from '../../lib/component.ts';
import { keptWith } from '../../lib/protection.ts';
import { CLUSTER_LABEL, type ClientAccess, KafkaTopic, KafkaUser } from '../../lib/strimzi.ts';
import { userSpec } from './users.ts';

const metadataOf = (component: Component, name: string) => ({
  name,
  namespace: component.props.namespace,
  labels: { [CLUSTER_LABEL]: names.kafkaCluster, [TEAM_LABEL]: component.props.owner },
});

function addTopic(component: Component, topic: PartTopic): void {
  const { environment } = component.platform;
  new KafkaTopic(component, `KafkaTopic-${topic.name}`, {
    metadata: { ...metadataOf(component, topic.name), annotations: keptWith(environment) },
    spec: {
      partitions: topic.partitions,
      replicas: environment.kafka.replicationFactor,
      config: topicConfig(topic, environment.kafka),
    },
  });
}

/** The user of a part with exactly its rights, and the topics that it keeps its state in. */
export function addKafkaClient(component: Component, { user, quota, grants, topics }: KafkaClient): void {
  for (const topic of topics) addTopic(component, topic);
  new KafkaUser(component, `KafkaUser-${user}`, {
    metadata: metadataOf(component, names.kafkaUser(user)),
    spec: userSpec(aclsOfGrants(grants), quota),
  });
}

/** How a program of Strimzi signs in to this cluster as a part of the catalog. */
export const clientAccess = ({ user }: KafkaClient): ClientAccess => ({
  bootstrapServers: names.kafkaBootstrap,
  tls: { trustedCertificates: [{ secretName: names.kafkaCaSecret, certificate: 'ca.crt' }] },
  authentication: {
    type: 'scram-sha-512',
    username: names.kafkaUser(user),
    passwordSecret: { secretName: names.kafkaUserSecret(user), password: 'password' },
  },
});
