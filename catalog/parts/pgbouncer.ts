import { JOB_LABEL, POOLING } from '../databases.ts';
import type { Part } from '../model/index.ts';
import { enginePorts } from '../names.ts';

export const pgbouncer = {
  name: 'pgbouncer',
  namespace: 'databases',
  summary: 'Shares the connections of RDS among the replicas of all services, and creates its databases and roles.',
  pods: [
    {
      party: 'pgbouncer',
      labels: { 'app.kubernetes.io/name': 'pgbouncer' },
      serviceAccount: 'pgbouncer',
      requests: { cpuMillis: POOLING.cpuMillis, memoryMiB: POOLING.memoryMiB },
      replicas: { full: 2, single: 1 },
      pool: 'application',
      ports: [{ name: 'postgresql', number: enginePorts.postgresql }],
    },
    {
      party: 'database-setup',
      labels: { [JOB_LABEL]: 'database-setup' },
      serviceAccount: 'database-setup',
      requests: { cpuMillis: 20, memoryMiB: 64 },
      replicas: { full: 0, single: 0 },
      pool: 'application',
      ports: [],
    },
  ],
  edges: [
    { from: 'pgbouncer', to: 'rds-postgresql', port: 5432, purpose: 'share connections' },
    { from: 'database-setup', to: 'rds-postgresql', port: 5432, purpose: 'create databases and roles' },
  ],
} as const satisfies Part;
