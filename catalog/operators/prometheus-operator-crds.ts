import type { Operator } from '../model/index.ts';

/** Apart from the operator itself, because other operators bring monitors of their own and come before it. */
export const prometheusOperatorCrds = {
  name: 'prometheus-operator-crds',
  namespace: 'observability',
  summary: 'The kinds by which services say what is to be measured; release 0.93.0 of the Prometheus operator.',
  source: {
    kind: 'chart',
    repository: 'https://prometheus-community.github.io/helm-charts',
    name: 'prometheus-operator-crds',
    version: '31.0.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['monitoring.coreos.com'],
  after: [],
  pods: [],
  edges: [],
} as const satisfies Operator;
