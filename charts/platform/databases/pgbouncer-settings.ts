import { type DatabaseRole, POOLING } from '#catalog/databases.ts';
import { enginePorts } from '#catalog/names.ts';
import { asIs } from '../../lib/external-secrets.ts';

/** Folders of the container: settings, what External Secrets writes, the certificate, the authorities of RDS. */
export const FOLDERS = {
  settings: '/etc/pgbouncer',
  secrets: '/etc/pgbouncer/secrets',
  certificate: '/etc/pgbouncer/certificate',
  trust: '/etc/pgbouncer/trust',
} as const;

export const FILES = {
  settings: 'pgbouncer.ini',
  run: 'run.sh',
  databases: 'databases.ini',
  users: 'userlist.txt',
} as const;

/** PgBouncer documentation, «config»; both sides speak TLS, and the server has to prove its name. */
const settings = {
  listen_addr: '*',
  listen_port: String(enginePorts.postgresql),
  // No socket: nobody else is in the container, and nothing of its file system can be written.
  unix_socket_dir: '',
  auth_type: 'scram-sha-256',
  auth_file: `${FOLDERS.secrets}/${FILES.users}`,
  pool_mode: POOLING.mode,
  max_client_conn: String(POOLING.maxClientConnections),
  default_pool_size: String(POOLING.connectionsPerRole),
  max_prepared_statements: String(POOLING.maxPreparedStatements),
  ignore_startup_parameters: POOLING.ignoredStartupParameters.join(','),
  client_tls_sslmode: 'require',
  client_tls_protocols: 'secure',
  client_tls_cert_file: `${FOLDERS.certificate}/tls.crt`,
  client_tls_key_file: `${FOLDERS.certificate}/tls.key`,
  server_tls_sslmode: 'verify-full',
  server_tls_protocols: 'secure',
  server_tls_ca_file: `${FOLDERS.trust}/ca.crt`,
  log_connections: '0',
  log_disconnections: '0',
} as const;

export const settingsFile = (): string =>
  [
    `%include ${FOLDERS.secrets}/${FILES.databases}`,
    '[pgbouncer]',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');

/** Every database of the instance under its own name; where the instance is comes from Secrets Manager. */
export const databasesTemplate = (): string => `[databases]\n* = host=${asIs('host')} port=${asIs('port')}\n`;

export const usersTemplate = (roles: readonly DatabaseRole[]): string =>
  roles.map(({ role }) => `"${role}" "${asIs(role)}"\n`).join('');

/** How often the files are compared, in seconds; the kubelet itself brings a changed secret within about a minute. */
const WATCH_SECONDS = 15;

/**
 * PgBouncer reads its files again when it is told to, and nobody in a container would tell it: so a rotated password and
 * a renewed certificate would wait for the next restart. When told to stop it lets transactions end.
 */
export const runScript = (): string => `#!/bin/sh
set -u
files='${FOLDERS.secrets}/${FILES.databases} ${FOLDERS.secrets}/${FILES.users} ${settings.client_tls_cert_file} ${settings.server_tls_ca_file}'
pgbouncer ${FOLDERS.settings}/${FILES.settings} &
child=$!
trap 'kill -INT "$child" 2>/dev/null' TERM INT
before=$(cat $files | cksum)
while kill -0 "$child" 2>/dev/null; do
  sleep "\${WATCH_SECONDS:-${WATCH_SECONDS}}" &
  wait $!
  now=$(cat $files | cksum)
  if [ "$now" != "$before" ]; then
    before=$now
    kill -HUP "$child" 2>/dev/null
  fi
done
wait "$child"
`;
