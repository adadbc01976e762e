export { postgresMajor } from './binaries.ts';
export { type PostgresEngine, type PostgresOptions, startPostgres } from './engine.ts';
export type { PostgresSettings } from './settings.ts';
