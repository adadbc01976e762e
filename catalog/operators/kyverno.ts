import { answersApi, reconciles, usesAws } from '../edges.ts';
import type { Operator } from '../model/index.ts';
import { systemAccounts } from '../names.ts';

/**
 * Chart 3.9.0 is Kyverno 1.19.0. Of its four controllers the one that admits: nothing here generates, mutates what exists
 * or cleans up, and violations are counted by its metrics.
 */
export const kyverno = {
  name: 'kyverno',
  namespace: 'security',
  summary: 'Admits what the policies allow.',
  source: { kind: 'chart', repository: 'https://kyverno.github.io/kyverno', name: 'kyverno', version: '3.9.0' },
  licence: 'Apache-2.0',
  apiGroups: ['policies.kyverno.io', 'kyverno.io'],
  after: [],
  pods: [
    {
      party: 'kyverno',
      labels: { 'app.kubernetes.io/component': 'admission-controller', 'app.kubernetes.io/instance': 'kyverno' },
      serviceAccount: systemAccounts.kyverno.serviceAccount,
      requests: { cpuMillis: 50, memoryMiB: 384 },
      requestsOfSingle: { cpuMillis: 25, memoryMiB: 256 },
      replicas: { full: 3, single: 1 },
      pool: 'system',
      ports: [
        { name: 'https', number: 9443 },
        { name: 'metrics-port', number: 8000, metrics: '/metrics' },
      ],
    },
  ],
  edges: [
    reconciles('kyverno'),
    answersApi('kyverno', 9443, 'validate by the policies'),
    ...usesAws('kyverno', 'signatures of images in the registry'),
    { from: 'kyverno', to: 'delivery-sources', port: 443, purpose: 'the transparency log of signatures' },
  ],
} as const satisfies Operator;
