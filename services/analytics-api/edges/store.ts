import type { Queryable } from '#kit/postgres/index.ts';
import type { CohortRow, Rollups } from '../domain/kpis.ts';
import type { MinuteCounts } from '../domain/rate.ts';
import {
  type DataClass,
  dataAsOf,
  number,
  type Range,
  type Row,
  rowsOf,
  type Tenant,
  type TenantReader,
} from './reading.ts';

export type { DataClass, Range, Tenant } from './reading.ts';

/** Answers that carry the moment up to which they are complete. */
export interface AsOf {
  readonly dataAsOf: string | null;
}

export interface MinuteRate extends AsOf {
  readonly minute: string;
  readonly events: number;
}

export interface Cohorts extends AsOf {
  readonly rows: readonly CohortRow[];
}

export interface TypeCount extends AsOf {
  readonly type: string;
  readonly events: number;
}

export interface LiveFigures extends AsOf {
  readonly minutes: MinuteCounts;
  readonly playersOnline: number;
}

const LATEST_MINUTES = 3;
const MAX_EVENT_TYPES = 200;

const named = (name: string, text: string) => ({ name: `analytics.${name}`, text });

const statements = {
  active: named(
    'active',
    'SELECT game_id, day::text, window_days, players FROM analytics.active_players WHERE day BETWEEN $1 AND $2 AND window_days IN (1, 7, 30)',
  ),
  cohorts: named(
    'cohorts',
    'SELECT game_id, cohort_day::text, day_number, players FROM analytics.cohort_days WHERE cohort_day BETWEEN $1 AND $2 AND day_number IN (0, 1, 7, 30)',
  ),
  sessions: named(
    'sessions',
    'SELECT game_id, day::text, started, ended, length_millis FROM analytics.session_days WHERE day BETWEEN $1 AND $2',
  ),
  events: named(
    'events',
    'SELECT game_id, day::text, sum(events) AS events FROM analytics.event_counts_day WHERE day BETWEEN $1 AND $2 GROUP BY game_id, day',
  ),
  types: named(
    'types',
    `SELECT event_type, sum(events) AS events FROM analytics.event_counts_day WHERE day BETWEEN $1 AND $2
     GROUP BY event_type ORDER BY 2 DESC, 1 LIMIT ${MAX_EVENT_TYPES}`,
  ),
  revenue: named(
    'revenue',
    'SELECT game_id, day::text, currency, amount FROM analytics.revenue_days WHERE day BETWEEN $1 AND $2',
  ),
  payers: named(
    'payers',
    `SELECT game_id, day::text, count(DISTINCT player_id) AS payers FROM analytics.player_revenue_days
     WHERE day BETWEEN $1 AND $2 AND purchases > 0 GROUP BY game_id, day`,
  ),
  minutes: named(
    'minutes',
    `SELECT to_char(minute AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS minute, stored
     FROM analytics.conservation_minutes WHERE minute > now() - make_interval(mins => $1) ORDER BY minute`,
  ),
  online: named(
    'online',
    "SELECT players FROM analytics.online_minutes WHERE minute = date_trunc('minute', now()) - interval '1 minute'",
  ),
} as const;

const cohortOf = (row: Row): CohortRow => ({
  cohortDay: row.cohort_day ?? '',
  dayNumber: number(row.day_number),
  players: number(row.players),
});

type RollupRows = Readonly<Record<Exclude<keyof Rollups, 'dataAsOf'>, readonly Row[]>>;

/** The rows of one game. */
function rollupsOf(game: string, rows: RollupRows, asOf: string | null): Rollups {
  const own = (all: readonly Row[]): readonly Row[] => all.filter(({ game_id }) => game_id === game);
  return {
    dataAsOf: asOf,
    cohorts: own(rows.cohorts).map(cohortOf),
    active: own(rows.active).map((row) => ({
      day: row.day ?? '',
      windowDays: number(row.window_days),
      players: number(row.players),
    })),
    sessions: own(rows.sessions).map((row) => ({
      day: row.day ?? '',
      started: number(row.started),
      ended: number(row.ended),
      lengthMillis: number(row.length_millis),
    })),
    events: own(rows.events).map((row) => ({ day: row.day ?? '', events: number(row.events) })),
    revenue: own(rows.revenue).map((row) => ({
      day: row.day ?? '',
      currency: row.currency ?? '',
      amount: number(row.amount),
    })),
    payers: own(rows.payers).map((row) => ({ day: row.day ?? '', payers: number(row.payers) })),
  };
}

async function rollupRows(client: Queryable, { from, to }: Range): Promise<RollupRows> {
  const days = [from, to];
  return {
    active: await rowsOf(client, statements.active, days),
    cohorts: await rowsOf(client, statements.cohorts, days),
    sessions: await rowsOf(client, statements.sessions, days),
    events: await rowsOf(client, statements.events, days),
    revenue: await rowsOf(client, statements.revenue, days),
    payers: await rowsOf(client, statements.payers, days),
  };
}

/** The rollups behind the KPIs. */
export class AnalyticsStore {
  readonly #reader: TenantReader;

  constructor(reader: TenantReader) {
    this.#reader = reader;
  }

  /** The rollups behind the KPIs of a range of days, all of one moment. */
  async rollups({ gameId, dataClass }: Tenant, range: Range): Promise<Rollups> {
    const [rollups] = await this.rollupsOfGames([gameId], dataClass, range);
    if (!rollups) throw new Error('one game was asked for and none answered');
    return rollups;
  }

  /** The same of several games in one transaction, in their order. */
  rollupsOfGames(gameIds: readonly string[], dataClass: DataClass, range: Range): Promise<readonly Rollups[]> {
    return this.#reader.readGames(gameIds, dataClass, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rollupRows(client, range);
      return gameIds.map((game) => rollupsOf(game, rows, asOf));
    });
  }

  cohorts(tenant: Tenant, { from, to }: Range): Promise<Cohorts> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      return { dataAsOf: asOf, rows: (await rowsOf(client, statements.cohorts, [from, to])).map(cohortOf) };
    });
  }

  eventTypes(tenant: Tenant, { from, to }: Range): Promise<readonly TypeCount[]> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.types, [from, to]);
      return rows.map((row) => ({ type: row.event_type ?? '', events: number(row.events), dataAsOf: asOf }));
    });
  }

  /** Stored events by minute of acceptance; minutes without events are left out. */
  minutes(tenant: Tenant, count: number): Promise<{ readonly counts: MinuteCounts } & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.minutes, [count]);
      return { dataAsOf: asOf, counts: new Map(rows.map((row) => [row.minute ?? '', number(row.stored)])) };
    });
  }

  live(tenant: Tenant): Promise<LiveFigures> {
    return this.#reader.read(tenant, async (client) => {
      const minutes = await rowsOf(client, statements.minutes, [LATEST_MINUTES]);
      const [online] = await rowsOf(client, statements.online);
      return {
        minutes: new Map(minutes.map((row) => [row.minute ?? '', number(row.stored)])),
        playersOnline: number(online?.players),
        dataAsOf: await dataAsOf(client),
      };
    });
  }
}
