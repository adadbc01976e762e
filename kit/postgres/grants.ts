import pg from 'pg';
import type { Database } from './pool.ts';

/**
 * Lets roles read every table of schema `public`, also the ones that come later. Run as the owner of the tables, after
 * migrating; repeating it changes nothing. A role that does not exist is PostgreSQL's error 42704.
 */
export async function grantRead(pool: Database, roles: readonly string[]): Promise<void> {
  if (roles.length === 0) return;
  const to = roles.map((role) => pg.escapeIdentifier(role)).join(', ');
  await pool.query(`GRANT USAGE ON SCHEMA public TO ${to}`);
  await pool.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${to}`);
  await pool.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${to}`);
}
