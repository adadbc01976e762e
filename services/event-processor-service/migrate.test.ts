import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { TestPostgres } from '#tests/support/postgres.ts';
import { ServiceProcess } from '#tests/support/service-process.ts';

let postgres: TestPostgres;
let folder = '';
let variables: Readonly<Record<string, string>>;

beforeAll(async () => {
  postgres = await TestPostgres.start();
  await postgres.engine.ensureRole({ name: 'analytics_api', password: 'reads' });
  folder = mkdtempSync(join(tmpdir(), 'gm-migrate-'));
  const { url, password } = await postgres.database('events');
  writeFileSync(join(folder, 'password'), await password.reveal());
  variables = {
    LOG_LEVEL: 'info',
    EVENTS_DATABASE_URL: url,
    EVENTS_DATABASE_PASSWORD_FILE: join(folder, 'password'),
  };
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

/** The program of the job, with the variables that the job has. */
async function run(): Promise<{ readonly code: number | null; readonly applied: readonly string[] }> {
  const program = new ServiceProcess(join(import.meta.dirname, 'migrate.ts'), variables);
  const code = await program.end();
  const applied = program.lines.flatMap((line) => (Array.isArray(line.applied) ? (line.applied as string[]) : []));
  return { code, applied };
}

async function history(): Promise<readonly string[]> {
  const client = new pg.Client(
    postgres.engine.connectionString('events', TestPostgres.role, await TestPostgres.password.reveal()),
  );
  await client.connect();
  const { rows } = await client.query<{ file: string }>('SELECT file FROM schema_migrations ORDER BY version');
  await client.end();
  return rows.map(({ file }) => file);
}

describe('the migration job of the event store', () => {
  test('applies each migration once when three run at the same time', async () => {
    const results = await Promise.all([run(), run(), run()]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    const applied = results.flatMap((result) => result.applied);
    expect(applied.length).toBeGreaterThan(0);
    expect([...applied].sort()).toEqual(await history());
  });

  test('changes nothing when it runs again', async () => {
    const before = await history();
    expect(await run()).toEqual({ code: 0, applied: [] });
    expect(await history()).toEqual(before);
  });

  test('fails, so that the sync stops before the service, when the database does not let it in', async () => {
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'wrong');
    const refused = new ServiceProcess(join(import.meta.dirname, 'migrate.ts'), {
      ...variables,
      EVENTS_DATABASE_PASSWORD_FILE: wrong,
    });
    expect(await refused.end()).not.toBe(0);
  });
});
