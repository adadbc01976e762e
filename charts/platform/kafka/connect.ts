import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { KAFKA_VERSION } from '#catalog/environments/index.ts';
import { replicasOf } from '#catalog/footprints.ts';
import { KAFKA_RESOURCES } from '#catalog/kafka.ts';
import { CONNECT_HEARTBEAT, CONNECT_TOPICS, connectClient } from '#catalog/kafka-clients.ts';
import { names } from '#catalog/names.ts';
import { type Outbox, outboxes } from '#catalog/outbox.ts';
import { kafkaConnect } from '#catalog/parts/kafka-connect.ts';
import { statusOfPart } from '#catalog/planned.ts';
import { TOPIC_DEFAULTS } from '#catalog/topics.ts';
import { AUTHORITIES, rdsRoots } from '../../lib/authorities.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../../lib/external-secrets.ts';
import { imageOfPart } from '../../lib/images.ts';
import { ZONE } from '../../lib/scheduling.ts';
import { CLUSTER_LABEL, KafkaConnect, KafkaConnector } from '../../lib/strimzi.ts';
import { priorityClass } from '../classes.ts';
import { AWS_STORE } from '../secret-stores.ts';
import { addKafkaClient, clientAccess } from './client.ts';
import { ExporterRules, metricsConfig } from './metrics.ts';
import { amounts, heap, onDataNodes } from './sizes.ts';

/** Strimzi mounts what a user adds below this folder and nowhere else (KafkaConnect, `template.connectContainer`). */
const MOUNTS = '/mnt';
const TRUST = `${MOUNTS}/trust`;
const secretOf = ({ relay }: Outbox): string => relay;
const folderOf = (outbox: Outbox): string => `${MOUNTS}/${secretOf(outbox)}`;

const HEARTBEAT_MILLIS = 60_000;
const STRING = 'org.apache.kafka.connect.storage.StringConverter';

/** Workers of Connect with Debezium, and a connector for each outbox. */
export class Connect extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: kafkaConnect.name,
      summary: kafkaConnect.summary,
      owner: 'platform',
      namespace: kafkaConnect.namespace,
      stage: 'messaging',
      status: statusOfPart(platform.catalog, 'kafka-connect'),
    });
    addKafkaClient(this, connectClient);
    new ExporterRules(this, this.props.namespace, 'connect');
    const { name, key } = AUTHORITIES.rds;
    new k8s.KubeConfigMap(this, `ConfigMap-${name}`, {
      metadata: this.named(name),
      data: { [key]: rdsRoots(platform.environment) },
    });
    this.#addWorkers();
    for (const outbox of outboxes) {
      this.#addSecret(outbox);
      this.#addConnector(outbox);
    }
  }

  #addWorkers(): void {
    const { environment, images } = this.platform;
    const [workers] = kafkaConnect.pods;
    new KafkaConnect(this, 'KafkaConnect', {
      metadata: { ...this.named(names.connectCluster), annotations: { 'strimzi.io/use-connector-resources': 'true' } },
      spec: {
        version: KAFKA_VERSION.kafka,
        replicas: Number(replicasOf(workers, environment)),
        image: imageOfPart('kafka-connect', images),
        ...clientAccess(connectClient),
        groupId: names.connectCluster,
        configStorageTopic: CONNECT_TOPICS.configs.name,
        offsetStorageTopic: CONNECT_TOPICS.offsets.name,
        statusStorageTopic: CONNECT_TOPICS.status.name,
        config: this.#workerConfig(),
        rack: { type: 'topology-label', topologyKey: ZONE },
        resources: amounts(KAFKA_RESOURCES.connect),
        jvmOptions: heap(KAFKA_RESOURCES.connect.memoryMiB),
        metricsConfig: metricsConfig('connect'),
        logging: { type: 'inline', loggers: { 'rootLogger.level': 'INFO' } },
        template: {
          pod: { ...onDataNodes, priorityClassName: priorityClass('critical'), volumes: this.#volumes() },
          connectContainer: {
            volumeMounts: [
              { name: 'trust', mountPath: TRUST },
              ...outboxes.map((outbox) => ({ name: secretOf(outbox), mountPath: folderOf(outbox) })),
            ],
          },
          podDisruptionBudget: { maxUnavailable: 1 },
        },
      },
    });
  }

  /** Passwords stand in files, not in objects: connectors name the file. No topic comes into being by a mistyped name. */
  #workerConfig() {
    const { replicationFactor } = this.platform.environment.kafka;
    return {
      'config.providers': 'directory',
      'config.providers.directory.class': 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
      'config.providers.directory.param.allowed.paths': MOUNTS,
      'config.storage.replication.factor': replicationFactor,
      'offset.storage.replication.factor': replicationFactor,
      'status.storage.replication.factor': replicationFactor,
      'topic.creation.enable': false,
      'key.converter': STRING,
      'value.converter': STRING,
      'producer.acks': 'all',
      'producer.enable.idempotence': true,
      'producer.compression.type': TOPIC_DEFAULTS.compression,
      'producer.max.request.size': TOPIC_DEFAULTS.maxMessageBytes,
    };
  }

  #volumes(): readonly object[] {
    return [
      { name: 'trust', configMap: { name: AUTHORITIES.rds.name } },
      ...outboxes.map((outbox) => ({ name: secretOf(outbox), secret: { secretName: secretOf(outbox) } })),
    ];
  }

  /** Where the database is, and the relay's own password in it. */
  #addSecret(outbox: Outbox): void {
    const { environment } = this.platform;
    const endpoint = names.storeEndpoint(environment, 'rds-postgresql');
    const credential = names.storeSecret(environment, outbox.store, outbox.relay);
    const value = (key: string, property: string) => ({ secretKey: property, remoteRef: { key, property } });
    new ExternalSecret(this, `ExternalSecret-${outbox.relay}`, {
      metadata: this.named(secretOf(outbox)),
      spec: externalSecretSpec(secretOf(outbox), {
        store: AWS_STORE,
        values: [
          value(endpoint, 'host'),
          value(endpoint, 'port'),
          value(credential, 'username'),
          value(credential, 'password'),
        ],
        keys: Object.fromEntries(['host', 'port', 'username', 'password'].map((key) => [key, asIs(key)])),
      }),
    });
  }

  #addConnector(outbox: Outbox): void {
    new KafkaConnector(this, `KafkaConnector-${outbox.relay}`, {
      metadata: this.named(outbox.relay, { [CLUSTER_LABEL]: names.connectCluster }),
      spec: {
        class: 'io.debezium.connector.postgresql.PostgresConnector',
        tasksMax: 1,
        autoRestart: { enabled: true },
        config: { ...source(outbox), ...router(outbox) },
      },
    });
  }
}

