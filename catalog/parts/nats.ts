import type { Part } from '../model/index.ts';
import { enginePorts } from '../names.ts';
import { whereUsed } from './used.ts';

/** Ports: NATS' documentation, «Clustering»; 8222 answers probes. */
export const nats = {
  name: 'nats',
  namespace: 'databases',
  summary: 'JetStream, by which the regions of the game world converge.',
  ...whereUsed('nats-jetstream'),
  pods: [
    {
      party: 'nats-jetstream',
      labels: { 'app.kubernetes.io/name': 'nats' },
      serviceAccount: 'nats',
      requests: { cpuMillis: 50, memoryMiB: 128 },
      replicas: { full: 3, single: 1 },
      pool: 'data',
      ports: [
        { name: 'client', number: enginePorts.nats },
        { name: 'cluster', number: 6222 },
        { name: 'monitor', number: 8222 },
      ],
    },
  ],
  edges: [{ from: 'nats-jetstream', to: 'nats-jetstream', port: 6222, purpose: 'the quorum of its streams' }],
} as const satisfies Part;
