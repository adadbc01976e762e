import type { Draft } from './output.ts';

const CLUSTER = 'Cluster timescaledb';
const SETUP = 'Job database-setup';
const MIGRATION = 'Job event-processor-service-migration';

type Difference = readonly [kind: string, what: string, change: (draft: Draft) => void, says: string];

/** Deliberate differences of databases and backups from the catalog, and how the verifier names each. */
export const databaseDifferences: readonly Difference[] = [
  [
    'database cluster',
    'the log is archived by nobody',
    (draft) => draft.set(CLUSTER, 'spec.plugins', []),
    'archiver: missing',
  ],
  [
    'database cluster',
    'the recovery point is given up',
    (draft) => draft.set(CLUSTER, 'spec.postgresql.parameters.archive_timeout', '1h'),
    'archive_timeout: 1h',
  ],
  [
    'database cluster',
    'it is missing',
    (draft) => draft.remove(CLUSTER),
    'timescaledb: the catalog declares this database cluster',
  ],
  [
    'database role',
    'a service signs in with the password of another',
    (draft) => draft.set(CLUSTER, 'spec.managed.roles[0].passwordSecret.name', 'timescaledb-analytics-api'),
    'passwordSecret: timescaledb-analytics-api',
  ],
  [
    'database',
    'another role owns it',
    (draft) => draft.set('Database events', 'spec.owner', 'analytics_api'),
    'spec.owner: analytics_api',
  ],
  [
    'database',
    'it is missing',
    (draft) => draft.remove('Database events'),
    'events: the catalog declares this database',
  ],
  [
    'pooler',
    'sessions are shared by the session',
    (draft) => draft.set('Pooler timescaledb-pooler', 'spec.pgbouncer.poolMode', 'session'),
    'poolMode: session',
  ],
  [
    'database backup',
    'backups are kept for a day',
    (draft) => draft.set('ObjectStore timescaledb-backups', 'spec.retentionPolicy', '1d'),
    'retentionPolicy: 1d',
  ],
  [
    'database backup',
    'nothing makes them',
    (draft) => draft.remove('ScheduledBackup timescaledb'),
    'schedule: the catalog declares this database backup',
  ],
  [
    'preparing job',
    'a service comes before its migrations',
    (draft) => draft.remove(MIGRATION),
    'event-processor-service-migration: the catalog declares this preparing job',
  ],
  [
    'preparing job',
    'a sidecar would keep it from ever ending',
    (draft) => draft.set(SETUP, 'spec.template.metadata.labels', {}),
    'mesh: missing',
  ],
  [
    'refreshed secret',
    'a rotated password would arrive a day late',
    (draft) => draft.set('ExternalSecret pgbouncer', 'spec.refreshInterval', '24h'),
    'spec.refreshInterval: 24h',
  ],
  [
    'backup schedule',
    'the hourly backups are missing',
    (draft) => draft.remove('Schedule hourly'),
    'hourly: the catalog declares this backup schedule',
  ],
  [
    'backup location',
    'backups go to another region',
    (draft) => draft.set('BackupStorageLocation default', 'spec.config.region', 'us-west-2'),
    'spec.config.region: us-west-2',
  ],
  [
    'snapshot class',
    'snapshots go with the object that asked for them',
    (draft) => draft.set('VolumeSnapshotClass ebs', 'deletionPolicy', 'Delete'),
    'deletionPolicy: Delete',
  ],
];
