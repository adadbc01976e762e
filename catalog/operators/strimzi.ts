import type { Operator } from '../model/index.ts';

/** Ports: «Network policies» of Strimzi's guide; 8080 serves health and metrics. */
export const strimzi = {
  name: 'strimzi',
  namespace: 'kafka',
  summary: 'Runs Kafka, its topics and its users.',
  source: {
    kind: 'chart',
    repository: 'oci://quay.io/strimzi-helm',
    name: 'strimzi-kafka-operator',
    version: '1.2.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['kafka.strimzi.io'],
  after: ['prometheus-operator-crds'],
  pods: [
    {
      party: 'strimzi-operator',
      labels: { 'strimzi.io/kind': 'cluster-operator' },
      serviceAccount: 'strimzi-cluster-operator',
      requests: { cpuMillis: 100, memoryMiB: 384 },
      requestsOfSingle: { cpuMillis: 50, memoryMiB: 384 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'http', number: 8080, metrics: '/metrics' }],
    },
  ],
  edges: [
    { from: 'strimzi-operator', to: 'kafka', port: 9091, purpose: 'roll brokers without losing in-sync replicas' },
    { from: 'strimzi-operator', to: 'kafka', port: 8443, purpose: 'state of a broker' },
    {
      from: 'strimzi-operator',
      to: 'kafka-controllers',
      port: 9090,
      purpose: 'roll controllers without losing the quorum',
    },
    { from: 'strimzi-operator', to: 'kafka-controllers', port: 8443, purpose: 'state of a controller' },
    { from: 'strimzi-operator', to: 'kubernetes-api', port: 443, purpose: 'reconcile' },
  ],
} as const satisfies Operator;
