import type { Catalog, Environment, Service, Store, StoreEngine, StoreUse } from './model/index.ts';
import { names, PLATFORM } from './names.ts';

/** Engines that a pooler stands before, and the party that it is. */
export const POOLERS = {
  'rds-postgresql': { party: 'pgbouncer', host: names.pgbouncerHost },
  timescaledb: { party: 'timescaledb-pooler', host: names.timescalePoolerHost },
} as const satisfies Partial<Record<StoreEngine, { readonly party: string; readonly host: string }>>;

export type RelationalEngine = keyof typeof POOLERS;

export const isRelational = (engine: StoreEngine): engine is RelationalEngine => Object.hasOwn(POOLERS, engine);

/** The pooler that a service's connections to a store go through; nothing where they go to the store itself. */
export const poolerOf = ({ engine }: Pick<Store, 'engine'>, { direct }: Pick<StoreUse, 'direct'>) =>
  isRelational(engine) && direct === undefined ? POOLERS[engine] : undefined;

/**
 * How both poolers share connections (PgBouncer documentation, «config»). Transactions, because ten services of many
 * replicas would otherwise hold more sessions than a small database has; named statements are kept per client.
 */
export const POOLING = {
  mode: 'transaction',
  maxClientConnections: 1_000,
  /** Of one role to one database, over all its replicas. */
  connectionsPerRole: 20,
  maxPreparedStatements: 200,
  /** pg says these when it connects; a pooled session could not keep them, so roles have them as their own settings. */
  ignoredStartupParameters: ['extra_float_digits', 'statement_timeout', 'idle_in_transaction_session_timeout'],
  cpuMillis: 20,
  memoryMiB: 48,
} as const;

/** Settings of every service's role, in place of the start-up parameters that a pooler leaves out; the kit's defaults. */
export const ROLE_SETTINGS = { statement_timeout: '30s', idle_in_transaction_session_timeout: '30s' } as const;

/** A login of a service in a database server. */
export interface DatabaseRole {
  readonly service: string;
  readonly role: string;
  /** The store whose credential it is. */
  readonly store: string;
}

/** A database of a server: who owns it, and who else may enter. */
export interface ServedDatabase {
  readonly name: string;
  readonly owner: string;
  readonly readers: readonly string[];
}

const usesOf = (catalog: Catalog, engine: RelationalEngine): readonly (readonly [Service, StoreUse])[] =>
  catalog.services.flatMap((service) =>
    service.stores
      .filter((use) => catalog.stores.some(({ name, engine: of }) => name === use.store && of === engine))
      .map((use) => [service, use] as const),
  );

/** Every role that a server of this engine has, in catalog order. */
export const rolesOf = (catalog: Catalog, engine: RelationalEngine): readonly DatabaseRole[] =>
  usesOf(catalog, engine).map(([{ name }, { store }]) => ({
    service: name,
    role: names.databaseRole(name),
    store,
  }));

/** Every database that a server of this engine has, in catalog order. */
export const databasesOf = (catalog: Catalog, engine: RelationalEngine): readonly ServedDatabase[] =>
  catalog.stores
    .filter((store) => store.engine === engine)
    .map(({ name, owner }) => ({
      name: names.database(name),
      owner: names.databaseRole(owner),
      readers: usesOf(catalog, engine)
        .filter(([service, { store }]) => store === name && service.name !== owner)
        .map(([service]) => names.databaseRole(service.name)),
    }));

/** Databases that a service brings forward itself: those that it owns. */
export const migratedBy = ({ stores }: Pick<Catalog, 'stores'>, service: Pick<Service, 'name'>): readonly Store[] =>
  stores.filter(({ owner, engine }) => owner === service.name && isRelational(engine));

/** A store runs in the cluster from the day on which one service that uses it is built. */
export const storeStatus = (catalog: Pick<Catalog, 'services' | 'stores'>, engine: StoreEngine): Service['status'] => {
  const stores = catalog.stores.filter((store) => store.engine === engine).map(({ name }) => name);
  const isUsed = ({ status, stores: uses }: Service): boolean =>
    status === 'built' && uses.some(({ store }) => stores.some((name) => name === store));
  return catalog.services.some(isUsed) ? 'built' : 'planned';
};

/**
 * TimescaleDB (spec, operations.md: recovery point 5 minutes). A segment of the log is archived when it is full, and after
 * this time whatever is in it, so that even without the streaming replica no more than that is lost.
 */
export const TIMESCALE = {
  /** What the operator reads the version from; the digest beside it says which image. */
  postgresql: '18.6',
  archiveTimeout: '5min',
  backup: { schedule: '0 0 3 * * *', retention: '30d', cpuMillis: 50, memoryMiB: 128 },
  cpuMillis: 500,
  /** The share of memory that PostgreSQL caches pages in; a quarter is what its documentation starts from. */
  sharedBuffersShare: 0.25,
  maxConnections: 120,
  archiver: 'barman-cloud.cloudnative-pg.io',
} as const;

/**
 * How old a copy of a secret in the cluster may be. The function that rotates a password of RDS ends the old one at once:
 * connections that are open go on, new ones are refused for at most this long. The reads cost about $2 a month.
 */
export const SECRET_REFRESH = '5m';

/** Label of pods that run once, with what they do; policies select them by it. */
export const JOB_LABEL = `${PLATFORM}/job`;
/** What the job that brings a service's databases forward is called, by its pods' label and among the parties. */
export const migrationOf = ({ name }: Pick<Service, 'name'>): string => `${name}-migration`;

/** Replicas of something that has no state: two where the loss of a node may not be felt. */
export const statelessReplicas = ({ replicas }: Pick<Environment, 'replicas'>): number => (replicas === 'full' ? 2 : 1);

/** Components of the tree that are there for one engine's sake, and planned as long as whoever uses it is. */
export const ENGINE_COMPONENTS: Readonly<Record<string, StoreEngine>> = { qdrant: 'qdrant', nats: 'nats-jetstream' };
