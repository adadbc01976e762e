import type pg from 'pg';
import { Calendar } from '../../../domain/calendar.ts';
import type { Series, Tenant } from '../../../domain/event.ts';
import type { SeriesName, SeriesStore } from '../event-store.ts';

/** Event types that a game may invent: each costs rows in the rollups of every minute. */
export const MAX_EVENT_TYPES = 1_000;

interface TenantRow {
  readonly tenant_id: number;
  readonly game_id: string;
  readonly data_class: Tenant['dataClass'];
  readonly time_zone: string;
}

const insertTenant = `
  INSERT INTO event_store.tenants (game_id, data_class, time_zone) VALUES ($1, $2, $3)
  ON CONFLICT (game_id, data_class) DO NOTHING`;
const selectTenant = `
  SELECT tenant_id, game_id, data_class, time_zone FROM event_store.tenants WHERE game_id = $1 AND data_class = $2`;
const insertSeries = `
  INSERT INTO event_store.series (tenant_id, event_type)
  SELECT $1, $2 WHERE (SELECT count(*) FROM event_store.series WHERE tenant_id = $1) < $3
  ON CONFLICT (tenant_id, event_type) DO NOTHING`;
const selectSeries = 'SELECT series_id, event_type FROM event_store.series WHERE tenant_id = $1';

/** Tenants and series never change once made, so what was found stays found. */
class PostgresSeriesStore implements SeriesStore {
  readonly #pool: pg.Pool;
  readonly #tenants = { production: new Map<string, Tenant>(), sandbox: new Map<string, Tenant>() };
  readonly #series = new Map<Tenant, Map<string, Series>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  find(name: SeriesName): Series | undefined {
    const tenant = this.#tenant(name);
    return tenant && this.#series.get(tenant)?.get(name.eventType);
  }

  /** One after another: two that find the same game new must not make two tenants of it in memory. */
  resolve(names: readonly SeriesName[], timeZoneOf: (gameId: string) => Promise<string | undefined>): Promise<void> {
    const turn = this.#turn.then(() => this.#resolve(names, timeZoneOf));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #resolve(
    names: readonly SeriesName[],
    timeZoneOf: (gameId: string) => Promise<string | undefined>,
  ): Promise<void> {
    for (const name of names) {
      if (this.find(name)) continue;
      const tenant = this.#tenant(name) ?? (await this.#tenantOf(name, timeZoneOf));
      if (tenant) await this.#makeSeries(tenant, name.eventType);
    }
  }

  refusalOf(name: SeriesName): 'game_unknown' | 'too_many_event_types' {
    return this.#tenant(name) ? 'too_many_event_types' : 'game_unknown';
  }

  #tenant({ gameId, dataClass }: SeriesName): Tenant | undefined {
    return this.#tenants[dataClass].get(gameId);
  }

  async #tenantOf(
    name: SeriesName,
    timeZoneOf: (gameId: string) => Promise<string | undefined>,
  ): Promise<Tenant | undefined> {
    const found = await this.#selectTenant(name);
    if (found) return this.#remember(found);
    const timeZone = await timeZoneOf(name.gameId);
    if (timeZone === undefined) return undefined;
    await this.#pool.query(insertTenant, [name.gameId, name.dataClass, timeZone]);
    const made = await this.#selectTenant(name);
    return made && this.#remember(made);
  }

  async #selectTenant({ gameId, dataClass }: SeriesName): Promise<TenantRow | undefined> {
    const { rows } = await this.#pool.query<TenantRow>(selectTenant, [gameId, dataClass]);
    return rows[0];
  }

  async #remember(row: TenantRow): Promise<Tenant> {
    const { game_id: gameId, data_class: dataClass } = row;
    const tenant: Tenant = { id: row.tenant_id, gameId, dataClass, calendar: new Calendar(row.time_zone) };
    await this.#loadSeries(tenant);
    this.#tenants[dataClass].set(gameId, tenant);
    return tenant;
  }

  async #loadSeries(tenant: Tenant): Promise<void> {
    const { rows } = await this.#pool.query<{ series_id: number; event_type: string }>(selectSeries, [tenant.id]);
    const series = rows.map(({ series_id: id, event_type: eventType }): Series => ({ id, tenant, eventType }));
    this.#series.set(tenant, new Map(series.map((one) => [one.eventType, one])));
  }

  /** A game that has all the types it may have is not asked for again: its refusals cost no query. */
  async #makeSeries(tenant: Tenant, eventType: string): Promise<void> {
    const known = this.#series.get(tenant);
    if (known && known.size >= MAX_EVENT_TYPES) return;
    await this.#pool.query(insertSeries, [tenant.id, eventType, MAX_EVENT_TYPES]);
    await this.#loadSeries(tenant);
  }
}

export function createSeriesStore(pool: pg.Pool): SeriesStore {
  return new PostgresSeriesStore(pool);
}
