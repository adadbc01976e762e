import { reconciles, usesAws } from '../edges.ts';
import type { Operator } from '../model/index.ts';
import { systemAccounts } from '../names.ts';

/** Chart 12.1.0 is Velero 1.18.1. Where it stores backups and when it makes them are objects of this tree. */
export const velero = {
  name: 'velero',
  namespace: 'velero',
  summary: 'Backs up the objects of the cluster and the volumes beside them.',
  source: {
    kind: 'chart',
    repository: 'https://vmware-tanzu.github.io/helm-charts',
    name: 'velero',
    version: '12.1.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['velero.io'],
  after: ['snapshot-controller'],
  pods: [
    {
      party: 'velero',
      labels: { 'app.kubernetes.io/name': 'velero' },
      serviceAccount: systemAccounts.velero.serviceAccount,
      requests: { cpuMillis: 25, memoryMiB: 256 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 128 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'http-monitoring', number: 8085, metrics: '/metrics' }],
    },
  ],
  edges: [reconciles('velero', 'read and restore objects'), ...usesAws('velero', 'keep backups in S3')],
} as const satisfies Operator;
