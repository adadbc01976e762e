import { type App, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { kafkaUiClient } from '#catalog/kafka-clients.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { kafkaUi } from '#catalog/parts/kafka-ui.ts';
import { statusOfPart } from '#catalog/planned.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { Deployment } from '../../lib/deployment.ts';
import { Given } from '../operators/given.ts';
import { addKafkaClient } from './client.ts';
import { HTTP_PORT, HttpService } from './http-service.ts';
import { type PodOf, templateOf, temporaryMount } from './pod.ts';

const NAME = kafkaUi.name;
const [{ ports }] = kafkaUi.pods;
const [{ number: PORT }] = ports;
const FOLDERS = { settings: '/etc/kafka-ui/settings', trust: '/etc/kafka-ui/trust' } as const;
const SETTINGS_FILE = 'application.yml';
const JAAS = 'KAFKA_JAAS_CONFIG';
/** Of the memory: the rest is for threads, code and buffers. */
const HEAP_PERCENT = 50;

/** The roles of tokens that get in (services.md, user-service), and what they may see. */
const ROLES = ['operator', 'admin'] as const;
const VIEW = ['clusterconfig', 'topic', 'consumer', 'schema', 'acl'] as const;
/** Kinds whose names are chosen; of the others there is one a cluster. */
const NAMED: ReadonlySet<string> = new Set(['topic', 'consumer', 'schema']);

/** Topics, groups and schemas for operators, behind the sign-in of the platform. */
export class KafkaUi extends Component {
  readonly #given: Given;
  readonly #selector: Record<string, string> = { ...kafkaUi.pods[0].labels };

  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: NAME,
      summary: kafkaUi.summary,
      owner: 'platform',
      namespace: kafkaUi.namespace,
      stage: 'messaging',
      status: statusOfPart(platform.catalog, 'kafka-ui'),
    });
    this.#given = new Given(platform, kafkaUi);
    addKafkaClient(this, kafkaUiClient);
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: this.named(this.#given.account(NAME)),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'ConfigMap', {
      metadata: this.named(NAME),
      data: { [SETTINGS_FILE]: Yaml.stringify(this.#settings()) },
    });
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
    new HttpService(this, { ...this.named(NAME), selector: this.#selector, port: PORT });
  }

  #settings() {
    return {
      server: { port: PORT },
      kafka: { clusters: [this.#cluster()] },
      auth: { type: 'OAUTH2', oauth2: { client: { [NAME]: this.#signIn() } } },
      rbac: { roles: [operators()] },
      // Settings are changed here, not on the page.
      dynamic: { config: { enabled: false } },
    };
  }

  #cluster() {
    return {
      name: names.kafkaCluster,
      bootstrapServers: names.kafkaBootstrap,
      readOnly: true,
      // Apicurio speaks the API of Confluent's registry beside its own.
      schemaRegistry: `http://${names.schemaRegistryHost}:${enginePorts.schemaRegistry}/apis/ccompat/v7`,
      properties: {
        'security.protocol': 'SASL_SSL',
        'sasl.mechanism': 'SCRAM-SHA-512',
        'sasl.jaas.config': `\${${JAAS}}`,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': `${FOLDERS.trust}/ca.crt`,
        'ssl.endpoint.identification.algorithm': 'https',
      },
    };
  }

  /** A client without a secret, so it proves itself by PKCE; whose tokens it takes, the discovery document says. */
  #signIn() {
    const { environment } = this.platform;
    return {
      provider: NAME,
      clientId: NAME,
      'client-name': 'Kafka',
      scope: ['openid'],
      'authorization-grant-type': 'authorization_code',
      'redirect-uri': `https://${names.publicHost(environment, 'kafka')}/login/oauth2/code/${NAME}`,
      'issuer-uri': names.tokenIssuer(environment),
      'user-name-attribute': 'sub',
      'custom-params': { type: 'oauth', 'roles-field': 'roles' },
    };
  }

  #pod(): PodOf {
    return {
      account: this.#given.account(NAME),
      user: foreignImages['kafka-ui'].user,
      selector: this.#selector,
      volumes: [
        { name: 'settings', configMap: { name: NAME } },
        { name: 'trust', secret: { secretName: names.kafkaCaSecret, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      ],
    };
  }

  #container(): object {
    const probe = { httpGet: { path: '/actuator/health', port: HTTP_PORT }, timeoutSeconds: 2, periodSeconds: 10 };
    const mount = (name: keyof typeof FOLDERS) => ({ name, mountPath: FOLDERS[name], readOnly: true });
    return {
      name: NAME,
      image: foreignImage('kafka-ui'),
      ports: [{ name: HTTP_PORT, containerPort: PORT, protocol: 'TCP' }],
      env: [
        { name: 'SPRING_CONFIG_ADDITIONAL_LOCATION', value: `${FOLDERS.settings}/${SETTINGS_FILE}` },
        { name: 'JAVA_TOOL_OPTIONS', value: `-XX:MaxRAMPercentage=${HEAP_PERCENT}` },
        {
          name: JAAS,
          valueFrom: { secretKeyRef: { name: names.kafkaUserSecret(kafkaUiClient.user), key: 'sasl.jaas.config' } },
        },
      ],
      startupProbe: { ...probe, failureThreshold: 18 },
      readinessProbe: { ...probe, failureThreshold: 3 },
      livenessProbe: { ...probe, failureThreshold: 6 },
      resources: this.#given.size(NAME),
      volumeMounts: [temporaryMount, mount('settings'), mount('trust')],
    };
  }
}

/** Who has none of these roles signs in and sees nothing. */
const operators = () => ({
  name: 'operators',
  clusters: [names.kafkaCluster],
  subjects: ROLES.map((role) => ({ provider: 'oauth', type: 'role', value: role })),
  permissions: VIEW.map((resource) => ({
    resource,
    ...(NAMED.has(resource) ? { value: '.*' } : {}),
    actions: ['view'],
  })),
});
