import { type Database, type Queryable, transaction } from '#kit/postgres/index.ts';
import type { CohortRow, Rollups } from '../domain/kpis.ts';
import type { MinuteCounts } from '../domain/rate.ts';

export type DataClass = 'production' | 'sandbox';

/** One game in one data class: what every transaction is bound to in the database itself. */
export interface Tenant {
  readonly gameId: string;
  readonly dataClass: DataClass;
}

export interface Range {
  readonly from: string;
  readonly to: string;
}

export interface MinuteRate {
  readonly minute: string;
  readonly events: number;
}

export interface LiveFigures {
  readonly minutes: MinuteCounts;
  readonly playersOnline: number;
  readonly dataAsOf: string | null;
}

const LATEST_MINUTES = 3;
const MAX_EVENT_TYPES = 200;

/** Rows come with bigint and numeric as text; counts fit a double up to 2^53. */
type Row = Readonly<Record<string, string | null>>;
const number = (text: string | null | undefined): number => Number(text ?? 0);

const statements = {
  bind: "SELECT set_config('gamemetrics.game_ids', $1, true), set_config('gamemetrics.data_class', $2, true)",
  dataAsOf: 'SELECT data_as_of AS as_of FROM analytics.data_as_of',
  active:
    'SELECT day::text, window_days, players FROM analytics.active_players WHERE day BETWEEN $1 AND $2 AND window_days IN (1, 7, 30)',
  cohorts:
    'SELECT cohort_day::text, day_number, players FROM analytics.cohort_days WHERE cohort_day BETWEEN $1 AND $2 AND day_number IN (0, 1, 7, 30)',
  sessions: 'SELECT day::text, started, ended, length_millis FROM analytics.session_days WHERE day BETWEEN $1 AND $2',
  events:
    'SELECT day::text, sum(events) AS events FROM analytics.event_counts_day WHERE day BETWEEN $1 AND $2 GROUP BY day',
  types: `SELECT event_type, sum(events) AS events FROM analytics.event_counts_day WHERE day BETWEEN $1 AND $2
          GROUP BY event_type ORDER BY 2 DESC, 1 LIMIT ${MAX_EVENT_TYPES}`,
  revenue: 'SELECT day::text, currency, amount FROM analytics.revenue_days WHERE day BETWEEN $1 AND $2',
  payers: `SELECT day::text, count(DISTINCT player_id) AS payers FROM analytics.player_revenue_days
           WHERE day BETWEEN $1 AND $2 AND purchases > 0 GROUP BY day`,
  minutes: `SELECT to_char(minute AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS minute, stored
            FROM analytics.conservation_minutes WHERE minute > now() - make_interval(mins => $1) ORDER BY minute`,
  online:
    "SELECT players FROM analytics.online_minutes WHERE minute = date_trunc('minute', now()) - interval '1 minute'",
} as const;

type Statement = Exclude<keyof typeof statements, 'bind'>;

async function rowsOf(
  client: Queryable,
  statement: Statement,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const { rows } = await client.query<Row>({
    name: `analytics.${statement}`,
    text: statements[statement],
    values: [...values],
  });
  return rows;
}

/** Null until anything was processed. */
async function dataAsOf(client: Queryable): Promise<string | null> {
  const [row] = await rowsOf(client, 'dataAsOf');
  return row?.as_of ? new Date(row.as_of).toISOString() : null;
}

async function readCohorts(client: Queryable, { from, to }: Range): Promise<readonly CohortRow[]> {
  const rows = await rowsOf(client, 'cohorts', [from, to]);
  return rows.map((row) => ({
    cohortDay: row.cohort_day ?? '',
    dayNumber: number(row.day_number),
    players: number(row.players),
  }));
}

/** Reads the event store's views, always inside a transaction that is bound to one tenant. */
export class AnalyticsStore {
  readonly #pool: Database;

  constructor(pool: Database) {
    this.#pool = pool;
  }

  /** The rollups behind the KPIs of a range of days, all of one moment. */
  rollups(tenant: Tenant, range: Range): Promise<Rollups> {
    const days = [range.from, range.to];
    return this.#read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const active = await rowsOf(client, 'active', days);
      const cohorts = await readCohorts(client, range);
      const sessions = await rowsOf(client, 'sessions', days);
      const events = await rowsOf(client, 'events', days);
      const revenue = await rowsOf(client, 'revenue', days);
      const payers = await rowsOf(client, 'payers', days);
      return {
        dataAsOf: asOf,
        active: active.map((row) => ({
          day: row.day ?? '',
          windowDays: number(row.window_days),
          players: number(row.players),
        })),
        cohorts,
        sessions: sessions.map((row) => ({
          day: row.day ?? '',
          started: number(row.started),
          ended: number(row.ended),
          lengthMillis: number(row.length_millis),
        })),
        events: events.map((row) => ({ day: row.day ?? '', events: number(row.events) })),
        revenue: revenue.map((row) => ({
          day: row.day ?? '',
          currency: row.currency ?? '',
          amount: number(row.amount),
        })),
        payers: payers.map((row) => ({ day: row.day ?? '', payers: number(row.payers) })),
      };
    });
  }

  cohorts(tenant: Tenant, range: Range): Promise<readonly CohortRow[]> {
    return this.#read(tenant, (client) => readCohorts(client, range));
  }

  eventTypes(
    tenant: Tenant,
    { from, to }: Range,
  ): Promise<readonly { readonly type: string; readonly events: number }[]> {
    return this.#read(tenant, async (client) => {
      const rows = await rowsOf(client, 'types', [from, to]);
      return rows.map((row) => ({ type: row.event_type ?? '', events: number(row.events) }));
    });
  }

  /** Stored events by minute of acceptance; minutes without events are left out. */
  minutes(tenant: Tenant, count: number): Promise<readonly MinuteRate[]> {
    return this.#read(tenant, async (client) => {
      const rows = await rowsOf(client, 'minutes', [count]);
      return rows.map((row) => ({ minute: row.minute ?? '', events: number(row.stored) }));
    });
  }

  live(tenant: Tenant): Promise<LiveFigures> {
    return this.#read(tenant, async (client) => {
      const minutes = await rowsOf(client, 'minutes', [LATEST_MINUTES]);
      const [online] = await rowsOf(client, 'online');
      return {
        minutes: new Map(minutes.map((row) => [row.minute ?? '', number(row.stored)])),
        playersOnline: number(online?.players),
        dataAsOf: await dataAsOf(client),
      };
    });
  }

  #read<Result>({ gameId, dataClass }: Tenant, work: (client: Queryable) => Promise<Result>): Promise<Result> {
    return transaction(
      this.#pool,
      async (client) => {
        await client.query(statements.bind, [JSON.stringify([gameId]), dataClass]);
        return work(client);
      },
      { readOnly: true, isolation: 'repeatable read', idempotent: true },
    );
  }
}
