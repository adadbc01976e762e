import { type DatabaseRole, ROLE_SETTINGS, type ServedDatabase } from '#catalog/databases.ts';

/** Any number; the same for every run, so that one run works and the others wait. */
const LOCK = 7_203_451_989;

/** Text in single quotes, as SQL and psql read it. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A name in double quotes. */
const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const lock = `SELECT pg_advisory_lock(${LOCK});`;

/**
 * A role that is missing is created with the password of its file; one that is there keeps its own, because it has been
 * rotated since. The administrator joins the role, for only an owner can be given a database.
 */
const createRole = ({ role }: DatabaseRole): readonly string[] => [
  `\\set password \`cat :'secrets'/${role}\``,
  // psql goes on with an empty text when it finds no file, and PostgreSQL would create a role without a password.
  `SELECT CASE WHEN :'password' = '' THEN ${literal(`DO $$ BEGIN RAISE 'No password of ${role} in the folder.'; END $$`)}`,
  `ELSE format('CREATE ROLE %I LOGIN PASSWORD %L', ${literal(role)}, :'password') END`,
  `WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) \\gexec`,
  ...Object.entries(ROLE_SETTINGS).map(
    ([setting, value]) => `ALTER ROLE ${name(role)} SET ${setting} = ${literal(value)};`,
  ),
  `GRANT ${name(role)} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE;`,
];

const createDatabase = ({ name: database, owner, readers }: ServedDatabase): readonly string[] => [
  `SELECT format('CREATE DATABASE %I OWNER %I', ${literal(database)}, ${literal(owner)})`,
  `WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(database)}) \\gexec`,
  `REVOKE ALL ON DATABASE ${name(database)} FROM PUBLIC;`,
  `GRANT CONNECT ON DATABASE ${name(database)} TO ${[owner, ...readers].map(name).join(', ')};`,
];

/** As the owner: what it creates later can be read as well. */
const grantReading = ({ name: database, owner, readers }: ServedDatabase): readonly string[] =>
  readers.length === 0
    ? []
    : [
        `\\connect ${name(database)}`,
        lock,
        `SET ROLE ${name(owner)};`,
        `GRANT USAGE ON SCHEMA public TO ${readers.map(name).join(', ')};`,
        `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${readers.map(name).join(', ')};`,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${readers.map(name).join(', ')};`,
      ];

/**
 * A script for psql that gives a server its roles and databases; repeating it changes nothing. `secrets` names the folder
 * that has a file with the password of each role.
 */
export const setupScript = (roles: readonly DatabaseRole[], databases: readonly ServedDatabase[]): string =>
  [
    '\\set ON_ERROR_STOP on',
    lock,
    ...roles.flatMap(createRole),
    ...databases.flatMap(createDatabase),
    ...databases.flatMap(grantReading),
    '',
  ].join('\n');
