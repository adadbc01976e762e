import type { Part } from '../model/index.ts';
import { enginePorts, PLATFORM } from '../names.ts';

export const schemaRegistry = {
  name: 'schema-registry',
  namespace: 'kafka',
  summary: 'Apicurio Registry with the schemas of our events, for the Kafka UI, Connect and readers outside.',
  pods: [
    {
      party: 'schema-registry',
      labels: { 'app.kubernetes.io/name': 'schema-registry' },
      serviceAccount: 'schema-registry',
      requests: { cpuMillis: 50, memoryMiB: 448 },
      replicas: { full: 2, single: 1 },
      pool: 'data',
      ports: [{ name: 'http', number: enginePorts.schemaRegistry, metrics: '/metrics' }],
    },
    {
      party: 'schema-publication',
      labels: { [`${PLATFORM}/job`]: 'schema-publication' },
      serviceAccount: 'schema-publication',
      requests: { cpuMillis: 50, memoryMiB: 128 },
      replicas: { full: 0, single: 0 },
      pool: 'data',
      ports: [],
      job: true,
    },
  ],
  edges: [
    { from: 'schema-registry', to: 'kafka', port: enginePorts.kafka, purpose: 'keep schemas in topics' },
    { from: 'schema-publication', to: 'schema-registry', port: enginePorts.schemaRegistry, purpose: 'publish schemas' },
  ],
} as const satisfies Part;
