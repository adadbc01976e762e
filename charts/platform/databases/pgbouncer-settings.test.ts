import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rolesOf } from '#catalog/databases.ts';
import { catalog } from '#catalog/index.ts';
import { until } from '#tests/support/until.ts';
import { FILES, FOLDERS, runScript, settingsFile, usersTemplate } from './pgbouncer-settings.ts';

/** Says what it is told, as PgBouncer would do it: reads again upon HUP, ends upon INT. A shell could not: it starts
 * programs in the background with INT ignored, and cannot undo that for itself. */
const PROGRAM = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const say = (line) => appendFileSync(process.env.LOG, line + '\\n');
process.on('SIGHUP', () => say('reloaded'));
process.on('SIGINT', () => { say('stopped'); process.exit(0); });
setTimeout(() => process.exit(1), 20_000);
say('started');
`;

let folder = '';
let child: ChildProcess;

const log = (): string => readFileSync(join(folder, 'log'), 'utf8');
const path = (file: string): string => join(folder, file);

function write(file: string, text: string): void {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), text);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gm-pgbouncer-'));
  write('bin/pgbouncer', PROGRAM);
  chmodSync(path('bin/pgbouncer'), 0o755);
  write('log', '');
  for (const file of [
    `${FOLDERS.secrets}/${FILES.databases}`,
    `${FOLDERS.secrets}/${FILES.users}`,
    `${FOLDERS.certificate}/tls.crt`,
    `${FOLDERS.trust}/ca.crt`,
  ])
    write(file, 'first');
  write('run.sh', runScript().replaceAll('/etc/pgbouncer', path('/etc/pgbouncer')));
  const env = { PATH: `${path('bin')}:${process.env.PATH}`, LOG: path('log'), WATCH_SECONDS: '0.1' };
  child = spawn('sh', [path('run.sh')], { env, stdio: 'ignore', detached: true });
});
afterEach(() => {
  // The whole group, whatever went wrong.
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('the pooler', () => {
  test.each([
    ['a password is rotated', `${FOLDERS.secrets}/${FILES.users}`],
    ['its certificate is renewed', `${FOLDERS.certificate}/tls.crt`],
    ['the database has moved', `${FOLDERS.secrets}/${FILES.databases}`],
  ])('reads its files again, without a restart, when %s', async (_, file) => {
    await until(() => log().includes('started'));
    write(file, 'second');
    await until(() => log().includes('reloaded'));
    expect(log().match(/started/g)).toHaveLength(1);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  test('lets transactions end when it is told to stop, and ends as they have', async () => {
    await until(() => log().includes('started'));
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(log()).toMatch(/stopped\n$/);
  });
});

describe('its settings', () => {
  test('let nobody in without TLS, and trust no server that cannot prove its name', () => {
    expect(settingsFile()).toMatch(/^client_tls_sslmode = require$/m);
    expect(settingsFile()).toMatch(/^server_tls_sslmode = verify-full$/m);
    expect(settingsFile()).toMatch(/^auth_type = scram-sha-256$/m);
  });

  test('know every role of RDS once', () => {
    const known = [...usersTemplate(rolesOf(catalog, 'rds-postgresql')).matchAll(/^"([a-z_]+)" /gm)].map(
      ([, one]) => one,
    );
    expect(known).toEqual(rolesOf(catalog, 'rds-postgresql').map(({ role }) => role));
    expect(new Set(known).size).toBe(known.length);
  });

  test('let pass what pg says when it connects', () => {
    const said = ['statement_timeout', 'idle_in_transaction_session_timeout'];
    for (const name of said) expect(settingsFile()).toMatch(new RegExp(`^ignore_startup_parameters = .*${name}`, 'm'));
  });
});
