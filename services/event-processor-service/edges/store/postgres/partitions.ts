import type pg from 'pg';
import { dayName, utcDayOf } from '../../../domain/calendar.ts';
import type { StorableEvent } from '../../../domain/event.ts';
import { periodOf } from '../../../domain/identity.ts';
import { periodsOf } from './identities.ts';

/** What differs between plain PostgreSQL and its extensions: how room for a day is made and old room is let go. */
export interface Dialect {
  /** Before a transaction that writes these events. */
  makeRoom(events: readonly StorableEvent[]): Promise<void>;
  upkeep(nowMillis: number): Promise<void>;
}

/** Today and the days that clocks ahead may reach are there before anybody needs them. */
const DAYS_AHEAD = 3;

/** Periods of identities, which are native partitions in every dialect. */
class IdentityPeriods {
  readonly #pool: pg.Pool;
  readonly #horizonMillis: number;
  readonly #periods = new Set<number>();

  constructor(pool: pg.Pool, horizonMillis: number) {
    this.#pool = pool;
    this.#horizonMillis = horizonMillis;
  }

  async ensure(events: readonly StorableEvent[]): Promise<void> {
    for (const period of periodsOf(events, this.#horizonMillis)) {
      if (this.#periods.has(period)) continue;
      await this.#pool.query('SELECT event_store.ensure_identity_period($1)', [period]);
      this.#periods.add(period);
    }
  }

  /** A period is past when the horizon of the oldest record that is still to be processed does not reach it. */
  async dropPast(nowMillis: number): Promise<void> {
    const { rows } = await this.#pool.query<{ oldest: Date | null }>(
      'SELECT min(last_received_at) AS oldest FROM event_store.consumer_positions',
    );
    const oldestMillis = Math.min(nowMillis, rows[0]?.oldest?.getTime() ?? nowMillis);
    const needed = periodOf(oldestMillis - this.#horizonMillis);
    await this.#pool.query('SELECT event_store.drop_identity_periods($1)', [needed]);
    for (const period of this.#periods) if (period < needed) this.#periods.delete(period);
  }
}

/** Native day partitions of events: made before they are needed. */
class NativePartitions implements Dialect {
  readonly #pool: pg.Pool;
  readonly #periods: IdentityPeriods;
  readonly #days = new Set<number>();

  constructor(pool: pg.Pool, periods: IdentityPeriods) {
    this.#pool = pool;
    this.#periods = periods;
  }

  async makeRoom(events: readonly StorableEvent[]): Promise<void> {
    await this.#ensureDays(new Set(events.map(({ timestampMillis }) => utcDayOf(timestampMillis))));
    await this.#periods.ensure(events);
  }

  async upkeep(nowMillis: number): Promise<void> {
    const today = utcDayOf(nowMillis);
    await this.#ensureDays(new Set(Array.from({ length: DAYS_AHEAD }, (_, ahead) => today + ahead)));
    await this.#periods.dropPast(nowMillis);
  }

  async #ensureDays(days: ReadonlySet<number>): Promise<void> {
    for (const day of days) {
      if (this.#days.has(day)) continue;
      await this.#pool.query('SELECT event_store.ensure_event_day($1::date)', [dayName(day)]);
      this.#days.add(day);
    }
  }
}

/** A hypertable makes its chunks, compresses and drops them by itself. */
class Hypertable implements Dialect {
  readonly #periods: IdentityPeriods;

  constructor(periods: IdentityPeriods) {
    this.#periods = periods;
  }

  makeRoom(events: readonly StorableEvent[]): Promise<void> {
    return this.#periods.ensure(events);
  }

  upkeep(nowMillis: number): Promise<void> {
    return this.#periods.dropPast(nowMillis);
  }
}

/** Whether the extension is installed in this database; whoever runs the server decides that. */
export async function hasTimescale(pool: Pick<pg.Pool, 'query'>): Promise<boolean> {
  const { rows } = await pool.query("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'");
  return rows.length > 0;
}

/** What the database is, asked when it is needed first: it may be away when the service starts. */
export class DetectedDialect implements Dialect {
  readonly #pool: pg.Pool;
  readonly #periods: IdentityPeriods;
  #found: Dialect | undefined;

  constructor(pool: pg.Pool, horizonMillis: number) {
    this.#pool = pool;
    this.#periods = new IdentityPeriods(pool, horizonMillis);
  }

  async makeRoom(events: readonly StorableEvent[]): Promise<void> {
    await (await this.#dialect()).makeRoom(events);
  }

  async upkeep(nowMillis: number): Promise<void> {
    await (await this.#dialect()).upkeep(nowMillis);
  }

  async #dialect(): Promise<Dialect> {
    this.#found ??= (await hasTimescale(this.#pool))
      ? new Hypertable(this.#periods)
      : new NativePartitions(this.#pool, this.#periods);
    return this.#found;
  }
}
