import { answersApi, reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** Chart 0.29.0 is CloudNativePG 1.30.0. Port 8000 is the instance manager (its documentation, «Networking»). */
export const cloudNativePg = {
  name: 'cloudnative-pg',
  namespace: 'databases',
  summary: 'Runs TimescaleDB: its replicas, failover and poolers.',
  source: {
    kind: 'chart',
    repository: 'https://cloudnative-pg.github.io/charts',
    name: 'cloudnative-pg',
    version: '0.29.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['postgresql.cnpg.io'],
  after: [],
  pods: [
    {
      party: 'cloudnative-pg',
      labels: { 'app.kubernetes.io/name': 'cloudnative-pg' },
      serviceAccount: 'cloudnative-pg',
      requests: { cpuMillis: 25, memoryMiB: 192 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 128 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [
        { name: 'webhook-server', number: 9443 },
        { name: 'metrics', number: 8080, metrics: '/metrics' },
      ],
    },
  ],
  edges: [
    reconciles('cloudnative-pg'),
    answersApi('cloudnative-pg', 9443, 'validate and complete clusters'),
    { from: 'cloudnative-pg', to: 'timescaledb', port: 8000, purpose: 'state of an instance' },
  ],
} as const satisfies Operator;