/** Reading the log of the database (Debezium 3.6, «PostgreSQL connector»). The service's migrations own the publication. */
const source = (outbox: Outbox) => {
  const secret = (key: string): string => `\${directory:${folderOf(outbox)}:${key}}`;
  return {
    'database.hostname': secret('host'),
    'database.port': secret('port'),
    'database.user': secret('username'),
    'database.password': secret('password'),
    'database.dbname': names.database(outbox.store),
    'database.sslmode': 'verify-full',
    'database.sslrootcert': `${TRUST}/${AUTHORITIES.rds.key}`,
    'plugin.name': 'pgoutput',
    'slot.name': outbox.slot,
    'publication.name': outbox.publication,
    'publication.autocreate.mode': 'disabled',
    'table.include.list': outbox.table,
    'topic.prefix': outbox.slot,
    // What was written before the slot was there is relayed as well.
    'snapshot.mode': 'initial',
    'tombstones.on.delete': false,
    'heartbeat.interval.ms': HEARTBEAT_MILLIS,
    'topic.heartbeat.prefix': CONNECT_HEARTBEAT.prefix,
    'errors.tolerance': 'none',
  };
};

/** One row, one record: topic, key and value as the service wrote them (Debezium 3.6, «Outbox Event Router»). */
const router = ({ columns }: Outbox) => {
  const [id, topic, key, payload, ...headers] = columns.map(({ name }) => name);
  const option = 'transforms.outbox';
  return {
    transforms: 'outbox',
    [`${option}.type`]: 'io.debezium.transforms.outbox.EventRouter',
    [`${option}.table.field.event.id`]: id ?? '',
    [`${option}.table.field.event.key`]: key ?? '',
    [`${option}.table.field.event.payload`]: payload ?? '',
    [`${option}.route.by.field`]: topic ?? '',
    [`${option}.route.topic.replacement`]: `\${routedByValue}`,
    [`${option}.table.fields.additional.placement`]: headers.map((header) => `${header}:header`).join(','),
    // A record without a payload is a mistake of the service, not a deletion of its key.
    [`${option}.route.tombstone.on.empty.payload`]: false,
  };
};
