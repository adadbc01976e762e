import type { Environment } from '#catalog/index.ts';
import { KAFKA_BROKER_NETWORK_KIB_PER_SECOND, KAFKA_MOVE_BYTES_PER_SECOND, KAFKA_RESOURCES } from '#catalog/kafka.ts';
import { names } from '#catalog/names.ts';
import type { Component } from '../../lib/component.ts';
import { millis } from '../../lib/quantities.ts';
import { CLUSTER_LABEL, type CruiseControl, KafkaRebalance } from '../../lib/strimzi.ts';
import { metricsConfig } from './metrics.ts';
import { amounts, heap, onDataNodes } from './sizes.ts';

/** What a proposal must respect, the first before the next: zones, then room, then evenness (Cruise Control, «Goals»). */
const GOALS = [
  'RackAwareGoal',
  'ReplicaCapacityGoal',
  'DiskCapacityGoal',
  'NetworkInboundCapacityGoal',
  'NetworkOutboundCapacityGoal',
  'CpuCapacityGoal',
  'ReplicaDistributionGoal',
  'DiskUsageDistributionGoal',
  'TopicReplicaDistributionGoal',
  'LeaderReplicaDistributionGoal',
  'LeaderBytesInDistributionGoal',
] as const;

const TEMPLATE = 'when-scaled';
const networkCapacity = `${KAFKA_BROKER_NETWORK_KIB_PER_SECOND}KiB/s`;

/** Topics of measurements: as safe as the others, and one partition, for a few hundred samples a minute. */
export const BALANCE_TOPIC_CONFIG = ({ replicationFactor, minInSyncReplicas }: Environment['kafka']) => ({
  'cruise.control.metrics.topic.replication.factor': replicationFactor,
  'cruise.control.metrics.topic.min.insync.replicas': minInSyncReplicas,
  'cruise.control.metrics.topic.num.partitions': 1,
});

/** Moves replicas to brokers that come, and away from brokers that go, without a person. */
export const cruiseControl = (): CruiseControl => ({
  brokerCapacity: {
    cpu: millis(KAFKA_RESOURCES.broker.cpuMillis),
    inboundNetwork: networkCapacity,
    outboundNetwork: networkCapacity,
  },
  config: { 'max.active.user.tasks': 5, 'num.broker.metrics.windows': 1 },
  autoRebalance: (['add-brokers', 'remove-brokers'] as const).map((mode) => ({ mode, template: { name: TEMPLATE } })),
  resources: amounts(KAFKA_RESOURCES.cruiseControl),
  jvmOptions: heap(KAFKA_RESOURCES.cruiseControl.memoryMiB),
  metricsConfig: metricsConfig('cruise-control'),
  template: { pod: onDataNodes },
});

/** How replicas are moved when brokers come or go; a template, so nothing happens because it exists. */
export class RebalanceTemplate extends KafkaRebalance {
  constructor(scope: Component) {
    super(scope, 'KafkaRebalance', {
      metadata: {
        name: TEMPLATE,
        namespace: scope.props.namespace,
        labels: { [CLUSTER_LABEL]: names.kafkaCluster },
        annotations: { 'strimzi.io/rebalance-template': 'true' },
      },
      spec: {
        goals: GOALS,
        replicationThrottle: KAFKA_MOVE_BYTES_PER_SECOND,
        concurrentPartitionMovementsPerBroker: 5,
      },
    });
  }
}
