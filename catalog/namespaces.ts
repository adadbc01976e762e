import type { Namespace } from './model/index.ts';

const SMALL = { cpuMillis: 2_000, memoryMiB: 4_096, pods: 30 } as const;

export const namespaces = [
  {
    name: 'gamemetrics',
    summary: 'The ten services.',
    owner: 'pipeline',
    podSecurity: 'restricted',
    istioInjection: true,
    quota: { cpuMillis: 60_000, memoryMiB: 98_304, pods: 120 },
  },
  {
    name: 'kafka',
    summary: 'Kafka and its operators.',
    owner: 'platform',
    podSecurity: 'restricted',
    istioInjection: false,
    quota: { cpuMillis: 16_000, memoryMiB: 49_152, pods: 40 },
  },
  {
    name: 'databases',
    summary: 'TimescaleDB, Qdrant, PgBouncer and NATS.',
    owner: 'platform',
    podSecurity: 'restricted',
    istioInjection: false,
    quota: { cpuMillis: 16_000, memoryMiB: 49_152, pods: 40 },
  },
  {
    name: 'observability',
    summary: 'Prometheus, Thanos, Alertmanager, Grafana, Loki, Tempo, the OpenTelemetry collector.',
    owner: 'platform',
    podSecurity: 'privileged',
    reason: 'node-exporter and the log collector read host paths',
    istioInjection: 'who asks',
    quota: { cpuMillis: 12_000, memoryMiB: 24_576, pods: 60 },
  },
  {
    name: 'mesh',
    summary: 'istiod and istio-cni.',
    owner: 'platform',
    podSecurity: 'privileged',
    reason: 'istio-cni installs a plugin on the host',
    istioInjection: false,
    quota: { cpuMillis: 8_000, memoryMiB: 12_288, pods: 40 },
  },
  {
    name: 'gateways',
    summary: 'The public way in and the one way out: proxies that strangers talk to, apart from what may touch nodes.',
    owner: 'platform',
    podSecurity: 'restricted',
    istioInjection: true,
    quota: SMALL,
  },
  {
    name: 'argocd',
    summary: 'Argo CD and Argo Rollouts.',
    owner: 'platform',
    podSecurity: 'restricted',
    istioInjection: false,
    quota: { cpuMillis: 4_000, memoryMiB: 8_192, pods: 30 },
  },
  {
    name: 'velero',
    summary: 'Backup of the cluster.',
    owner: 'platform',
    podSecurity: 'privileged',
    reason: "the node agent reads the pods' volumes on the host",
    istioInjection: false,
    quota: SMALL,
  },
  {
    name: 'chaos',
    summary: 'Chaos Mesh and its experiments.',
    owner: 'platform',
    podSecurity: 'privileged',
    reason: 'the chaos daemon enters the namespaces of its targets',
    istioInjection: false,
    quota: SMALL,
  },
  {
    name: 'system',
    summary: 'What sizes, connects and measures the cluster: autoscalers, load balancers, names, snapshots.',
    owner: 'platform',
    podSecurity: 'restricted',
    istioInjection: false,
    quota: { cpuMillis: 2_000, memoryMiB: 4_096, pods: 30 },
  },
  {
    name: 'security',
    summary: 'Kyverno, External Secrets, cert-manager.',
    owner: 'platform',
    podSecurity: 'restricted',
    istioInjection: false,
    quota: { cpuMillis: 4_000, memoryMiB: 8_192, pods: 30 },
  },
] as const satisfies readonly Namespace[];

export type NamespaceName = (typeof namespaces)[number]['name'];

/** Where the ten services run. */
export const SERVICES_NAMESPACE = 'gamemetrics' satisfies NamespaceName;

/** Where the databases run that are not AWS's. */
export const DATABASES_NAMESPACE = 'databases' satisfies NamespaceName;
