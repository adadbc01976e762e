import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { ExpiringMap } from '#kit/expiring-map.ts';
import type { RedisClient } from '#kit/redis/index.ts';
import { errors } from '../../errors.ts';

const MAX_KNOWN = 1_000;
const LIFETIME_MILLIS = 24 * 3_600_000;
/** Longer ones are answered and not remembered. */
const MAX_CHARACTERS = 10_000;

/** Source: automatic persisted queries, as clients send them. */
const Extension = Type.Object({
  persistedQuery: Type.Object({ version: Type.Literal(1), sha256Hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface PersistedQuery {
  readonly query?: string | undefined;
  readonly extensions?: unknown;
}

/** Queries by their hash: in this process, and in Redis for the others. A cache that is away is passed by. */
export class PersistedQueries {
  readonly #known = new ExpiringMap<string>(MAX_KNOWN);
  readonly #redis: Pick<RedisClient, 'get' | 'set'>;

  constructor(redis: Pick<RedisClient, 'get' | 'set'>) {
    this.#redis = redis;
  }

  /** The text of a query; undefined when neither a text nor a hash is there. Errors: PERSISTED_QUERY_…. */
  async textOf({ query, extensions }: PersistedQuery): Promise<string | undefined> {
    if (!Check(Extension, extensions)) return query;
    const { sha256Hash: hash } = (extensions satisfies Static<typeof Extension>).persistedQuery;
    if (query === undefined) return this.#find(hash);
    if (sha256(query) !== hash)
      throw errors.PERSISTED_QUERY_MISMATCH({ detail: `The hash ${hash.slice(0, 12)}… is not that of the query.` });
    await this.#remember(hash, query);
    return query;
  }

  async #find(hash: string): Promise<string> {
    const known = this.#known.get(hash) ?? (await this.#redis.get(`persisted:${hash}`).catch(() => null));
    if (typeof known !== 'string')
      throw errors.PERSISTED_QUERY_NOT_FOUND({ detail: `No query with the hash ${hash.slice(0, 12)}… is known.` });
    this.#known.set(hash, known, LIFETIME_MILLIS);
    return known;
  }

  async #remember(hash: string, query: string): Promise<void> {
    if (this.#known.get(hash) !== undefined || query.length > MAX_CHARACTERS) return;
    this.#known.set(hash, query, LIFETIME_MILLIS);
    await this.#redis.set(`persisted:${hash}`, query, 'PX', LIFETIME_MILLIS).catch(() => undefined);
  }
}
