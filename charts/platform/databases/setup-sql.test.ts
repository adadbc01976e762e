import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { databasesOf, rolesOf } from '#catalog/databases.ts';
import { catalog } from '#catalog/index.ts';
import { announceSkipped } from '#tests/conformance/kafka/skipped.ts';
import { TestPostgres } from '#tests/support/postgres.ts';
import { setupScript } from './setup-sql.ts';

const roles = rolesOf(catalog, 'rds-postgresql');
const databases = databasesOf(catalog, 'rds-postgresql');
/** As AWS makes it: it may create roles and databases, and is no superuser. */
const ADMINISTRATOR = { role: 'gamemetrics_admin', password: 'administers' };

const hasPsql = spawnSync('psql', ['--version']).status === 0;
const title = 'the databases and roles of RDS';

let postgres: TestPostgres;
let folder = '';

const connect = async (database: string, role: string, password: string): Promise<pg.Client> => {
  const client = new pg.Client(postgres.engine.connectionString(database, role, password));
  await client.connect();
  return client;
};

async function query<Row extends pg.QueryResultRow>(database: string, text: string): Promise<readonly Row[]> {
  const client = await connect(database, 'postgres', 'super');
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const writePasswords = (suffix: string): void => {
  for (const { role } of roles) writeFileSync(join(folder, 'secrets', role), `${role}'s ${suffix}`);
};

/** The command of the job, but for where the server is. */
const run = () =>
  promisify(execFile)(
    'psql',
    [
      postgres.engine.connectionString('postgres', ADMINISTRATOR.role, ADMINISTRATOR.password),
      '--no-psqlrc',
      `--set=secrets=${join(folder, 'secrets')}`,
      `--file=${join(folder, 'setup.sql')}`,
    ],
    { timeout: 30_000 },
  );

const described = hasPsql ? describe : describe.skip;
if (!hasPsql) announceSkipped(title, 'psql is not on PATH');

if (hasPsql) {
  beforeAll(async () => {
    postgres = await TestPostgres.start();
    folder = mkdtempSync(join(tmpdir(), 'gm-setup-'));
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'setup.sql'), setupScript(roles, databases));
    await query(
      'postgres',
      `CREATE ROLE ${ADMINISTRATOR.role} LOGIN CREATEROLE CREATEDB PASSWORD '${ADMINISTRATOR.password}'`,
    );
    writePasswords('first');
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });
}

described(title, () => {
  test('come into being when four jobs run at once', async () => {
    await Promise.all([run(), run(), run(), run()]);
    const made = await query<{ name: string; owner: string }>(
      'postgres',
      'SELECT datname AS name, pg_get_userbyid(datdba) AS owner FROM pg_database ORDER BY datname',
    );
    for (const { name, owner } of databases) expect(made).toContainEqual({ name, owner });
  });

  test('keep the passwords that they have when the job runs again, because those were rotated since', async () => {
    writePasswords('second');
    await run();
    const [role] = roles;
    const [database] = databases.filter(({ owner, readers }) => [owner, ...readers].includes(role?.role ?? ''));
    const client = await connect(database?.name ?? '', role?.role ?? '', `${role?.role}'s first`);
    await client.end();
    await expect(connect(database?.name ?? '', role?.role ?? '', `${role?.role}'s second`)).rejects.toThrow(
      'password authentication failed',
    );
  });
});

described(`${title}, and what they may do`, () => {
  test('let a service into its own databases and no other', async () => {
    for (const { role } of roles) {
      const rows = await query<{ name: string }>(
        'postgres',
        `SELECT datname AS name FROM pg_database
         WHERE datallowconn AND has_database_privilege('${role}', datname, 'CONNECT') ORDER BY datname`,
      );
      const declared = databases.filter(({ owner, readers }) => [owner, ...readers].includes(role));
      const ours = rows.map(({ name }) => name).filter((name) => databases.some((one) => one.name === name));
      expect(ours).toEqual(declared.map(({ name }) => name).sort());
    }
  });

  test('let readers read what the owner creates afterwards, and write nothing', async () => {
    const owner = await connect('accounts', 'user_service', "user_service's first");
    await owner.query("CREATE TABLE games AS SELECT 'demo' AS game_id");
    await owner.end();
    const reader = await connect('accounts', 'analytics_api', "analytics_api's first");
    expect((await reader.query('SELECT game_id FROM games')).rows).toEqual([{ game_id: 'demo' }]);
    await expect(reader.query("INSERT INTO games VALUES ('other')")).rejects.toThrow('permission denied');
    await expect(reader.query('CREATE TABLE mine ()')).rejects.toThrow('permission denied');
    await reader.end();
  });

  test('bound statements, which the pooler cannot ask for on behalf of a client', async () => {
    const client = await connect('accounts', 'analytics_api', "analytics_api's first");
    expect((await client.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '30s' }]);
    await client.end();
  });

  test('stay as they are and the job fails when a password is missing', async () => {
    writeFileSync(
      join(folder, 'setup.sql'),
      setupScript([{ service: 'new-service', role: 'new_service', store: 'accounts' }], []),
    );
    const failure = run();
    await expect(failure).rejects.toThrow('No password of new_service in the folder.');
    expect(await query('postgres', "SELECT FROM pg_roles WHERE rolname = 'new_service'")).toHaveLength(0);
  });
});
