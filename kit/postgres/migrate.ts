import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { describeProblem, errors, messageOf, type Problem } from '../errors.ts';
import type { Database } from './pool.ts';

export interface MigrateOptions {
  readonly pool: Database;
  /** A folder of `NNNN-name.sql`. */
  readonly dir: string;
  /** Whose migrations these are, when several folders share a database; the pool's name unless told otherwise. */
  readonly owner?: string;
}

export interface Migration {
  readonly version: number;
  readonly file: string;
  readonly checksum: string;
  readonly sql: string;
}

interface Applied {
  readonly version: number;
  readonly file: string;
  readonly checksum: string;
}

/** Any fixed number; the same for every process that migrates this database. */
const lockKey = 7_203_451_988;
const filePattern = /^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.sql$/;

const createTable = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    owner text NOT NULL,
    version integer NOT NULL,
    file text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, version)
  )`;

async function readMigrations(dir: string): Promise<Migration[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const sql = await readFile(join(dir, file), 'utf8');
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
      return { version: Number(file.slice(0, 4)), file, checksum, sql };
    }),
  );
  refuse(dir, nameProblems(migrations));
  return migrations;
}

function nameProblems(migrations: readonly Migration[]): Problem[] {
  const badNames = migrations
    .filter(({ file }) => !filePattern.test(file))
    .map(({ file }) => ({
      path: file,
      rule: 'must be named NNNN-name.sql',
      fix: 'Rename the file, for example 0002-add-index.sql.',
    }));
  const twice = migrations
    .filter(({ version }, index) => migrations.findIndex((other) => other.version === version) !== index)
    .map(({ file, version }) => ({
      path: file,
      rule: `must be the only file with the number ${version}`,
      fix: 'Give it the next free number.',
    }));
  return [...badNames, ...twice];
}

/** What no longer fits between the files and what the database remembers. */
function historyProblems(migrations: readonly Migration[], applied: readonly Applied[]): Problem[] {
  const byVersion = new Map(migrations.map((migration) => [migration.version, migration]));
  const newest = Math.max(0, ...applied.map(({ version }) => version));
  const changed = applied.flatMap(({ version, file, checksum }): Problem[] => {
    const now = byVersion.get(version);
    // A newer version of the program has been here: its schema must stay usable for this one (expand, then contract).
    if (!now || now.checksum === checksum) return [];
    return [
      {
        path: now.file,
        rule: `must be what was applied as ${file}`,
        fix: 'Restore the file and write a new migration.',
      },
    ];
  });
  const known = new Set(applied.map(({ version }) => version));
  const late = migrations
    .filter(({ version }) => version < newest && !known.has(version))
    .map(({ file }) => ({
      path: file,
      rule: `must be numbered above ${newest}, the newest applied one`,
      fix: 'Give it the next free number.',
    }));
  return [...changed, ...late];
}

function refuse(dir: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw errors.MIGRATION_INVALID({ detail: `In ${dir}: ${problems.map(describeProblem).join('; ')}.`, problems });
}

async function apply(client: pg.PoolClient, owner: string, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    const { version, file, checksum } = migration;
    await client.query('INSERT INTO schema_migrations (owner, version, file, checksum) VALUES ($1, $2, $3, $4)', [
      ...[owner, version],
      ...[file, checksum],
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw errors.MIGRATION_INVALID({
      detail: `${migration.file} failed and was rolled back: ${messageOf(error)}.`,
      cause: error,
    });
  }
}

async function applyMissing(client: pg.PoolClient, options: MigrateOptions, migrations: readonly Migration[]) {
  const owner = options.owner ?? options.pool.name;
  await client.query(createTable);
  const { rows } = await client.query<Applied>(
    'SELECT version, file, checksum FROM schema_migrations WHERE owner = $1 ORDER BY version',
    [owner],
  );
  refuse(options.dir, historyProblems(migrations, rows));
  const missing = migrations.filter(({ version }) => !rows.some((row) => row.version === version));
  for (const migration of missing) await apply(client, owner, migration);
  return missing.map(({ file }) => file);
}

/**
 * Brings a database forward: every `NNNN-name.sql` that it lacks, in order, each in its own transaction.
 * Safe to run from many processes at once (an advisory lock lets one work) and again at every start.
 * Returns the files that were applied now. Errors: MIGRATION_INVALID names the file, also one changed after it ran.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(options.dir);
  const client = await options.pool.connect();
  try {
    // The lock and long migrations may take longer than a query may.
    await client.query("SET statement_timeout = 0; SET lock_timeout = '10min'");
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    return await applyMissing(client, options, migrations);
  } finally {
    // Closing the session gives the lock back and forgets the settings, whatever happened.
    client.release(true);
  }
}
