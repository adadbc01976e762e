import { answersApi, reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Labels and ports: the chart's templates. The port is not the kubelets', which other parts may reach on every address of the nodes' subnets. */
export const certManager = {
  name: 'cert-manager',
  namespace: 'security',
  summary: 'Issues the certificates of webhooks and of what talks TLS inside the cluster.',
  source: { kind: 'chart', repository: 'https://charts.jetstack.io', name: 'cert-manager', version: 'v1.21.1' },
  licence: 'Apache-2.0',
  apiGroups: ['cert-manager.io', 'acme.cert-manager.io'],
  after: [],
  pods: [
    {
      party: 'cert-manager',
      labels: { 'app.kubernetes.io/name': 'cert-manager' },
      serviceAccount: 'cert-manager',
      requests: { cpuMillis: 10, memoryMiB: 96 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'http-metrics', number: 9402, metrics: '/metrics' }],
    },
    {
      party: 'cert-manager-webhook',
      labels: { 'app.kubernetes.io/name': 'webhook', 'app.kubernetes.io/instance': 'cert-manager' },
      serviceAccount: 'cert-manager-webhook',
      requests: { cpuMillis: 10, memoryMiB: 64 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 48 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'https', number: 10260 }],
    },
    {
      party: 'cert-manager-cainjector',
      labels: { 'app.kubernetes.io/name': 'cainjector' },
      serviceAccount: 'cert-manager-cainjector',
      requests: { cpuMillis: 10, memoryMiB: 128 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 96 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'http-metrics', number: 9402, metrics: '/metrics' }],
    },
  ],
  edges: [
    reconciles('cert-manager'),
    reconciles('cert-manager-webhook', 'keep its own certificate'),
    reconciles('cert-manager-cainjector', 'write authorities into webhooks'),
    answersApi('cert-manager-webhook', 10260, 'validate certificates and issuers'),
  ],
} as const satisfies Operator;
