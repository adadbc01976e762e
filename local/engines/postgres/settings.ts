/** Server parameters of PostgreSQL on one machine; the engine passes them on the command line, so no file is edited. */
export type PostgresSettings = Readonly<Record<string, string>>;

/**
 * Sources: https://www.postgresql.org/docs/18/runtime-config.html. Durability is left as it is in production
 * (fsync, synchronous_commit, full_page_writes): an acknowledged row survives SIGKILL and power loss.
 */
export const defaultSettings = {
  // Loopback only, and no socket files: their path limit of 107 bytes would forbid deep data folders.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Ten services with a pool of ten each, and room for psql, migrations and replicas.
  max_connections: '130',
  shared_buffers: '128MB',
  work_mem: '8MB',
  // One checkpoint in minutes instead of one in seconds when events pour in; at most this much disk beside the data.
  max_wal_size: '1GB',
  checkpoint_timeout: '10min',
  // Compiling pays off above queries of seconds; here it only delays.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // explain.ts reads the messages.
  lc_messages: 'C',
  // Statements and the details of a violated constraint hold players' data.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_checkpoints: 'off',
  password_encryption: 'scram-sha-256',
} satisfies PostgresSettings;

/** `-c name=value` for each, the caller's over ours. */
export function settingArguments(overrides: PostgresSettings = {}): string[] {
  return Object.entries({ ...defaultSettings, ...overrides }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
