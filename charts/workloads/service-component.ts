import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { MANAGEMENT_PORT, type Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { Component, type Platform } from '../lib/component.ts';
import { Deployment } from '../lib/deployment.ts';
import { asIs, ExternalSecret, externalSecretSpec } from '../lib/external-secrets.ts';
import { ServiceMonitor } from '../lib/monitoring.ts';
import { AllowPolicy } from '../lib/network.ts';
import { scalingIn } from '../lib/scaling.ts';
import { bridgeStore } from '../lib/secret-bridge.ts';
import { AWS_STORE } from '../platform/secret-stores.ts';
import { addAutoscaler } from './autoscaler.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import { kafkaSecret, labelsOf, podTemplateOf, selectorOf } from './pod.ts';

/** Revisions that a rollback can go to. */
const REVISION_HISTORY = 5;
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
    this.#addDeployment();
    this.#addService();
    addAutoscaler(this, service);
    this.#addDisruptionBudget();
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

  #addDeployment(): void {
    const { platform, service } = this;
    const scaling = scalingIn(platform.environment, service.scaling);
    new Deployment(this, 'Deployment', {
      metadata: this.#metadata(service.name),
      spec: {
        // An autoscaler owns the number; stating it here too would undo its work at every sync.
        ...(scaling.kind === 'fixed' ? { replicas: scaling.replicas } : {}),
        revisionHistoryLimit: REVISION_HISTORY,
        selector: { matchLabels: selectorOf(service) },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
        template: podTemplateOf(platform, service, this.#configuration),
      },
    });
  }

  #addService(): void {
    new k8s.KubeService(this, 'Service', {
      metadata: this.#metadata(this.service.name),
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(this.service),
        ports: Object.entries(this.service.ports).map(([name, { number, protocol }]) => ({
          name,
          port: number,
          targetPort: k8s.IntOrString.fromString(name),
          protocol: protocol === 'udp' ? 'UDP' : 'TCP',
          ...(protocol === 'udp' ? {} : { appProtocol: protocol }),
        })),
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
        endpoints: [{ port: MANAGEMENT_PORT, path: '/metrics', interval: '30s', scrapeTimeout: '10s' }],
        sampleLimit: SAMPLE_LIMIT,
      },
    });
  }

  #metadata(name: string) {
    return this.named(name, labelsOf(this.service));
  }
}
