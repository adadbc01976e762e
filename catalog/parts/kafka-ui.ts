import type { Part } from '../model/index.ts';
import { enginePorts } from '../names.ts';

export const kafkaUi = {
  name: 'kafka-ui',
  namespace: 'kafka',
  summary: 'Topics, groups and schemas as a page for operators, who sign in to it; it changes nothing.',
  pods: [
    {
      party: 'kafka-ui',
      labels: { 'app.kubernetes.io/name': 'kafka-ui' },
      serviceAccount: 'kafka-ui',
      requests: { cpuMillis: 50, memoryMiB: 384 },
      replicas: { full: 1, single: 1 },
      pool: 'data',
      ports: [{ name: 'http', number: 8080 }],
    },
  ],
  edges: [
    { from: 'kafka-ui', to: 'kafka', port: enginePorts.kafka, purpose: 'topics and groups' },
    { from: 'kafka-ui', to: 'schema-registry', port: enginePorts.schemaRegistry, purpose: 'schemas' },
    { from: 'kafka-ui', to: 'token-issuer', port: enginePorts.https, purpose: 'sign people in' },
    { from: 'ingress-gateway', to: 'kafka-ui', port: 8080, purpose: 'operators' },
  ],
} as const satisfies Part;
