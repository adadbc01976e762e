import { readFileSync } from 'node:fs';
import pg from 'pg';
import { errorCode } from '../errors.ts';
import type { SecretValue } from '../secrets.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics } from '../telemetry/metrics.ts';
import { postgresMetrics } from './metrics.ts';

export interface PoolOptions {
  /** How the pool is called in metrics: the store's name in the catalog. */
  readonly name: string;
  /** `postgres://user@host:port/database`; the password is never part of it. */
  readonly url: string;
  readonly password: SecretValue;
  /** Certificates that the server must be signed by; TLS is used when given. */
  readonly caFile?: string | undefined;
  readonly max?: number;
  readonly statementTimeoutMillis?: number;
  /** The longest wait for a connection, new or free. */
  readonly connectTimeoutMillis?: number;
}

/** A pg pool that is also a part of a process. */
export interface Database extends pg.Pool {
  readonly name: string;
  readonly metrics: ReturnType<typeof metricsOf>;
  check(): Promise<unknown>;
  /** Waits for the queries in flight, then closes every connection. */
  stop(): Promise<void>;
}

export type Queryable = Pick<pg.ClientBase, 'query'>;

const metricsOf = (telemetry: Telemetry) => defineMetrics(telemetry.registry, postgresMetrics);

const defaults = { max: 10, statementTimeoutMillis: 30_000, connectTimeoutMillis: 5000 } as const;
const defaultPort = 5432;
const idleTimeoutMillis = 30_000;
/** Connections are renewed, so that a rotated password and a new primary are used soon without a restart. */
const maxLifetimeSeconds = 1800;
/** SQLSTATE class 28: the server refused the credentials. */
const refusedCredentials = /^28/;

/** pg lets a connection string win over its other options, an absent password included; so it gets the parts. */
function addressOf(url: string): Pick<pg.PoolConfig, 'host' | 'port' | 'user' | 'database'> {
  const { hostname, port, username, pathname } = new URL(url);
  const user = decodeURIComponent(username);
  return { host: hostname, port: Number(port || defaultPort), user, database: decodeURIComponent(pathname.slice(1)) };
}

function poolConfig(telemetry: Telemetry, options: PoolOptions): pg.PoolConfig {
  const statementTimeoutMillis = options.statementTimeoutMillis ?? defaults.statementTimeoutMillis;
  return {
    ...addressOf(options.url),
    password: () => options.password.reveal(),
    application_name: telemetry.name,
    max: options.max ?? defaults.max,
    connectionTimeoutMillis: options.connectTimeoutMillis ?? defaults.connectTimeoutMillis,
    statement_timeout: statementTimeoutMillis,
    // The server's timeout answers first; this one is for a server that no longer answers at all.
    query_timeout: statementTimeoutMillis + 5000,
    idle_in_transaction_session_timeout: statementTimeoutMillis,
    idleTimeoutMillis,
    maxLifetimeSeconds,
    keepAlive: true,
    ...(options.caFile ? { ssl: { ca: readFileSync(options.caFile, 'utf8') } } : {}),
  };
}

function watch(pool: pg.Pool, name: string, metrics: Database['metrics']): void {
  const collect = () => {
    const used = pool.totalCount - pool.idleCount;
    metrics.db_client_connections.set({ pool: name, state: 'used' }, used);
    metrics.db_client_connections.set({ pool: name, state: 'idle' }, pool.idleCount);
    metrics.db_client_pending_requests.set({ pool: name }, pool.waitingCount);
  };
  for (const event of ['connect', 'acquire', 'release', 'remove'] as const) pool.on(event, collect);
  collect();
}

/**
 * A bounded pool with timeouts on everything; the password is asked for each new connection, so a rotation
 * needs no restart. Connects lazily: a database that is away does not stop the start.
 */
export function createPool(telemetry: Telemetry, options: PoolOptions): Database {
  const pool = new pg.Pool(poolConfig(telemetry, options));
  const metrics = metricsOf(telemetry);
  metrics.db_client_connections_max.set({ pool: options.name }, pool.options.max);
  watch(pool, options.name, metrics);
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => telemetry.logger.warn({ error, pool: options.name }, 'idle connection lost'));
  // One in use that breaks between two queries fails the next query; the event itself has nobody else to go to.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const check = async () => {
    try {
      await pool.query('SELECT 1');
    } catch (error) {
      if (refusedCredentials.test(errorCode(error) ?? '')) options.password.forget();
      throw error;
    }
  };
  return Object.assign(pool, { name: options.name, metrics, check, stop: () => pool.end() });
}
