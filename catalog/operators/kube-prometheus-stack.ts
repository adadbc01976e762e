import { reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Chart 88.2.0 is release 0.93.0 of the operator. Prometheus itself and what it watches are objects of this tree. */
export const kubePrometheusStack = {
  name: 'kube-prometheus-stack',
  namespace: 'observability',
  summary: 'Runs Prometheus, and exports what nodes and objects of the cluster do.',
  source: {
    kind: 'chart',
    repository: 'https://prometheus-community.github.io/helm-charts',
    name: 'kube-prometheus-stack',
    version: '88.2.0',
  },
  licence: 'Apache-2.0',
  apiGroups: [],
  after: ['prometheus-operator-crds'],
  pods: [
    {
      party: 'prometheus-operator',
      labels: { app: 'kube-prometheus-stack-operator' },
      serviceAccount: 'prometheus-operator',
      requests: { cpuMillis: 10, memoryMiB: 96 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'http', number: 8080, metrics: '/metrics' }],
    },
    {
      party: 'kube-state-metrics',
      labels: { 'app.kubernetes.io/name': 'kube-state-metrics' },
      serviceAccount: 'kube-state-metrics',
      requests: { cpuMillis: 10, memoryMiB: 128 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'http', number: 8080, metrics: '/metrics' }],
    },
    {
      party: 'node-exporter',
      labels: { 'app.kubernetes.io/name': 'prometheus-node-exporter' },
      serviceAccount: 'node-exporter',
      requests: { cpuMillis: 10, memoryMiB: 32 },
      replicas: 'every node',
      pool: 'every',
      hostNetwork: true,
      ports: [{ name: 'http-metrics', number: 9100, metrics: '/metrics' }],
    },
  ],
  edges: [reconciles('prometheus-operator'), reconciles('kube-state-metrics', 'the state of objects')],
} as const satisfies Operator;
