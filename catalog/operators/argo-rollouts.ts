import { reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Chart 2.41.1 is Argo Rollouts 1.9.1. It shares the group argoproj.io with Argo CD. */
export const argoRollouts = {
  name: 'argo-rollouts',
  namespace: 'argocd',
  summary: 'Rolls services out step by step and judges each step by their own objectives.',
  source: {
    kind: 'chart',
    repository: 'https://argoproj.github.io/argo-helm',
    name: 'argo-rollouts',
    version: '2.41.1',
  },
  licence: 'Apache-2.0',
  apiGroups: ['argoproj.io'],
  after: ['istio-base'],
  pods: [
    {
      party: 'argo-rollouts',
      labels: { 'app.kubernetes.io/name': 'argo-rollouts' },
      serviceAccount: 'argo-rollouts',
      requests: { cpuMillis: 25, memoryMiB: 128 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'metrics', number: 8090, metrics: '/metrics' }],
    },
  ],
  edges: [
    reconciles('argo-rollouts'),
    { from: 'argo-rollouts', to: 'prometheus', port: 9090, purpose: 'judge a step by the objectives of its service' },
  ],
} as const satisfies Operator;
