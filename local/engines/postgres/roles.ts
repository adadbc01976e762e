import pg from 'pg';
import { LocalError } from '../../processes/index.ts';
import { superuser } from './cluster.ts';

export interface AdminAccess {
  readonly port: number;
  readonly superuserPassword: string;
}

const connectTimeoutMillis = 10_000;
const statementTimeoutMillis = 30_000;

/** PostgreSQL error codes: https://www.postgresql.org/docs/18/errcodes-appendix.html */
const sqlState = {
  invalidPassword: '28P01',
  duplicateDatabase: '42P04',
  duplicateObject: '42710',
  uniqueViolation: '23505',
} as const;
const alreadyThere: readonly string[] = [
  sqlState.duplicateDatabase,
  sqlState.duplicateObject,
  sqlState.uniqueViolation,
];

/** postgres://… for a pool; every part is encoded, so any password is allowed. */
export function connectionString(port: number, database: string, login: { role: string; password: string }): string {
  const [role, password, name] = [login.role, login.password, database].map(encodeURIComponent);
  return `postgres://${role}:${password}@127.0.0.1:${port}/${name}`;
}

/** Makes the role, or gives an existing one this password. It may log in and nothing else. */
export function ensureRole(
  access: AdminAccess,
  role: { readonly name: string; readonly password: string },
): Promise<void> {
  return asSuperuser(access, async (client) => {
    const name = client.escapeIdentifier(role.name);
    await unlessThere(client.query(`CREATE ROLE ${name} LOGIN`));
    await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(role.password)}`);
  });
}

/** Makes the database, or hands an existing one to this owner. */
export function ensureDatabase(
  access: AdminAccess,
  database: { readonly name: string; readonly owner: string },
): Promise<void> {
  return asSuperuser(access, async (client) => {
    const [name, owner] = [client.escapeIdentifier(database.name), client.escapeIdentifier(database.owner)];
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database.name]);
    // Checked first because CREATE DATABASE costs a copy of the template before it notices.
    if (rowCount === 0) await unlessThere(client.query(`CREATE DATABASE ${name} OWNER ${owner}`));
    await client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`);
  });
}

/** Throws a LocalError when the password is not the one that the cluster was made with. */
export function checkSuperuser(access: AdminAccess): Promise<void> {
  return asSuperuser(access, async () => undefined);
}

async function asSuperuser(access: AdminAccess, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionString(access.port, 'postgres', {
      role: superuser,
      password: access.superuserPassword,
    }),
    connectionTimeoutMillis: connectTimeoutMillis,
    statement_timeout: statementTimeoutMillis,
    application_name: 'local-engine',
  });
  // A connection that breaks while idle is found by the next query.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } catch (error) {
    throw sqlStateOf(error) === sqlState.invalidPassword ? passwordChanged(error) : error;
  } finally {
    await client.end();
  }
}

function passwordChanged(cause: unknown): LocalError {
  return new LocalError('POSTGRES_PASSWORD', {
    detail: 'PostgreSQL does not accept the superuser password: its data folder was made with another one.',
    fix: 'Put the secrets of that data folder back, or start empty with --reset.',
    cause,
  });
}

/** Somebody else may have made it in the very same moment. */
async function unlessThere(query: Promise<unknown>): Promise<void> {
  try {
    await query;
  } catch (error) {
    if (!alreadyThere.includes(sqlStateOf(error) ?? '')) throw error;
  }
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
