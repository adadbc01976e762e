import { readFileSync } from 'node:fs';
import { Cluster, Redis } from 'ioredis';
import { type Static, type TObject, Type } from 'typebox';
import { Secret, Url } from '../environment.ts';
import type { SecretValue } from '../secrets.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics } from '../telemetry/metrics.ts';
import { redisMetrics } from './metrics.ts';

/** The variables of a process that uses the cache. */
export const redisEnvironment = {
  /** `redis://host:port`, or `rediss://` for TLS. */
  REDIS_URL: Url(['redis', 'rediss']),
  REDIS_CLUSTER: Type.Boolean({ default: false }),
  REDIS_CA_FILE: Type.Optional(Type.String({ minLength: 1 })),
  REDIS_PASSWORD: Type.Optional(Secret()),
};
export type RedisEnvironment = Static<TObject<typeof redisEnvironment>>;

export interface RedisConnectionOptions {
  /** How the client is called in metrics. */
  readonly name: string;
  readonly url: string;
  readonly cluster?: boolean;
  readonly caFile?: string | undefined;
  readonly password?: SecretValue | undefined;
  /** Put before every key, so that services never meet. */
  readonly keyPrefix: string;
  readonly commandTimeoutMillis?: number;
}

export function redisOptions(config: RedisEnvironment) {
  return {
    url: config.REDIS_URL,
    cluster: config.REDIS_CLUSTER,
    caFile: config.REDIS_CA_FILE,
    password: config.REDIS_PASSWORD,
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
const defaultPort = 6379;

/** Without a connection a command fails at once: a cache that is away must not make its callers wait. */
const failFast = { enableOfflineQueue: false, lazyConnect: true } as const;

const reconnectDelay = (attempt: number): number => Math.min(5000, 50 * 2 ** Math.min(attempt, 10));

async function clientSettings(options: RedisConnectionOptions, tls: boolean) {
  return {
    commandTimeout: options.commandTimeoutMillis ?? defaultCommandTimeoutMillis,
    connectTimeout: connectTimeoutMillis,
    maxRetriesPerRequest: 1,
    ...(options.password ? { password: await options.password.reveal() } : {}),
    ...(tls ? { tls: options.caFile ? { ca: readFileSync(options.caFile, 'utf8') } : {} } : {}),
  };
}

async function createClient(options: RedisConnectionOptions): Promise<Redis | Cluster> {
  const { hostname: host, port, protocol } = new URL(options.url);
  const node = { host, port: Number(port || defaultPort) };
  const settings = await clientSettings(options, protocol === 'rediss:');
  const { keyPrefix } = options;
  if (!options.cluster)
    return new Redis({ ...node, ...settings, ...failFast, keyPrefix, retryStrategy: reconnectDelay });
  return new Cluster([node], {
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
    await client.quit().catch(() => client.disconnect());
  };
  return Object.assign(client, { check, stop });
}
