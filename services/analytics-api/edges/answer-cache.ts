import type { Cache } from '#kit/redis/index.ts';
import { type Changes, tenantKey } from './changes.ts';
import type { Range, Tenant } from './reading.ts';

export interface Question {
  readonly kind: string;
  readonly tenant: Tenant;
  readonly range: Range;
  /** What else tells this question from others of its kind. */
  readonly also?: readonly (string | number)[];
  /** An answer that takes long may be older than its game by this much; its own moment says how old it is. */
  readonly settleMillis?: number;
}

export interface AnswerCacheOptions {
  readonly cache: Cache;
  readonly changes: Changes;
  /** How long an answer may be served again when nothing was heard of a change; 0 turns the cache off. */
  readonly ttlMillis: number;
}

/** Answers about days, kept for all processes until the game changes. */
export class AnswerCache {
  readonly #options: AnswerCacheOptions;

  constructor(options: AnswerCacheOptions) {
    this.#options = options;
  }

  /** The game's version is part of the key: what was kept before a change is not found after it, and expires by itself. */
  cached<Value>(question: Question, load: () => Promise<Value>): Promise<Value> {
    const { cache, changes, ttlMillis } = this.#options;
    const { kind, tenant, range, also = [], settleMillis = 1 } = question;
    if (ttlMillis === 0) return load();
    const { gameId, dataClass } = tenant;
    const place = tenantKey({ gameId: encodeURIComponent(gameId), dataClass });
    const more = also.map((part) => encodeURIComponent(part));
    const key = [kind, place, range.from, range.to, Math.floor(changes.version(tenant) / settleMillis), ...more].join(
      ':',
    );
    return cache.cached(key, Math.max(ttlMillis, settleMillis), load);
  }
}
