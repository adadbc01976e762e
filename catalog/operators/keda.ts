import type { Operator } from '../model/index.ts';
import { enginePorts } from '../names.ts';

/** Labels and ports: the chart's templates; 9666 is the operator's metrics service over gRPC. */
export const keda = {
  name: 'keda',
  namespace: 'observability',
  summary: 'Scales on Kafka lag.',
  source: { kind: 'chart', repository: 'https://kedacore.github.io/charts', name: 'keda', version: '2.20.2' },
  licence: 'Apache-2.0',
  apiGroups: ['keda.sh'],
  after: [],
  pods: [
    {
      party: 'keda-operator',
      labels: { app: 'keda-operator' },
      serviceAccount: 'keda-operator',
      requests: { cpuMillis: 25, memoryMiB: 192 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [
        { name: 'metricsservice', number: 9666 },
        { name: 'metrics', number: 8080, metrics: '/metrics' },
      ],
    },
    {
      party: 'keda-metrics',
      labels: { app: 'keda-operator-metrics-apiserver' },
      serviceAccount: 'keda-metrics-server',
      requests: { cpuMillis: 25, memoryMiB: 128 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [
        { name: 'https', number: 6443 },
        { name: 'metrics', number: 8080, metrics: '/metrics' },
      ],
    },
    {
      party: 'keda-webhooks',
      labels: { app: 'keda-admission-webhooks' },
      serviceAccount: 'keda-webhook',
      requests: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [
        { name: 'https', number: 9443 },
        { name: 'metrics', number: 8080, metrics: '/metrics' },
      ],
    },
  ],
  edges: [
    { from: 'keda-operator', to: 'kafka', port: enginePorts.kafka, purpose: 'lag of consumer groups' },
    { from: 'keda-operator', to: 'kubernetes-api', port: 443, purpose: 'reconcile' },
    { from: 'keda-metrics', to: 'keda-operator', port: 9666, purpose: 'metrics to scale on' },
    { from: 'keda-metrics', to: 'kubernetes-api', port: 443, purpose: 'delegated authentication' },
    { from: 'keda-webhooks', to: 'kubernetes-api', port: 443, purpose: 'look up what is validated' },
    { from: 'kubernetes-api', to: 'keda-metrics', port: 6443, purpose: 'external metrics' },
    { from: 'kubernetes-api', to: 'keda-webhooks', port: 9443, purpose: 'validate ScaledObjects' },
  ],
} as const satisfies Operator;
