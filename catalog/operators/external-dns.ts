import { reconciles, usesAws } from '../edges.ts';
import type { Operator } from '../model/index.ts';
import { systemAccounts } from '../names.ts';

/** Chart 1.22.0 is ExternalDNS 0.22.0. */
export const externalDns = {
  name: 'external-dns',
  namespace: 'system',
  summary: 'Writes the names of the gateways into the zone.',
  source: {
    kind: 'chart',
    repository: 'https://kubernetes-sigs.github.io/external-dns',
    name: 'external-dns',
    version: '1.22.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['externaldns.k8s.io'],
  after: [],
  pods: [
    {
      party: 'external-dns',
      labels: { 'app.kubernetes.io/name': 'external-dns' },
      serviceAccount: systemAccounts['external-dns'].serviceAccount,
      requests: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'http', number: 7979, metrics: '/metrics' }],
    },
  ],
  edges: [reconciles('external-dns', 'which names there are'), ...usesAws('external-dns', 'write the zone')],
} as const satisfies Operator;
