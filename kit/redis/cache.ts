import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics, type Instruments } from '../telemetry/metrics.ts';
import { redisMetrics } from './metrics.ts';
import type { RedisClient } from './redis.ts';

type Commands = Pick<RedisClient, 'get' | 'set' | 'del'>;

/** TTLs differ by up to this share, so that keys written together do not expire together. */
const jitter = 0.1;

/** Values by key with a time to live; one load a key at a time in this process. */
export class Cache {
  readonly #redis: Commands;
  readonly #name: string;
  readonly #requests: Instruments<typeof redisMetrics>['cache_requests_total'];
  readonly #loading = new Map<string, Promise<unknown>>();

  constructor(telemetry: Telemetry, redis: Commands, name: string) {
    this.#redis = redis;
    this.#name = name;
    this.#requests = defineMetrics(telemetry.registry, redisMetrics).cache_requests_total;
  }

  /**
   * The cached value, or what `load` gives, which is then kept for `ttlMillis`. A cache that is away is passed by.
   * Values travel as JSON: T must survive that. Only what `load` throws is thrown.
   */
  async cached<T>(key: string, ttlMillis: number, load: () => Promise<T>): Promise<T> {
    const running = this.#loading.get(key);
    // One key is always loaded as one type, by the one caller that builds the key.
    if (running) return running as Promise<T>;
    const reading = this.#read(key, ttlMillis, load).finally(() => this.#loading.delete(key));
    this.#loading.set(key, reading);
    return reading;
  }

  async invalidate(...keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await Promise.all(keys.map((key) => this.#redis.del(key)));
  }

  async #read<T>(key: string, ttlMillis: number, load: () => Promise<T>): Promise<T> {
    const text = await this.#redis.get(key).catch(() => undefined);
    if (typeof text === 'string') {
      this.#count('hit');
      // Written by #keep of the same key, hence of the same type.
      return JSON.parse(text) as T;
    }
    this.#count(text === null ? 'miss' : 'bypass');
    const value = await load();
    if (text === null) await this.#keep(key, ttlMillis, value);
    return value;
  }

  async #keep(key: string, ttlMillis: number, value: unknown): Promise<void> {
    const ttl = Math.max(1, Math.round(ttlMillis * (1 - Math.random() * jitter)));
    await this.#redis.set(key, JSON.stringify(value), 'PX', ttl).catch(() => undefined);
  }

  #count(outcome: 'hit' | 'miss' | 'bypass'): void {
    this.#requests.inc({ cache: this.#name, outcome });
  }
}
