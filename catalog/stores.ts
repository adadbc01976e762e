import type { Bucket, Store } from './model/index.ts';
import type { SystemAccount } from './names.ts';

/** Recovery objectives of everything that cannot be rebuilt (spec, operations.md). */
const RECOVERED = { pointMinutes: 5, timeMinutes: 15 } as const;

const databases = [
  {
    name: 'accounts',
    engine: 'rds-postgresql',
    summary: 'People, consents, roles, games and their API keys.',
    owner: 'user-service',
    personalData: ['email', 'password_hash', 'player_id', 'consents'],
    recovery: RECOVERED,
  },
  {
    name: 'events',
    engine: 'timescaledb',
    summary: 'Events of 90 days, their rollups, the dead letters and the consumer offsets.',
    owner: 'event-processor-service',
    personalData: ['player_id', 'country', 'properties'],
    recovery: RECOVERED,
  },
  {
    name: 'notifications',
    engine: 'rds-postgresql',
    summary: 'Templates, preferences, delivery status, idempotency keys.',
    owner: 'notification-service',
    personalData: ['player_id', 'recipient'],
    recovery: RECOVERED,
  },
  {
    name: 'retention',
    engine: 'rds-postgresql',
    summary: 'Retention policies, archive manifests, legal holds, the hash-chained audit log.',
    owner: 'data-retention-service',
    personalData: ['player_id'],
    recovery: RECOVERED,
  },
  {
    name: 'progression',
    engine: 'rds-postgresql',
    summary: 'The event-sourced log of paragon, prestige and mastery.',
    owner: 'progression-service',
    personalData: ['player_id'],
    recovery: RECOVERED,
  },
  {
    name: 'world',
    engine: 'rds-postgresql',
    summary: 'Durable state of the game world: chunk deltas, characters, inventories.',
    owner: 'regional-node',
    personalData: ['player_id'],
    recovery: RECOVERED,
  },
] as const satisfies readonly Store[];

const caches = [
  {
    name: 'cache',
    engine: 'elasticache',
    summary: 'Query results, quotas, rate limits, live positions; everything in it can be rebuilt.',
    owner: 'platform',
    personalData: ['player_id'],
    recovery: 'rebuilt',
  },
  {
    name: 'vectors',
    engine: 'qdrant',
    summary: 'Embeddings of players and items, 128 dimensions, cosine.',
    owner: 'recommendation-engine',
    personalData: ['player_id'],
    recovery: 'rebuilt',
  },
  {
    name: 'global-events',
    engine: 'nats-jetstream',
    summary: 'The stream GLOBAL_EVENTS, by which regions converge to one world.',
    owner: 'regional-node',
    personalData: ['player_id'],
    recovery: 'rebuilt',
  },
] as const satisfies readonly Store[];

const BUCKET = {
  engine: 's3',
  encryption: 'kms',
  objectLock: false,
  replication: 'timed',
  recovery: RECOVERED,
} as const;

/** How long nobody, not even the account's root, can delete a locked object: twelve months (PCI DSS 4.0, 10.5.1). */
export const OBJECT_LOCK_DAYS = 365;

/** One bucket a reader; its lifecycle is what that reader can bear (spec, platform.md, row «storage»). */
export const buckets = [
  {
    ...BUCKET,
    name: 'archive',
    summary: 'Events past their online time, as Parquet by game and date.',
    owner: 'data-retention-service',
    personalData: ['player_id', 'country', 'properties'],
    lifecycle: { kind: 'tiered' },
  },
  {
    ...BUCKET,
    name: 'backups',
    summary: 'Base backups and WAL of the databases in the cluster, exports of the others.',
    owner: 'platform',
    personalData: ['everything in the databases'],
    lifecycle: { kind: 'tiered' },
  },
  {
    ...BUCKET,
    name: 'logs',
    summary: 'Loki chunks, Thanos blocks and Tempo traces.',
    owner: 'platform',
    replication: 'eventually',
    personalData: [],
    lifecycle: { kind: 'reader-owned' },
  },
  {
    ...BUCKET,
    name: 'velero',
    summary: 'Cluster backups; Velero expires them after 30 days.',
    owner: 'platform',
    personalData: [],
    lifecycle: { kind: 'reader-owned' },
  },
  {
    ...BUCKET,
    name: 'artifacts',
    summary: 'Build artifacts, software bills of materials and the JSON reports that the dashboard shows.',
    owner: 'platform',
    replication: 'eventually',
    personalData: [],
    lifecycle: { kind: 'expire', days: 365 },
  },
  {
    ...BUCKET,
    name: 'audit',
    summary: 'CloudTrail and the audit logs, immutable.',
    owner: 'platform',
    personalData: ['operator identities'],
    lifecycle: { kind: 'tiered' },
    objectLock: true,
  },
  {
    ...BUCKET,
    name: 'access-logs',
    summary: 'S3 and load balancer access logs; AWS delivers them to SSE-S3 buckets only.',
    owner: 'platform',
    personalData: ['client addresses'],
    lifecycle: { kind: 'expire', days: 90 },
    encryption: 'sse-s3',
    replication: 'none',
    recovery: 'rebuilt',
  },
] as const satisfies readonly Bucket[];

export const stores = [...databases, ...caches, ...buckets] as const satisfies readonly (Store | Bucket)[];

export type StoreName = (typeof stores)[number]['name'];
export type BucketName = (typeof buckets)[number]['name'];

/** Operators that keep objects in a bucket, and below which prefix; charts configure them so, roles hold them to it. */
export const OBJECT_KEEPERS = {
  velero: { bucket: 'velero', prefix: '' },
  loki: { bucket: 'logs', prefix: 'loki/' },
  thanos: { bucket: 'logs', prefix: 'thanos/' },
  prometheus: { bucket: 'logs', prefix: 'thanos/' },
  tempo: { bucket: 'logs', prefix: 'tempo/' },
  timescaledb: { bucket: 'backups', prefix: 'timescaledb/' },
  'qdrant-snapshots': { bucket: 'backups', prefix: 'qdrant/' },
} as const satisfies Partial<Record<SystemAccount, { readonly bucket: BucketName; readonly prefix: string }>>;
