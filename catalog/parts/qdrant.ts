import { JOB_LABEL } from '../databases.ts';
import type { Part } from '../model/index.ts';
import { enginePorts, names } from '../names.ts';
import { whereUsed } from './used.ts';

/** Ports: Qdrant's documentation, «Distributed deployment». */
export const qdrant = {
  name: 'qdrant',
  namespace: 'databases',
  summary: 'The vectors of players and items, and their snapshots in S3.',
  ...whereUsed('qdrant'),
  pods: [
    {
      party: 'qdrant',
      labels: { 'app.kubernetes.io/name': 'qdrant' },
      serviceAccount: 'qdrant',
      replicas: { full: 2, single: 1 },
      pool: 'data',
      ports: [
        { name: 'http', number: enginePorts.qdrant },
        { name: 'p2p', number: 6335 },
      ],
    },
    {
      party: 'qdrant-snapshots',
      labels: { [JOB_LABEL]: 'qdrant-snapshots' },
      serviceAccount: names.qdrantSnapshotsServiceAccount,
      requests: { cpuMillis: 20, memoryMiB: 64 },
      replicas: { full: 0, single: 0 },
      pool: 'application',
      ports: [],
    },
  ],
  edges: [
    { from: 'qdrant', to: 'qdrant', port: 6335, purpose: 'consensus and replicas of shards' },
    { from: 'qdrant-snapshots', to: 'qdrant', port: enginePorts.qdrant, purpose: 'make and fetch snapshots' },
    { from: 'qdrant-snapshots', to: 'aws-api', port: 443, purpose: 'keep snapshots in S3' },
    { from: 'qdrant-snapshots', to: 'pod-identity-agent', port: 80, purpose: 'AWS credentials' },
  ],
} as const satisfies Part;
