import { defineKind } from './kind.ts';

/** Kinds of Strimzi 1.2 (`kafka.strimzi.io/v1`), the fields in use. */
const API = 'kafka.strimzi.io/v1';

/** Objects of a cluster carry its name in this label. */
export const CLUSTER_LABEL = 'strimzi.io/cluster';

export interface ResourceAmounts {
  readonly requests: Readonly<Record<'cpu' | 'memory', string>>;
  readonly limits: Readonly<Record<'memory', string>>;
}

export interface JvmOptions {
  readonly '-Xms': string;
  readonly '-Xmx': string;
}

export interface PodTemplate {
  readonly affinity?: object;
  readonly tolerations?: readonly object[];
  readonly topologySpreadConstraints?: readonly object[];
  readonly priorityClassName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly enableServiceLinks?: boolean;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly type: 'internal';
  readonly tls: true;
  readonly authentication: { readonly type: 'scram-sha-512' };
}

export interface MetricsConfig {
  readonly type: 'jmxPrometheusExporter';
  readonly valueFrom: { readonly configMapKeyRef: { readonly name: string; readonly key: string } };
}

/** Levels and names of loggers as Log4j 2 has them; Strimzi changes levels without a restart. */
export interface Logging {
  readonly type: 'inline';
  readonly loggers: Readonly<Record<string, string>>;
}

export interface OperatorContainer {
  readonly resources: ResourceAmounts;
  readonly jvmOptions: JvmOptions;
}

export interface KafkaSpec {
  readonly kafka: {
    readonly version: string;
    readonly metadataVersion: string;
    readonly listeners: readonly Listener[];
    readonly authorization: { readonly type: 'simple' };
    readonly rack: { readonly type: 'topology-label'; readonly topologyKey: string };
    readonly config: Readonly<Record<string, string | number | boolean>>;
    readonly template: { readonly podDisruptionBudget: { readonly maxUnavailable: number } };
    readonly metricsConfig: MetricsConfig;
    readonly logging: Logging;
  };
  readonly entityOperator: {
    readonly topicOperator: OperatorContainer;
    readonly userOperator: OperatorContainer;
    readonly template: { readonly pod: PodTemplate };
  };
  readonly kafkaExporter: {
    readonly topicRegex: string;
    readonly groupRegex: string;
    readonly resources: ResourceAmounts;
    readonly template: { readonly pod: PodTemplate };
  };
  readonly cruiseControl?: CruiseControl;
}

export interface CruiseControl {
  readonly brokerCapacity: Readonly<Record<'cpu' | 'inboundNetwork' | 'outboundNetwork', string>>;
  readonly config: Readonly<Record<string, string | number | boolean>>;
  readonly autoRebalance: readonly {
    readonly mode: 'add-brokers' | 'remove-brokers';
    readonly template: { readonly name: string };
  }[];
  readonly resources: ResourceAmounts;
  readonly jvmOptions: JvmOptions;
  readonly metricsConfig: MetricsConfig;
  readonly template: { readonly pod: PodTemplate };
}
export const Kafka = defineKind<KafkaSpec>(API, 'Kafka');

export interface Volume {
  readonly id: number;
  readonly type: 'persistent-claim';
  readonly size: string;
  readonly class: string;
  readonly deleteClaim: boolean;
  readonly kraftMetadata?: 'shared';
}

export interface KafkaNodePoolSpec {
  readonly roles: readonly ('controller' | 'broker')[];
  readonly replicas: number;
  readonly storage: { readonly type: 'jbod'; readonly volumes: readonly Volume[] };
  readonly resources: ResourceAmounts;
  readonly jvmOptions: JvmOptions;
  readonly template: { readonly pod: PodTemplate };
}
export const KafkaNodePool = defineKind<KafkaNodePoolSpec>(API, 'KafkaNodePool');

export interface KafkaTopicSpec {
  readonly partitions: number;
  readonly replicas: number;
  readonly config: Readonly<Record<string, string | number>>;
}
export const KafkaTopic = defineKind<KafkaTopicSpec>(API, 'KafkaTopic');

export type Operation = 'Alter' | 'AlterConfigs' | 'Create' | 'Describe' | 'DescribeConfigs' | 'Read' | 'Write';

export interface Acl {
  readonly resource: {
    readonly type: 'topic' | 'group';
    readonly name: string;
    readonly patternType: 'literal' | 'prefix';
  };
  readonly operations: readonly Operation[];
}

export interface KafkaUserSpec {
  readonly authentication: { readonly type: 'scram-sha-512' };
  readonly authorization: { readonly type: 'simple'; readonly acls: readonly Acl[] };
  readonly quotas: {
    readonly producerByteRate: number;
    readonly consumerByteRate: number;
    readonly requestPercentage: number;
  };
}
export const KafkaUser = defineKind<KafkaUserSpec>(API, 'KafkaUser');

export interface KafkaRebalanceSpec {
  readonly goals: readonly string[];
  /** Bytes a second that moving replicas may take of a broker. */
  readonly replicationThrottle: number;
  readonly concurrentPartitionMovementsPerBroker: number;
}
export const KafkaRebalance = defineKind<KafkaRebalanceSpec>(API, 'KafkaRebalance');

/** How a program that Strimzi runs signs in to a Kafka cluster, and whom it trusts there. */
export interface ClientAccess {
  readonly bootstrapServers: string;
  readonly tls: {
    readonly trustedCertificates: readonly { readonly secretName: string; readonly certificate: string }[];
  };
  readonly authentication: {
    readonly type: 'scram-sha-512';
    readonly username: string;
    readonly passwordSecret: { readonly secretName: string; readonly password: string };
  };
}

export interface StorageTopics {
  readonly groupId: string;
  readonly configStorageTopic: string;
  readonly offsetStorageTopic: string;
  readonly statusStorageTopic: string;
}

type Config = Readonly<Record<string, string | number | boolean>>;

export interface KafkaConnectSpec extends ClientAccess, StorageTopics {
  readonly version: string;
  readonly replicas: number;
  readonly image: string;
  readonly config: Config;
  readonly rack: KafkaSpec['kafka']['rack'];
  readonly resources: ResourceAmounts;
  readonly jvmOptions: JvmOptions;
  readonly metricsConfig: MetricsConfig;
  readonly logging: Logging;
  readonly template: {
    readonly pod: PodTemplate & { readonly volumes: readonly object[] };
    readonly connectContainer: {
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    };
    readonly podDisruptionBudget: { readonly maxUnavailable: number };
  };
}
export const KafkaConnect = defineKind<KafkaConnectSpec>(API, 'KafkaConnect');

export interface KafkaConnectorSpec {
  readonly class: string;
  readonly tasksMax: number;
  readonly autoRestart: { readonly enabled: boolean };
  readonly config: Config;
}
export const KafkaConnector = defineKind<KafkaConnectorSpec>(API, 'KafkaConnector');
