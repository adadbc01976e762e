import type { Operator } from '../model/index.ts';
import { names } from '../names.ts';

/** Labels and ports: the chart's templates; the webhook's port is not the kubelets', as in cert-manager.ts. */
export const externalSecrets = {
  name: 'external-secrets',
  namespace: 'security',
  summary: 'Copies secrets from AWS Secrets Manager into the cluster.',
  source: {
    kind: 'chart',
    repository: 'https://charts.external-secrets.io',
    name: 'external-secrets',
    version: '2.9.0',
  },
  licence: 'Apache-2.0',
  apiGroups: ['external-secrets.io'],
  after: [],
  pods: [
    {
      party: 'external-secrets',
      labels: { 'app.kubernetes.io/name': 'external-secrets' },
      serviceAccount: names.externalSecretsServiceAccount,
      requests: { cpuMillis: 25, memoryMiB: 128 },
      requestsOfSingle: { cpuMillis: 10, memoryMiB: 96 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [{ name: 'metrics', number: 8080, metrics: '/metrics' }],
    },
    {
      party: 'external-secrets-webhook',
      labels: { 'app.kubernetes.io/name': 'external-secrets-webhook' },
      serviceAccount: 'external-secrets-webhook',
      requests: { cpuMillis: 10, memoryMiB: 64 },
      replicas: { full: 2, single: 1 },
      pool: 'system',
      ports: [
        { name: 'webhook', number: 10261 },
        { name: 'metrics', number: 8080, metrics: '/metrics' },
      ],
    },
    {
      party: 'external-secrets-certificates',
      labels: { 'app.kubernetes.io/name': 'external-secrets-cert-controller' },
      serviceAccount: 'external-secrets-cert-controller',
      requests: { cpuMillis: 10, memoryMiB: 96 },
      replicas: { full: 1, single: 1 },
      pool: 'system',
      ports: [{ name: 'metrics', number: 8080, metrics: '/metrics' }],
    },
  ],
  edges: [
    {
      from: 'external-secrets',
      to: 'kubernetes-api',
      port: 443,
      purpose: 'reconcile, read credentials of Kafka',
    },
    { from: 'external-secrets', to: 'aws-api', port: 443, purpose: 'read Secrets Manager' },
    { from: 'external-secrets', to: 'pod-identity-agent', port: 80, purpose: 'AWS credentials' },
    { from: 'external-secrets-webhook', to: 'kubernetes-api', port: 443, purpose: 'look up what is validated' },
    {
      from: 'external-secrets-certificates',
      to: 'kubernetes-api',
      port: 443,
      purpose: "keep the webhook's certificate",
    },
    { from: 'kubernetes-api', to: 'external-secrets-webhook', port: 10261, purpose: 'validate stores and secrets' },
  ],
} as const satisfies Operator;
