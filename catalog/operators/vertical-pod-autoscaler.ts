import { reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** The recommender alone: nothing changes requests but a person who read its advice. Account: the chart names it so. */
export const verticalPodAutoscaler = {
  name: 'vertical-pod-autoscaler',
  namespace: 'system',
  summary: 'Recommends requests by what pods use.',
  source: {
    kind: 'git',
    repository: 'https://github.com/kubernetes/autoscaler',
    path: 'vertical-pod-autoscaler/charts/vertical-pod-autoscaler',
    tag: 'vertical-pod-autoscaler-chart-0.12.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['autoscaling.k8s.io'],
  after: ['metrics-server'],
  pods: [
    {
      party: 'vpa-recommender',
      labels: { 'app.kubernetes.io/component': 'recommender', 'app.kubernetes.io/name': 'vertical-pod-autoscaler' },
      serviceAccount: 'vertical-pod-autoscaler-recommender',
      requests: { cpuMillis: 10, memoryMiB: 192 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 96 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'prometheus', number: 8942, metrics: '/metrics' }],
    },
  ],
  edges: [reconciles('vpa-recommender', 'read usage, write recommendations')],
} as const satisfies Operator;
