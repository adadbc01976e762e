export { type CopyOptions, type CopyValue, copyIn } from './copy.ts';
export { databaseEnvironment, databaseOptions } from './environment.ts';
export { grantRead } from './grants.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export { createPool, type Database, type PoolOptions, type Queryable } from './pool.ts';
export { isConnectionLost, type TransactionOptions, transaction } from './transaction.ts';
