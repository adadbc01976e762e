/** Where a store's engine runs, and so how a service reaches it. */
export type StoreEngine = 'rds-postgresql' | 'timescaledb' | 'elasticache' | 'qdrant' | 's3' | 'nats-jetstream';

export interface Store {
  readonly name: string;
  readonly engine: StoreEngine;
  readonly summary: string;
  /** The service that migrates it and answers for its data; `platform` for stores of operators. */
  readonly owner: string;
  readonly personalData: readonly string[];
  /** Recovery point and recovery time objectives in minutes (spec: 5 and 15 for everything that cannot be rebuilt). */
  readonly recovery: { readonly pointMinutes: number; readonly timeMinutes: number } | 'rebuilt';
}

/** An S3 bucket and what its reader can bear; a bucket's lifecycle follows from it. */
export interface Bucket extends Store {
  readonly engine: 's3';
  readonly lifecycle: BucketLifecycle;
  readonly encryption: 'kms' | 'sse-s3';
  readonly objectLock: boolean;
  /** How the recovery region gets a copy: `timed` within minutes, measured and promised; `eventually`; or not at all. */
  readonly replication: 'timed' | 'eventually' | 'none';
}

export type BucketLifecycle =
  /** Standard → IA 30 d → Glacier 90 d → Deep Archive 365 d: nobody reads it online. */
  | { readonly kind: 'tiered' }
  /** The reader keeps its own retention and must always be able to read: never moves to an archive class. */
  | { readonly kind: 'reader-owned' }
  | { readonly kind: 'expire'; readonly days: number };
