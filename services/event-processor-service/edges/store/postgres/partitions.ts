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

/** Native day partitions of events, and periods of identities. */
export class NativePartitions implements Dialect {
  readonly #pool: pg.Pool;
  readonly #horizonMillis: number;
  readonly #days = new Set<number>();
  readonly #periods = new Set<number>();

  constructor(pool: pg.Pool, horizonMillis: number) {
    this.#pool = pool;
    this.#horizonMillis = horizonMillis;
  }

  async makeRoom(events: readonly StorableEvent[]): Promise<void> {
    await this.#ensureDays(new Set(events.map(({ timestampMillis }) => utcDayOf(timestampMillis))));
    await this.#ensurePeriods(periodsOf(events, this.#horizonMillis));
  }

  async upkeep(nowMillis: number): Promise<void> {
    const today = utcDayOf(nowMillis);
    await this.#ensureDays(new Set(Array.from({ length: DAYS_AHEAD }, (_, ahead) => today + ahead)));
    await this.#dropPeriods(nowMillis);
  }

  async #ensureDays(days: ReadonlySet<number>): Promise<void> {
    for (const day of days) {
      if (this.#days.has(day)) continue;
      await this.#pool.query('SELECT event_store.ensure_event_day($1::date)', [dayName(day)]);
      this.#days.add(day);
    }
  }

  async #ensurePeriods(periods: ReadonlySet<number>): Promise<void> {
    for (const period of periods) {
      if (this.#periods.has(period)) continue;
      await this.#pool.query('SELECT event_store.ensure_identity_period($1)', [period]);
      this.#periods.add(period);
    }
  }

  /** A period is past when the horizon of the oldest record that is still to be processed does not reach it. */
  async #dropPeriods(nowMillis: number): Promise<void> {
    const { rows } = await this.#pool.query<{ oldest: Date | null }>(
      'SELECT min(last_received_at) AS oldest FROM event_store.consumer_positions',
    );
    const oldestMillis = Math.min(nowMillis, rows[0]?.oldest?.getTime() ?? nowMillis);
    const needed = periodOf(oldestMillis - this.#horizonMillis);
    await this.#pool.query('SELECT event_store.drop_identity_periods($1)', [needed]);
    for (const period of this.#periods) if (period < needed) this.#periods.delete(period);
  }
}
