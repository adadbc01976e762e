import { reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

/** The operator finds it by a service and speaks gRPC with a certificate of cert-manager. */
export const barmanCloud = {
  name: 'barman-cloud',
  namespace: 'databases',
  summary: 'Backs TimescaleDB up to S3: base backups and the write-ahead log.',
  source: {
    kind: 'chart',
    repository: 'https://cloudnative-pg.github.io/charts',
    name: 'plugin-barman-cloud',
    version: '0.7.1',
  },
  licence: 'Apache-2.0',
  apiGroups: ['barmancloud.cnpg.io'],
  after: ['cert-manager', 'cloudnative-pg'],
  pods: [
    {
      party: 'barman-cloud',
      labels: { 'app.kubernetes.io/name': 'plugin-barman-cloud' },
      serviceAccount: 'barman-cloud',
      requests: { cpuMillis: 10, memoryMiB: 96 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'grpc', number: 9090 }],
    },
  ],
  edges: [
    reconciles('barman-cloud'),
    { from: 'cloudnative-pg', to: 'barman-cloud', port: 9090, purpose: 'what a cluster needs for its backups' },
  ],
} as const satisfies Operator;
