import { answersApi, reconciles } from '../edges.ts';
import type { Operator } from '../model/index.ts';

const labels = (component: string) => ({
  'app.kubernetes.io/name': 'chaos-mesh',
  'app.kubernetes.io/component': component,
});

/** Staging alone: experiments are rehearsed where nobody plays, and production has the faults that AWS injects. */
export const chaosMesh = {
  name: 'chaos-mesh',
  namespace: 'chaos',
  summary: 'Injects the faults of the experiments.',
  environments: ['staging'],
  source: { kind: 'chart', repository: 'https://charts.chaos-mesh.org', name: 'chaos-mesh', version: '2.8.3' },
  licence: 'Apache-2.0',
  apiGroups: ['chaos-mesh.org'],
  after: ['cert-manager'],
  pods: [
    {
      party: 'chaos-controller',
      labels: labels('controller-manager'),
      serviceAccount: 'chaos-controller-manager',
      requests: { cpuMillis: 25, memoryMiB: 128 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [
        { name: 'webhook', number: 10263 },
        { name: 'http', number: 10080, metrics: '/metrics' },
      ],
    },
    {
      party: 'chaos-daemon',
      labels: labels('chaos-daemon'),
      serviceAccount: 'chaos-daemon',
      requests: { cpuMillis: 10, memoryMiB: 64 },
      replicas: 'every node',
      pool: 'every',
      ports: [
        { name: 'grpc', number: 31767 },
        { name: 'http', number: 31766, metrics: '/metrics' },
      ],
    },
    {
      party: 'chaos-dns',
      labels: labels('chaos-dns-server'),
      serviceAccount: 'chaos-dns-server',
      requests: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [
        { name: 'dns', number: 53, protocol: 'UDP' },
        { name: 'dns-tcp', number: 53 },
        { name: 'grpc', number: 9288 },
      ],
    },
  ],
  edges: [
    reconciles('chaos-controller'),
    reconciles('chaos-dns', 'which names there are'),
    answersApi('chaos-controller', 10263, 'validate and complete experiments'),
    { from: 'chaos-controller', to: 'chaos-daemon', port: 31767, purpose: 'inject a fault on a node' },
    { from: 'chaos-controller', to: 'chaos-dns', port: 9288, purpose: 'which names fail' },
    {
      from: 'analytics-api',
      to: 'chaos-dns',
      port: 53,
      protocol: 'UDP',
      purpose: 'names, while their failure is rehearsed',
    },
  ],
} as const satisfies Operator;
