import type { Catalog } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { databasePasswordName } from '../configuration.ts';
import type { PostgresEngine } from '../engines/postgres/index.ts';
import type { LocalSecrets } from '../secrets.ts';

/** One login role a service, one database a relational store, owned by the role of the store's owner. */
export async function ensureDatabases(
  postgres: PostgresEngine,
  catalog: Catalog,
  secrets: LocalSecrets,
): Promise<void> {
  for (const { name } of catalog.services) {
    await postgres.ensureRole({ name: names.databaseRole(name), password: secrets.value(databasePasswordName(name)) });
  }
  for (const { name, engine, owner } of catalog.stores) {
    if (engine !== 'rds-postgresql' && engine !== 'timescaledb') continue;
    await postgres.ensureDatabase({ name: names.database(name), owner: names.databaseRole(owner) });
  }
}
