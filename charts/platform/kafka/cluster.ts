import type { App } from 'cdk8s';
import { KAFKA_VERSION } from '#catalog/environments/index.ts';
import { isRebalanced, KAFKA_CONTROLLER_STORAGE_GIB, KAFKA_RESOURCES } from '#catalog/kafka.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { TOPIC_DEFAULTS } from '#catalog/topics.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { keptWith } from '../../lib/protection.ts';
import { gibibytes } from '../../lib/quantities.ts';
import { onNodesOf, tolerating, ZONE } from '../../lib/scheduling.ts';
import { CLUSTER_LABEL, Kafka, KafkaNodePool, type OperatorContainer, type PodTemplate } from '../../lib/strimzi.ts';
import { priorityClass, type StorageClassName } from '../classes.ts';
import { ExporterRules, metricsConfig } from './metrics.ts';
import { BALANCE_TOPIC_CONFIG, cruiseControl, RebalanceTemplate } from './rebalance.ts';
import { amounts, heap, onDataNodes } from './sizes.ts';

/** A broker that is told to stop hands its leaderships over first. */
const TERMINATION_GRACE_SECONDS = 120;

interface Pool {
  readonly role: 'controller' | 'broker';
  readonly replicas: number;
  readonly cpuMillis: number;
  readonly memoryMiB: number;
  readonly storageGiB: number;
  readonly storageClass: StorageClassName;
}

/** What is refused is written down: it is how an intruder, or a right that is missing, shows first. */
const LOGGERS = {
  'rootLogger.level': 'INFO',
  'logger.authorizer.name': 'kafka.authorizer.logger',
  'logger.authorizer.level': 'INFO',
} as const;

const operator = (size: { readonly cpuMillis: number; readonly memoryMiB: number }): OperatorContainer => ({
  resources: amounts(size),
  jvmOptions: heap(size.memoryMiB),
});

/** Kafka in KRaft mode: a pool of controllers, a pool of brokers, and the operators of its topics and users. */
export class KafkaCluster extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'kafka',
      summary: 'The Kafka cluster.',
      owner: 'platform',
      namespace: 'kafka',
      stage: 'data',
    });
    const { kafka } = platform.environment;
    this.#addCluster();
    new ExporterRules(this, 'kafka', 'brokers');
    if (isRebalanced(platform.environment)) {
      new ExporterRules(this, 'kafka', 'cruise-control');
      new RebalanceTemplate(this);
    }
    this.#addPool('controllers', {
      role: 'controller',
      replicas: kafka.controllers,
      cpuMillis: KAFKA_RESOURCES.controller.cpuMillis,
      memoryMiB: KAFKA_RESOURCES.controller.memoryMiB,
      storageGiB: KAFKA_CONTROLLER_STORAGE_GIB,
      storageClass: 'standard',
    });
    this.#addPool('brokers', {
      role: 'broker',
      replicas: kafka.brokers,
      cpuMillis: KAFKA_RESOURCES.broker.cpuMillis,
      memoryMiB: kafka.brokerMemoryMiB,
      storageGiB: kafka.storageGiB,
      storageClass: 'fast-ssd',
    });
  }

  #addCluster(): void {
    const { environment } = this.platform;
    new Kafka(this, 'Kafka', {
      metadata: { ...this.named(names.kafkaCluster), annotations: keptWith(environment) },
      spec: {
        kafka: {
          version: KAFKA_VERSION.kafka,
          metadataVersion: KAFKA_VERSION.metadata,
          listeners: [
            {
              name: 'scram',
              port: enginePorts.kafka,
              type: 'internal',
              tls: true,
              authentication: { type: 'scram-sha-512' },
            },
          ],
          authorization: { type: 'simple' },
          rack: { type: 'topology-label', topologyKey: ZONE },
          config: this.#config(),
          template: { podDisruptionBudget: { maxUnavailable: 1 } },
          metricsConfig: metricsConfig('brokers'),
          logging: { type: 'inline', loggers: LOGGERS },
        },
        entityOperator: {
          topicOperator: operator(KAFKA_RESOURCES.topicOperator),
          userOperator: operator(KAFKA_RESOURCES.userOperator),
          template: { pod: onDataNodes },
        },
        kafkaExporter: {
          topicRegex: '.*',
          groupRegex: '.*',
          resources: amounts(KAFKA_RESOURCES.exporter),
          template: { pod: onDataNodes },
        },
        ...(isRebalanced(environment) ? { cruiseControl: cruiseControl() } : {}),
      },
    });
  }

  #config(): Readonly<Record<string, string | number | boolean>> {
    const { environment } = this.platform;
    const { replicationFactor, minInSyncReplicas } = environment.kafka;
    return {
      'auto.create.topics.enable': false,
      'unclean.leader.election.enable': false,
      'message.max.bytes': TOPIC_DEFAULTS.maxMessageBytes,
      'default.replication.factor': replicationFactor,
      'min.insync.replicas': minInSyncReplicas,
      'offsets.topic.replication.factor': replicationFactor,
      'transaction.state.log.replication.factor': replicationFactor,
      'transaction.state.log.min.isr': minInSyncReplicas,
      ...(isRebalanced(environment) ? BALANCE_TOPIC_CONFIG(environment.kafka) : {}),
    };
  }

  #addPool(name: string, pool: Pool): void {
    const { environment } = this.platform;
    new KafkaNodePool(this, `KafkaNodePool-${name}`, {
      metadata: {
        ...this.named(name, { [CLUSTER_LABEL]: names.kafkaCluster }),
        annotations: keptWith(environment),
      },
      spec: {
        roles: [pool.role],
        replicas: pool.replicas,
        storage: {
          type: 'jbod',
          volumes: [
            {
              id: 0,
              type: 'persistent-claim',
              size: gibibytes(pool.storageGiB),
              class: pool.storageClass,
              deleteClaim: !environment.retainData,
              kraftMetadata: 'shared',
            },
          ],
        },
        resources: amounts(pool),
        jvmOptions: heap(pool.memoryMiB),
        template: { pod: this.#podTemplate(name) },
      },
    });
  }

  /** One zone never holds two of a pool while another has none, so that losing it loses one replica of each partition. */
  #podTemplate(pool: string): PodTemplate {
    return {
      affinity: onNodesOf('data'),
      tolerations: tolerating('data'),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: ZONE,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { [CLUSTER_LABEL]: names.kafkaCluster, 'strimzi.io/pool-name': pool } },
        },
      ],
      priorityClassName: priorityClass('data'),
      terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
      enableServiceLinks: false,
    };
  }
}
