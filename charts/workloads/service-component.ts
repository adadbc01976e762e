import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { METRICS_PATH } from '#catalog/dataflow.ts';
import { MANAGEMENT_PORT, type Service } from '#catalog/index.ts';
import { PROMETHEUS_CERTIFICATES } from '#catalog/mesh.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { strategyOf } from '#catalog/rollouts.ts';
import { Component, type Platform } from '../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../lib/external-secrets.ts';
import { ServiceMonitor } from '../lib/monitoring.ts';
import { AllowPolicy } from '../lib/network.ts';
import { bridgeStore } from '../lib/secret-bridge.ts';
import { AWS_STORE } from '../platform/secret-stores.ts';
import { addAutoscaler } from './autoscaler.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import { addGameBalancer } from './game-balancer.ts';
import { addMesh } from './mesh.ts';
import { addMigration } from './migration.ts';
import { kafkaSecret, labelsOf, selectorOf, servicePorts } from './pod.ts';
import { addRunner } from './runner.ts';

const SCRAPE = { interval: '30s', scrapeTimeout: '10s' } as const;

/** The name in a certificate of the mesh is an identity, which Prometheus does not know to compare; the proxy knows it. */
const AS_MEMBER = {
  caFile: `${PROMETHEUS_CERTIFICATES}/root-cert.pem`,
  certFile: `${PROMETHEUS_CERTIFICATES}/cert-chain.pem`,
  keyFile: `${PROMETHEUS_CERTIFICATES}/key.pem`,
  insecureSkipVerify: true,
} as const;

/** Far above what a service's metrics and their labels come to. */
const SAMPLE_LIMIT = 20_000;

/** Everything of one service of the catalog; all services look like this. */
export class ServiceComponent extends Component {
  readonly service: Service;
  readonly #configuration: Configuration;

  constructor(app: App, platform: Platform, service: Service) {
    super(app, platform, {
      name: service.name,
      summary: service.summary,
      owner: service.owner,
      namespace: SERVICES_NAMESPACE,
      stage: 'services',
      status: service.status,
    });
    this.service = service;
    this.#configuration = configurationOf(platform, service);
    this.#addAccount();
    this.#addConfiguration();
    this.#addSecrets();
    addMigration(this, service);
    addRunner(this, service, this.#configuration);
    this.#addServices();
    addAutoscaler(this, service);
    this.#addDisruptionBudget();
    addMesh(this, service);
    addGameBalancer(this, service);
    new AllowPolicy(this, platform, { kind: 'service', name: service.name });
    this.#addMonitor();
  }

  /** Credentials of AWS come through Pod Identity by this account's name; a token of the cluster comes to no one. */
  #addAccount(): void {
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: this.#metadata(names.serviceAccount(this.service.name)),
      automountServiceAccountToken: false,
    });
  }

  #addConfiguration(): void {
    new k8s.KubeConfigMap(this, 'ConfigMap', {
      metadata: this.#metadata(names.serviceConfiguration(this.service.name)),
      data: this.#configuration.plain,
    });
  }

  #addSecrets(): void {
    const { remote, templates, kafkaPassword } = this.#configuration;
    const { name } = this.service;
    if (remote.length > 0)
      this.#addSecret(names.serviceSecret(name), { store: AWS_STORE, values: remote, keys: templates });
    if (!kafkaPassword) return;
    const password = { key: names.kafkaUserSecret(name), property: 'password' };
    this.#addSecret(kafkaSecret(this.service), {
      store: bridgeStore('kafka'),
      values: [{ secretKey: 'password', remoteRef: password }],
      keys: { [kafkaPassword]: asIs('password') },
    });
  }

  #addSecret(name: string, content: Parameters<typeof externalSecretSpec>[1]): void {
    new ExternalSecret(this, `ExternalSecret-${name}`, {
      metadata: this.#metadata(name),
      spec: externalSecretSpec(name, content),
    });
  }

  /** Where revisions change places at once, Argo Rollouts leads this one to the old and the other to the new. */
  #addServices(): void {
    const { name } = this.service;
    this.#addService('Service', name);
    if (strategyOf(this.service) === 'blue-green') this.#addService('Service-preview', names.previewService(name));
  }

  #addService(id: string, name: string): void {
    new k8s.KubeService(this, id, {
      metadata: name === this.service.name ? this.#metadata(name) : this.named(name),
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(this.service),
        ports: servicePorts(Object.entries(this.service.ports)),
      },
    });
  }

  /** Where one replica is the rule, a budget would keep its node from ever being drained. */
  #addDisruptionBudget(): void {
    const { minAvailable } = this.service;
    if (this.platform.environment.replicas !== 'full' || minAvailable === 0) return;
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', {
      metadata: this.#metadata(this.service.name),
      spec: {
        minAvailable: k8s.IntOrString.fromNumber(minAvailable),
        selector: { matchLabels: selectorOf(this.service) },
        // A pod that is not ready protects nobody, so it may always be evicted.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }

  #addMonitor(): void {
    new ServiceMonitor(this, 'ServiceMonitor', {
      metadata: this.#metadata(this.service.name),
      spec: {
        selector: { matchLabels: selectorOf(this.service) },
        namespaceSelector: { matchNames: [SERVICES_NAMESPACE] },
        jobLabel: 'app.kubernetes.io/name',
        endpoints: [
          { port: MANAGEMENT_PORT, path: METRICS_PATH, scheme: 'https', tlsConfig: AS_MEMBER, ...SCRAPE },
          { targetPort: 'http-envoy-prom', path: '/stats/prometheus', ...SCRAPE },
        ],
        sampleLimit: SAMPLE_LIMIT,
      },
    });
  }

  #metadata(name: string) {
    return this.named(name, labelsOf(this.service));
  }
}
