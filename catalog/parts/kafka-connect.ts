import type { Part } from '../model/index.ts';
import { enginePorts, names } from '../names.ts';

/** Pods that Strimzi makes of the KafkaConnect object; workers hand requests to the one that leads. */
export const kafkaConnect = {
  name: 'kafka-connect',
  namespace: 'kafka',
  summary: "Relays user-service's outbox from the log of its database to Kafka, by Debezium.",
  pods: [
    {
      party: 'kafka-connect',
      labels: { 'strimzi.io/cluster': names.connectCluster, 'strimzi.io/kind': 'KafkaConnect' },
      serviceAccount: `${names.connectCluster}-connect`,
      replicas: { full: 2, single: 1 },
      pool: 'data',
      ports: [
        { name: 'rest-api', number: 8083 },
        { name: 'tcp-prometheus', number: 9404, metrics: '/metrics' },
      ],
    },
  ],
  edges: [
    { from: 'kafka-connect', to: 'kafka', port: enginePorts.kafka, purpose: 'relay records, keep positions' },
    { from: 'kafka-connect', to: 'kafka-connect', port: 8083, purpose: 'hand requests to the leading worker' },
    { from: 'kafka-connect', to: 'kubernetes-api', port: 443, purpose: "the node's zone" },
    { from: 'kafka-connect', to: 'rds-postgresql', port: enginePorts.postgresql, purpose: 'read the outbox' },
    { from: 'strimzi-operator', to: 'kafka-connect', port: 8083, purpose: 'set connectors up' },
  ],
} as const satisfies Part;
