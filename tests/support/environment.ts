import { homedir } from 'node:os';
import { join } from 'node:path';

/** Tests that need more than Node, named in GAMEMETRICS_TIERS (a list with commas). */
export const selectedTiers: readonly string[] = (process.env.GAMEMETRICS_TIERS ?? '')
  .split(',')
  .map((tier) => tier.trim())
  .filter((tier) => tier !== '');

/** A superuser's address of a server with TimescaleDB: with it, the tests of the event store run there. */
export const timescaleUrl: string | undefined = process.env.TIMESCALEDB_URL;

/** Where downloads that tests share are kept between runs. */
export const cacheDirectory: string = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gamemetrics');
