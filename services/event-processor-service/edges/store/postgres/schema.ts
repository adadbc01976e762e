import { join } from 'node:path';
import { type Database, migrate } from '#kit/postgres/index.ts';
import { hasTimescale } from './partitions.ts';

/** Their history is its own beside the one that every PostgreSQL has. */
const TIMESCALE = { folder: 'timescaledb', owner: 'events-timescaledb' } as const;

/** Brings the event store forward from a folder of migrations. Returns the files that were applied now. Errors: MIGRATION_INVALID. */
export async function migrateEventStore(pool: Database, dir: string): Promise<readonly string[]> {
  const applied = await migrate({ pool, dir });
  if (!(await hasTimescale(pool))) return applied;
  const { folder, owner } = TIMESCALE;
  return [...applied, ...(await migrate({ pool, dir: join(dir, folder), owner }))];
}
