import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { requestsOf } from '#catalog/footprints.ts';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { PROMETHEUS_CERTIFICATES } from '#catalog/mesh.ts';
import { type Monitor, monitorsIn, PROMETHEUS } from '#catalog/monitors.ts';
import { POOL_LABEL } from '#catalog/names.ts';
import { prometheus } from '#catalog/parts/prometheus.ts';
import { Component, type Platform } from '../lib/component.ts';
import { PodMonitor, Prometheus, type PrometheusSpec } from '../lib/monitoring.ts';
import { gibibytes, mebibytes, millis } from '../lib/quantities.ts';
import { priorityClass, type StorageClassName } from './classes.ts';

const [POD] = prometheus.pods;
const STORAGE: StorageClassName = 'standard';
/** What is kept is bounded by time; should series multiply, by this share of the disk. */
const DISK_SHARE = 0.8;

const watch = (group: string, ...resources: readonly string[]): k8s.PolicyRule => ({
  apiGroups: [group],
  resources: [...resources],
  verbs: ['get', 'list', 'watch'],
});

/** What service and pod monitors are resolved with, and the metrics of kubelets and the API server. */
const RULES: k8s.PolicyRule[] = [
  watch('', 'pods', 'services', 'endpoints'),
  watch('discovery.k8s.io', 'endpointslices'),
  { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
  { nonResourceUrLs: ['/metrics'], verbs: ['get'] },
];

/** The volume that its proxy writes its certificate to. */
const PROXY_CERTIFICATES = 'mesh-certificates';

/**
 * Services let in members of the mesh alone, so Prometheus has a proxy that does nothing but get it a certificate: no traffic
 * is led through it (Istio, «Prometheus», TLS settings).
 */
function meshCertificate(volume: string): Pick<PrometheusSpec, 'podMetadata' | 'volumes' | 'volumeMounts'> {
  const mount = { name: volume, mountPath: PROMETHEUS_CERTIFICATES };
  return {
    podMetadata: {
      labels: { 'sidecar.istio.io/inject': 'true' },
      annotations: {
        'traffic.sidecar.istio.io/includeInboundPorts': '',
        'traffic.sidecar.istio.io/includeOutboundIPRanges': '',
        'proxy.istio.io/config': `proxyMetadata:\n  OUTPUT_CERTS: ${PROMETHEUS_CERTIFICATES}\n`,
        'sidecar.istio.io/userVolumeMount': JSON.stringify([mount]),
      },
    },
    volumes: [{ name: volume, emptyDir: { medium: 'Memory' } }],
    volumeMounts: [{ ...mount, readOnly: true }],
  };
}

/** Prometheus, and a monitor for each kind of pods beside the services that serve metrics. */
export class Monitoring extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'monitoring',
      summary: 'Prometheus, and what it scrapes beside the services.',
      owner: 'platform',
      namespace: prometheus.namespace,
      stage: 'access',
    });
    this.#addAccount();
    new Prometheus(this, 'Prometheus', { metadata: this.named(PROMETHEUS.name), spec: this.#spec() });
    const monitors = Map.groupBy(monitorsIn(platform.catalog, platform.environment), ({ party }) => party);
    for (const [party, ports] of monitors) this.#addMonitor(party, ports);
  }

  #addAccount(): void {
    const name = POD.serviceAccount;
    new k8s.KubeServiceAccount(this, 'ServiceAccount', { metadata: this.named(name) });
    new k8s.KubeClusterRole(this, 'ClusterRole', { metadata: { name }, rules: RULES });
    new k8s.KubeClusterRoleBinding(this, 'ClusterRoleBinding', {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: prometheus.namespace }],
    });
  }

  #spec(): PrometheusSpec {
    const { environment } = this.platform;
    const { cpuMillis, memoryMiB } = requestsOf(POD, environment) ?? POD.requests;
    const gib = PROMETHEUS.storageGiB[environment.replicas];
    return {
      image: foreignImage('prometheus', foreignImages.prometheus.version),
      replicas: POD.replicas[environment.replicas],
      serviceAccountName: POD.serviceAccount,
      priorityClassName: priorityClass('platform'),
      nodeSelector: { [POOL_LABEL]: POD.pool },
      resources: {
        requests: { cpu: millis(cpuMillis), memory: mebibytes(memoryMiB) },
        limits: { memory: mebibytes(memoryMiB) },
      },
      ...meshCertificate(PROXY_CERTIFICATES),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65_534,
        fsGroup: 65_534,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      retention: `${PROMETHEUS.retentionDays}d`,
      retentionSize: `${Math.floor(gib * DISK_SHARE)}GiB`,
      scrapeInterval: `${PROMETHEUS.scrapeSeconds}s`,
      externalLabels: { environment: environment.name },
      serviceMonitorSelector: {},
      serviceMonitorNamespaceSelector: {},
      podMonitorSelector: {},
      podMonitorNamespaceSelector: {},
      ruleSelector: {},
      ruleNamespaceSelector: {},
      persistentVolumeClaimRetentionPolicy: { whenDeleted: environment.retainData ? 'Retain' : 'Delete' },
      storage: {
        volumeClaimTemplate: {
          spec: { storageClassName: STORAGE, resources: { requests: { storage: gibibytes(gib) } } },
        },
      },
    };
  }

  #addMonitor(party: string, ports: readonly Monitor[]): void {
    const [first] = ports;
    if (!first) return;
    new PodMonitor(this, `PodMonitor-${party}`, {
      metadata: this.named(party),
      spec: {
        selector: { matchLabels: first.labels },
        namespaceSelector: { matchNames: [first.namespace] },
        podMetricsEndpoints: ports.map(({ port, path }) => ({
          portNumber: port,
          path,
          interval: `${PROMETHEUS.scrapeSeconds}s`,
        })),
        sampleLimit: PROMETHEUS.sampleLimit,
      },
    });
  }
}
