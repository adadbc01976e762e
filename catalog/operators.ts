import type { Operator } from './model/index.ts';

/** Versions: the releases whose schemas the verifier reads (../shared/schemas/INDEX.tsv), so output and schema agree. */
export const operators = [
  {
    name: 'strimzi',
    namespace: 'kafka',
    summary: 'Runs Kafka, its topics and its users.',
    chart: { repository: 'oci://quay.io/strimzi-helm', name: 'strimzi-kafka-operator', version: '1.2.0' },
    licence: 'Apache-2.0',
    apiGroups: ['kafka.strimzi.io'],
  },
  {
    name: 'external-secrets',
    namespace: 'security',
    summary: 'Copies secrets from AWS Secrets Manager into the cluster.',
    chart: { repository: 'https://charts.external-secrets.io', name: 'external-secrets', version: '2.9.0' },
    licence: 'Apache-2.0',
    apiGroups: ['external-secrets.io'],
  },
  {
    name: 'keda',
    namespace: 'observability',
    summary: 'Scales on Kafka lag.',
    chart: { repository: 'https://kedacore.github.io/charts', name: 'keda', version: '2.20.2' },
    licence: 'Apache-2.0',
    apiGroups: ['keda.sh'],
  },
  {
    name: 'prometheus-operator-crds',
    namespace: 'observability',
    summary: 'The kinds by which services say what is to be measured; release 0.93.0 of the Prometheus operator.',
    chart: {
      repository: 'https://prometheus-community.github.io/helm-charts',
      name: 'prometheus-operator-crds',
      version: '31.0.0',
    },
    licence: 'Apache-2.0',
    apiGroups: ['monitoring.coreos.com'],
  },
] as const satisfies readonly Operator[];
