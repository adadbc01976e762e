import type { Part } from '../model/index.ts';
import { PLATFORM } from '../names.ts';

const CLUSTER = { 'strimzi.io/cluster': PLATFORM } as const;
const AGENT = { name: 'tcp-kafkaagent', number: 8443 } as const;
const METRICS = { name: 'tcp-prometheus', number: 9404, metrics: '/metrics' } as const;

/** Pods that Strimzi makes of the objects of charts/platform/kafka/cluster.ts; ports: «Network policies» of its guide. */
export const kafka = {
  name: 'kafka',
  namespace: 'kafka',
  summary: 'Brokers, controllers, and the operators of topics and users.',
  pods: [
    {
      party: 'kafka',
      labels: { ...CLUSTER, 'strimzi.io/broker-role': 'true' },
      serviceAccount: `${PLATFORM}-kafka`,
      replicas: { full: 3, single: 1 },
      pool: 'data',
      ports: [{ name: 'tcp-replication', number: 9091 }, { name: 'tcp-clientstls', number: 9093 }, AGENT, METRICS],
    },
    {
      party: 'kafka-controllers',
      labels: { ...CLUSTER, 'strimzi.io/controller-role': 'true' },
      serviceAccount: `${PLATFORM}-kafka`,
      replicas: { full: 3, single: 1 },
      pool: 'data',
      ports: [{ name: 'tcp-ctrlplane', number: 9090 }, AGENT, METRICS],
    },
    {
      party: 'kafka-entity-operator',
      labels: { ...CLUSTER, 'strimzi.io/name': `${PLATFORM}-entity-operator` },
      serviceAccount: `${PLATFORM}-entity-operator`,
      replicas: { full: 1, single: 1 },
      pool: 'data',
      ports: [],
    },
    {
      party: 'kafka-exporter',
      labels: { ...CLUSTER, 'strimzi.io/name': `${PLATFORM}-kafka-exporter` },
      serviceAccount: `${PLATFORM}-kafka-exporter`,
      replicas: { full: 1, single: 1 },
      pool: 'data',
      ports: [METRICS],
    },
  ],
  edges: [
    { from: 'kafka', to: 'kafka', port: 9091, purpose: 'replication' },
    { from: 'kafka', to: 'kafka-controllers', port: 9090, purpose: 'metadata' },
    { from: 'kafka-controllers', to: 'kafka-controllers', port: 9090, purpose: 'the quorum' },
    { from: 'kafka', to: 'kubernetes-api', port: 443, purpose: "the node's zone, certificates of users" },
    { from: 'kafka-controllers', to: 'kubernetes-api', port: 443, purpose: "the node's zone" },
    { from: 'kafka-entity-operator', to: 'kafka', port: 9091, purpose: 'create topics, users and ACLs' },
    { from: 'kafka-entity-operator', to: 'kubernetes-api', port: 443, purpose: 'reconcile' },
    { from: 'kafka-exporter', to: 'kafka', port: 9091, purpose: 'offsets of groups and topics' },
  ],
} as const satisfies Part;
