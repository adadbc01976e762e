import { POOLING, TIMESCALE } from '../databases.ts';
import type { Part } from '../model/index.ts';
import { enginePorts, names } from '../names.ts';

const CLUSTER = { 'cnpg.io/cluster': names.timescaleCluster } as const;
const POSTGRESQL = { name: 'postgresql', number: enginePorts.postgresql } as const;

/** Pods that prepare a new instance; they carry what they do, and not the role of an instance. */
const bootstrap = (work: 'initdb' | 'join' | 'full-recovery') =>
  ({
    party: `timescaledb-${work}`,
    labels: { ...CLUSTER, 'cnpg.io/jobRole': work },
    serviceAccount: names.timescaleCluster,
    // They come and go, in the place of the instance that they prepare.
    replicas: { full: 0, single: 0 },
    pool: 'data',
    ports: [],
  }) as const;

/** Labels and ports: CloudNativePG's documentation, «Labels and annotations», «Networking», «Connection pooling». */
export const timescaledb = {
  name: 'timescaledb',
  namespace: 'databases',
  summary: 'The event store: PostgreSQL with TimescaleDB, its pooler, its backups.',
  pods: [
    {
      party: 'timescaledb',
      labels: { ...CLUSTER, 'cnpg.io/podRole': 'instance' },
      serviceAccount: names.timescaleCluster,
      replicas: { full: 2, single: 1 },
      pool: 'data',
      ports: [POSTGRESQL, { name: 'metrics', number: 9187 }, { name: 'status', number: 8000 }],
    },
    bootstrap('initdb'),
    bootstrap('join'),
    bootstrap('full-recovery'),
    {
      party: 'timescaledb-pooler',
      labels: { 'cnpg.io/poolerName': names.timescalePooler },
      serviceAccount: names.timescalePooler,
      requests: { cpuMillis: POOLING.cpuMillis, memoryMiB: POOLING.memoryMiB },
      replicas: { full: 2, single: 1 },
      pool: 'application',
      ports: [POSTGRESQL, { name: 'metrics', number: 9127 }],
    },
  ],
  edges: [
    { from: 'timescaledb', to: 'timescaledb', port: 5432, purpose: 'replication' },
    { from: 'timescaledb', to: 'timescaledb', port: 8000, purpose: 'state of the other instance' },
    { from: 'timescaledb', to: 'kubernetes-api', port: 443, purpose: 'follow its own definition' },
    { from: 'timescaledb', to: 'aws-api', port: 443, purpose: `log and backups, kept ${TIMESCALE.backup.retention}` },
    { from: 'timescaledb', to: 'pod-identity-agent', port: 80, purpose: 'AWS credentials' },
    { from: 'timescaledb-initdb', to: 'kubernetes-api', port: 443, purpose: 'follow its own definition' },
    { from: 'timescaledb-join', to: 'kubernetes-api', port: 443, purpose: 'follow its own definition' },
    { from: 'timescaledb-join', to: 'timescaledb', port: 5432, purpose: 'copy the primary' },
    { from: 'timescaledb-full-recovery', to: 'kubernetes-api', port: 443, purpose: 'follow its own definition' },
    { from: 'timescaledb-full-recovery', to: 'aws-api', port: 443, purpose: 'read the backup' },
    { from: 'timescaledb-full-recovery', to: 'pod-identity-agent', port: 80, purpose: 'AWS credentials' },
    { from: 'timescaledb-pooler', to: 'timescaledb', port: 5432, purpose: 'share connections' },
    { from: 'timescaledb-pooler', to: 'kubernetes-api', port: 443, purpose: 'follow its own definition' },
    { from: 'prometheus', to: 'timescaledb', port: 9187, purpose: 'metrics' },
    { from: 'prometheus', to: 'timescaledb-pooler', port: 9127, purpose: 'metrics' },
  ],
} as const satisfies Part;
