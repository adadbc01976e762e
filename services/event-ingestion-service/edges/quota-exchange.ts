import type { RedisClient } from '#kit/redis/index.ts';
import type { QuotaLedger, Untold } from '../domain/quota.ts';

const exchangeMillis = 500;

/** Windows are told to the millisecond by the wall clock, so all instances mean the same one. */
async function exchange(redis: RedisClient, ledger: QuotaLedger, keepMillis: number): Promise<void> {
  const tellOne = async ({ game, window, events }: Untold) => {
    const key = `quota:${game}:${window}`;
    const total = await redis.incrby(key, events);
    if (total === events) await redis.pexpire(key, keepMillis);
    ledger.hear(game, window, total);
  };
  await Promise.all(ledger.tell().map(tellOne));
}

/** Tells the other instances what was counted here, and hears the sum, twice a second. Without the cache each counts alone. */
export function exchangeQuotas(redis: RedisClient, ledger: QuotaLedger, windowMillis: number) {
  const timer = setInterval(() => {
    exchange(redis, ledger, 2 * windowMillis).catch(() => undefined);
  }, exchangeMillis);
  return { stop: async () => clearInterval(timer) };
}
