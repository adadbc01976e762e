import { ExpiringMap } from '#kit/expiring-map.ts';
import type { Tenant } from './store.ts';

/** A player who plays changes their totals once a minute (catalog/events/processed.ts); with the way to here on top. */
const AWAKE_MILLIS = 75_000;
/** A game under load changes several times a second; its answers may be this old, so that the cache still helps. */
const SETTLE_MILLIS = 1_000;
const MAX_TENANTS = 10_000;

interface Change {
  readonly newestAtMillis: number;
  /** What answers are kept under now, and since when. */
  readonly version: number;
  readonly adoptedAtMillis: number;
}

export const tenantKey = ({ gameId, dataClass }: Tenant): string => `${dataClass}:${gameId}`;

/** Which games changed lately. Nothing known of a game is the same as nothing changed. */
export class Changes {
  readonly #recent: ExpiringMap<Change>;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#recent = new ExpiringMap(MAX_TENANTS, now);
  }

  /** The players of a game did something; `atMillis` is the moment that the change itself carries. */
  note(tenant: Tenant, atMillis: number): void {
    const key = tenantKey(tenant);
    const { version = 0, adoptedAtMillis = 0, newestAtMillis = 0 } = this.#recent.get(key) ?? {};
    const newest = Math.max(newestAtMillis, atMillis);
    this.#recent.set(key, { newestAtMillis: newest, version, adoptedAtMillis }, AWAKE_MILLIS);
  }

  /** True while somebody plays. */
  isAwake(tenant: Tenant): boolean {
    return this.#recent.get(tenantKey(tenant)) !== undefined;
  }

  /**
   * A number that moves on when the game changed: at once when it was still, then at most once a second. It comes from
   * the changes themselves, so processes that heard the same have the same and share what they cached.
   */
  version(tenant: Tenant): number {
    const key = tenantKey(tenant);
    const known = this.#recent.get(key);
    if (!known) return 0;
    const { newestAtMillis, version, adoptedAtMillis } = known;
    if (newestAtMillis === version || this.#now() - adoptedAtMillis < SETTLE_MILLIS) return version;
    this.#recent.set(key, { newestAtMillis, version: newestAtMillis, adoptedAtMillis: this.#now() }, AWAKE_MILLIS);
    return newestAtMillis;
  }
}
