import { createHash } from 'node:crypto';
import { type App, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { type ForeignImageName, foreignImage, foreignImages } from '#catalog/images.ts';
import type { Footprint } from '#catalog/index.ts';
import { PLATFORM } from '#catalog/names.ts';
import { otelCollector } from '#catalog/parts/otel-collector.ts';
import { tempo } from '#catalog/parts/tempo.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { Deployment } from '../../lib/deployment.ts';
import { quantity } from '../../lib/quantities.ts';
import { templateOf, temporaryMount } from '../kafka/pod.ts';
import { Given } from '../operators/given.ts';
import { collectorSettings } from './collector.ts';
import { TEMPO_FOLDER, tempoSettings } from './tempo.ts';

/** A process that reads one file of settings and keeps nothing that cannot be lost. */
interface Process {
  readonly footprint: Footprint;
  readonly image: ForeignImageName;
  readonly args: readonly string[];
  readonly settings: object;
  readonly probe: { readonly path: string; readonly port: string };
  readonly scratch?: string;
}

const FOLDER = '/etc/telemetry';
const FILE = 'settings.yaml';
const SETTINGS_PATH = `${FOLDER}/${FILE}`;
const CHECKSUM = `${PLATFORM}/configuration-checksum`;

/** The collector that scrubs traces, and Tempo that keeps them. */
export class Telemetry extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'telemetry',
      summary: 'Traces: scrubbed by a collector, kept by Tempo.',
      owner: 'platform',
      namespace: otelCollector.namespace,
      stage: 'access',
    });
    this.#add({
      footprint: tempo,
      image: 'tempo',
      args: [`-config.file=${SETTINGS_PATH}`],
      settings: tempoSettings(platform.environment),
      probe: { path: '/ready', port: 'http' },
      scratch: TEMPO_FOLDER,
    });
    this.#add({
      footprint: otelCollector,
      image: 'otel-collector',
      args: [`--config=${SETTINGS_PATH}`],
      settings: collectorSettings(platform.catalog),
      probe: { path: '/', port: 'health' },
    });
  }

  #add(process: Process): void {
    const { name } = process.footprint;
    const given = new Given(this.platform, process.footprint);
    const text = Yaml.stringify(process.settings);
    new k8s.KubeServiceAccount(this, `ServiceAccount-${name}`, {
      metadata: this.named(given.account(name)),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, `ConfigMap-${name}`, { metadata: this.named(name), data: { [FILE]: text } });
    this.#addDeployment(process, given, text);
    this.#addService(process);
    if (given.replicas(name) > 1) this.#addDisruptionBudget(process);
  }

  #addDeployment({ footprint, image, args, probe, scratch }: Process, given: Given, settings: string): void {
    const { name } = footprint;
    const selector = this.#selector(footprint);
    const volumes: k8s.Volume[] = [
      { name: 'settings', configMap: { name } },
      ...(scratch ? [{ name: 'scratch', emptyDir: { sizeLimit: quantity('2Gi') } }] : []),
    ];
    const pod = {
      account: given.account(name),
      user: foreignImages[image].user,
      pool: 'system',
      priority: 'standard',
      selector,
      volumes,
      // Changed settings restart the pods.
      annotations: { [CHECKSUM]: createHash('sha256').update(settings).digest('hex').slice(0, 16) },
    } as const;
    const container = {
      name,
      image: foreignImage(image),
      args,
      ports: (footprint.pods[0]?.ports ?? []).map((port) => ({
        name: port.name,
        containerPort: port.number,
        protocol: 'TCP',
      })),
      readinessProbe: { httpGet: probe, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
      livenessProbe: {
        httpGet: probe,
        initialDelaySeconds: 60,
        periodSeconds: 15,
        timeoutSeconds: 2,
        failureThreshold: 6,
      },
      resources: given.size(name),
      volumeMounts: [
        temporaryMount,
        { name: 'settings', mountPath: FOLDER, readOnly: true },
        ...(scratch ? [{ name: 'scratch', mountPath: scratch }] : []),
      ],
    };
    new Deployment(this, `Deployment-${name}`, {
      metadata: this.named(name),
      spec: {
        replicas: given.replicas(name),
        revisionHistoryLimit: 5,
        selector: { matchLabels: selector },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: templateOf(this, pod, container),
      },
    });
  }

  #addService({ footprint }: Process): void {
    new k8s.KubeService(this, `Service-${footprint.name}`, {
      metadata: this.named(footprint.name),
      spec: {
        type: 'ClusterIP',
        selector: this.#selector(footprint),
        ports: (footprint.pods[0]?.ports ?? []).map(({ name, number }) => ({
          name,
          port: number,
          targetPort: k8s.IntOrString.fromString(name),
          protocol: 'TCP',
          appProtocol: 'http',
        })),
      },
    });
  }

  #addDisruptionBudget({ footprint }: Process): void {
    new k8s.KubePodDisruptionBudget(this, `PodDisruptionBudget-${footprint.name}`, {
      metadata: this.named(footprint.name),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.#selector(footprint) },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }

  #selector({ pods }: Footprint): Record<string, string> {
    return { ...pods[0]?.labels };
  }
}
