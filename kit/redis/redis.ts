import { Cluster, Redis } from 'ioredis';
import { type Static, type TObject, Type } from 'typebox';
import { HostList, Secret } from '../environment.ts';
import type { SecretValue } from '../secrets.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics } from '../telemetry/metrics.ts';
import { redisMetrics } from './metrics.ts';

/** The variables of a process that uses the cache. */
export const redisEnvironment = {
  CACHE_NODES: HostList(),
  /** `cluster`: any of the nodes tells where the others are. */
  CACHE_MODE: Type.Enum(['single', 'cluster'], { default: 'single' }),
  CACHE_USER: Type.Optional(Type.String({ minLength: 1 })),
  CACHE_PASSWORD: Type.Optional(Secret()),
  CACHE_TLS: Type.Enum(['disable', 'verify'], { default: 'disable' }),
};
export type RedisEnvironment = Static<TObject<typeof redisEnvironment>>;

export interface RedisConnectionOptions {
  /** How the client is called in metrics. */
  readonly name: string;
  /** `host:port` each; a single node has one. */
  readonly nodes: readonly string[];
  readonly cluster: boolean;
  readonly tls: boolean;
  readonly user?: string | undefined;
  readonly password?: SecretValue | undefined;
  /** Put before every key, so that services never meet. */
  readonly keyPrefix: string;
  readonly commandTimeoutMillis?: number;
}

export function redisOptions(config: RedisEnvironment) {
  return {
    nodes: config.CACHE_NODES,
    cluster: config.CACHE_MODE === 'cluster',
    tls: config.CACHE_TLS === 'verify',
    user: config.CACHE_USER,
    password: config.CACHE_PASSWORD,
  };
}

export interface RedisPart {
  check(): Promise<unknown>;
  stop(): Promise<void>;
}

/** An ioredis client, single or cluster, that is also a part of a process. */
export type RedisClient = (Redis | Cluster) & RedisPart;

const defaultCommandTimeoutMillis = 1000;
const connectTimeoutMillis = 3000;
const disconnectTimeoutMillis = 500;

/** Without a connection a command fails at once: a cache that is away must not make its callers wait. */
const failFast = { enableOfflineQueue: false, lazyConnect: true } as const;

const reconnectDelay = (attempt: number): number => Math.min(5000, 50 * 2 ** Math.min(attempt, 10));

async function clientSettings(options: RedisConnectionOptions) {
  return {
    commandTimeout: options.commandTimeoutMillis ?? defaultCommandTimeoutMillis,
    connectTimeout: connectTimeoutMillis,
    disconnectTimeout: disconnectTimeoutMillis,
    maxRetriesPerRequest: 1,
    ...(options.password ? { password: await options.password.reveal() } : {}),
    ...(options.user ? { username: options.user } : {}),
    ...(options.tls ? { tls: {} } : {}),
  };
}

async function createClient(options: RedisConnectionOptions): Promise<Redis | Cluster> {
  const nodes = options.nodes.map((node) => ({ host: node.split(':')[0] ?? '', port: Number(node.split(':')[1]) }));
  const settings = await clientSettings(options);
  const { keyPrefix } = options;
  if (!options.cluster) {
    return new Redis({ ...nodes[0], ...settings, ...failFast, keyPrefix, retryStrategy: reconnectDelay });
  }
  return new Cluster(nodes, {
    redisOptions: settings,
    keyPrefix,
    ...failFast,
    clusterRetryStrategy: reconnectDelay,
    slotsRefreshTimeout: 2000,
    // With TLS the certificate names the configured host, not the address that it resolves to.
    dnsLookup: (address, callback) => callback(null, address),
  });
}

/** A rotated password is used from the next connection on. */
function followRotation(client: Redis | Cluster, password: SecretValue): void {
  client.on('close', () => {
    password.forget();
    password.reveal().then(
      (value) => {
        const settings = client instanceof Cluster ? client.options.redisOptions : client.options;
        if (settings) settings.password = value;
      },
      () => undefined,
    );
  });
}

/**
 * Connects in the background and again after any loss. Commands have a timeout and reject at once without a
 * connection; error events are logged once an outage and never end the process.
 */
export async function createRedis(telemetry: Telemetry, options: RedisConnectionOptions): Promise<RedisClient> {
  const client = await createClient(options);
  const { redis_client_connected: connected } = defineMetrics(telemetry.registry, redisMetrics);
  const labels = { client: options.name };
  let away = false;
  const leave = (error?: Error) => {
    connected.set(labels, 0);
    if (away || !error) return;
    away = true;
    telemetry.logger.warn({ client: options.name, error }, 'cache away, will reconnect');
  };
  client.on('error', leave);
  client.on('close', () => leave());
  client.on('ready', () => {
    away = false;
    connected.set(labels, 1);
  });
  if (options.password) followRotation(client, options.password);
  // A cache that is away at the start comes later; its check says so meanwhile.
  await client.connect().catch(leave);
  const check = async () => void (await client.ping());
  const stop = async () => {
    // Without a connection «quit» says OK and goes on reconnecting.
    await client.quit().catch(() => undefined);
    client.disconnect();
  };
  return Object.assign(client, { check, stop });
}
