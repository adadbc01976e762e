import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { SCHEMA_GROUP_PREFIX, SCHEMA_TOPICS, schemaRegistryClient } from '#catalog/kafka-clients.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { schemaRegistry } from '#catalog/parts/schema-registry.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { Deployment } from '../../lib/deployment.ts';
import { Given } from '../operators/given.ts';
import { addKafkaClient } from './client.ts';
import { HttpService, HTTP_PORT as PORT } from './http-service.ts';
import { type PodOf, templateOf, temporaryMount } from './pod.ts';
import { SchemaPublication } from './schema-publication.ts';

const NAME = schemaRegistry.name;
const FOLDERS = { settings: '/etc/registry/settings', trust: '/etc/registry/trust' } as const;
const SETTINGS_FILE = 'registry.properties';
/** What the settings read from the environment: Strimzi writes it ready for the client, password and all. */
const JAAS = 'KAFKA_JAAS_CONFIG';
/** Of the memory: the rest is for threads, code and buffers. */
const HEAP_PERCENT = 50;

/** Settings of Apicurio Registry 3 («Configuration reference»); `apicurio.kafka.common` goes to every Kafka client in it. */
const settings = (): string =>
  Object.entries({
    'quarkus.http.port': enginePorts.schemaRegistry,
    'apicurio.storage.kind': 'kafkasql',
    'apicurio.kafkasql.bootstrap.servers': names.kafkaBootstrap,
    'apicurio.kafkasql.topic.auto-create': false,
    'apicurio.kafkasql.topic': SCHEMA_TOPICS.journal.name,
    'apicurio.kafkasql.snapshots.topic': SCHEMA_TOPICS.snapshots.name,
    'apicurio.events.kafka.topic': SCHEMA_TOPICS.events.name,
    'apicurio.kafkasql.consumer.group-prefix': SCHEMA_GROUP_PREFIX,
    // A snapshot is a file of the replica that made it, which is gone with the replica; the journal is short.
    'apicurio.kafkasql.snapshot.every.seconds': 'off',
    'apicurio.storage.snapshot.location': '/tmp/',
    'apicurio.kafka.common.security.protocol': 'SASL_SSL',
    'apicurio.kafka.common.sasl.mechanism': 'SCRAM-SHA-512',
    'apicurio.kafka.common.sasl.jaas.config': `\${${JAAS}}`,
    'apicurio.kafka.common.ssl.truststore.type': 'PEM',
    'apicurio.kafka.common.ssl.truststore.location': `${FOLDERS.trust}/ca.crt`,
    // Its own default is not to look at the name in the certificate.
    'apicurio.kafka.common.ssl.endpoint.identification.algorithm': 'https',
    // What is published stays: nobody removes a schema that somebody may read by.
    'apicurio.rest.deletion.group.enabled': false,
    'apicurio.rest.deletion.artifact.enabled': false,
    'apicurio.rest.deletion.artifact-version.enabled': false,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .sort()
    .join('');

/** A registry that keeps schemas in topics of Kafka, and the job that publishes ours. */
export class SchemaRegistry extends Component {
  readonly #given: Given;
  readonly #selector: Record<string, string> = { ...schemaRegistry.pods[0].labels };

  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: NAME,
      summary: schemaRegistry.summary,
      owner: 'platform',
      namespace: schemaRegistry.namespace,
      stage: 'messaging',
    });
    this.#given = new Given(platform, schemaRegistry);
    addKafkaClient(this, schemaRegistryClient);
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: this.named(this.#given.account(NAME)),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'ConfigMap', { metadata: this.named(NAME), data: { [SETTINGS_FILE]: settings() } });
    this.#addDeployment();
    new HttpService(this, { ...this.named(NAME), selector: this.#selector, port: enginePorts.schemaRegistry });
    if (this.#given.replicas(NAME) > 1) this.#addDisruptionBudget();
    new SchemaPublication(this, this.#given);
  }

  #addDeployment(): void {
    new Deployment(this, 'Deployment', {
      metadata: this.named(NAME),
      spec: {
        replicas: this.#given.replicas(NAME),
        revisionHistoryLimit: 5,
        selector: { matchLabels: this.#selector },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: templateOf(this, this.#pod(), this.#container()),
      },
    });
  }

  #pod(): PodOf {
    return {
      account: this.#given.account(NAME),
      user: foreignImages['schema-registry'].user,
      selector: this.#selector,
      volumes: [
        { name: 'settings', configMap: { name: NAME } },
        { name: 'trust', secret: { secretName: names.kafkaCaSecret, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      ],
    };
  }

  #container(): object {
    const probe = (path: string, periodSeconds: number, failureThreshold: number) => ({
      httpGet: { path, port: PORT },
      timeoutSeconds: 2,
      periodSeconds,
      failureThreshold,
    });
    const mount = (name: keyof typeof FOLDERS) => ({ name, mountPath: FOLDERS[name], readOnly: true });
    return {
      name: NAME,
      image: foreignImage('schema-registry'),
      ports: [{ name: PORT, containerPort: enginePorts.schemaRegistry, protocol: 'TCP' }],
      env: [
        { name: 'SMALLRYE_CONFIG_LOCATIONS', value: `${FOLDERS.settings}/${SETTINGS_FILE}` },
        { name: 'JAVA_OPTS_APPEND', value: `-XX:MaxRAMPercentage=${HEAP_PERCENT}` },
        {
          name: JAAS,
          valueFrom: {
            secretKeyRef: { name: names.kafkaUserSecret(schemaRegistryClient.user), key: 'sasl.jaas.config' },
          },
        },
      ],
      startupProbe: probe('/health/live', 5, 36),
      readinessProbe: probe('/health/ready', 5, 3),
      livenessProbe: probe('/health/live', 10, 6),
      resources: this.#given.size(NAME),
      volumeMounts: [temporaryMount, mount('settings'), mount('trust')],
    };
  }

  #addDisruptionBudget(): void {
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', {
      metadata: this.named(NAME),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.#selector },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
