import type { Environment, Resources, Service } from './model/index.ts';

/** Bytes a second that one user may move on one broker, and its share of a broker's threads. */
export interface KafkaQuota {
  readonly producerBytesPerSecond: number;
  readonly consumerBytesPerSecond: number;
  readonly requestPercentage: number;
}

const MIB = 1_048_576;

/**
 * By the priority of a service, per broker. Origin: the load target of 50,000 events/s at about 1 KB is 17 MB/s a broker
 * on three brokers; critical services get twice that to write and four times that to read, so that they can catch up.
 */
export const KAFKA_QUOTAS = {
  critical: { producerBytesPerSecond: 32 * MIB, consumerBytesPerSecond: 64 * MIB, requestPercentage: 200 },
  standard: { producerBytesPerSecond: 8 * MIB, consumerBytesPerSecond: 32 * MIB, requestPercentage: 100 },
  background: { producerBytesPerSecond: 2 * MIB, consumerBytesPerSecond: 8 * MIB, requestPercentage: 50 },
} as const satisfies Record<Service['priority'], KafkaQuota>;

/** The autoscaler only asks for offsets. */
export const KAFKA_AUTOSCALER = {
  user: 'keda',
  quota: { producerBytesPerSecond: 1024, consumerBytesPerSecond: MIB, requestPercentage: 10 },
} as const satisfies { readonly user: string; readonly quota: KafkaQuota };

/** Brokers' memory is a size of the environment; the rest of Kafka is the same everywhere. */
export const KAFKA_RESOURCES = {
  broker: { cpuMillis: 500, origin: 'TLS and lz4 of 17 MB/s take a third of a Graviton core' },
  controller: { cpuMillis: 100, memoryMiB: 768, origin: 'metadata of a few hundred partitions; 384 MiB of heap' },
  topicOperator: { cpuMillis: 50, memoryMiB: 256, origin: 'ten topics; a JVM of 128 MiB of heap' },
  userOperator: { cpuMillis: 50, memoryMiB: 256, origin: 'a dozen users; a JVM of 128 MiB of heap' },
  cruiseControl: { cpuMillis: 50, memoryMiB: 512, origin: 'windows of a hundred partitions; 256 MiB of heap' },
  connect: { cpuMillis: 100, memoryMiB: 768, origin: 'one connector; 384 MiB of heap for a few events a second' },
  exporter: { cpuMillis: 10, memoryMiB: 48, origin: 'a Go program that asks for the offsets of a dozen groups' },
} as const satisfies Record<string, Omit<Resources, 'memoryMiB'> & Partial<Resources>>;

/** The log of the metadata quorum; Kafka keeps a snapshot and the records since. */
export const KAFKA_CONTROLLER_STORAGE_GIB = 10;

/** Strimzi refuses Cruise Control where there is one broker, which has nobody to share its load with. */
export const isRebalanced = ({ kafka }: Pick<Environment, 'kafka'>): boolean => kafka.brokers > 1;

/**
 * What a broker can move over the network: half of what an m7g.large sustains (AWS, «General purpose instances»: 0.937
 * Gbit/s), because it shares the node.
 */
export const KAFKA_BROKER_NETWORK_KIB_PER_SECOND = 57_000;

/** Moving replicas takes at most a third of that, so that clients hardly feel it. */
export const KAFKA_MOVE_BYTES_PER_SECOND = 20 * MIB;
