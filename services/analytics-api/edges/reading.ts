import { errorCode } from '#kit/errors.ts';
import { type Database, type Queryable, transaction } from '#kit/postgres/index.ts';
import { errors } from '../errors.ts';

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

/** Rows come with bigint and numeric as text; counts fit a double up to 2^53. */
export type Row = Readonly<Record<string, string | null>>;
export const number = (text: string | null | undefined): number => Number(text ?? 0);

/** A statement is prepared once a connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** RFC 3339 with all digits that the database holds. */
export const moment = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const bind = "SELECT set_config('gamemetrics.game_ids', $1, true), set_config('gamemetrics.data_class', $2, true)";

const common = {
  dataAsOf: { name: 'analytics.dataAsOf', text: 'SELECT data_as_of AS as_of FROM analytics.data_as_of' },
  bounds: {
    name: 'analytics.bounds',
    text: `SELECT tenant_id, ${moment('($1::date)::timestamp AT TIME ZONE time_zone')} AS begins,
             ${moment('($2::date + 1)::timestamp AT TIME ZONE time_zone')} AS ends FROM analytics.games`,
  },
} as const;

export async function rowsOf(
  client: Queryable,
  { name, text }: Statement,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const { rows } = await client.query<Row>({ name, text, values: [...values] });
  return rows;
}

/** Null until anything was processed. */
export async function dataAsOf(client: Queryable): Promise<string | null> {
  const [row] = await rowsOf(client, common.dataAsOf);
  return row?.as_of ? new Date(row.as_of).toISOString() : null;
}

/** The moments between which the days of a range lie in the game's time zone; undefined where nothing was ever stored. */
export async function boundsOf(client: Queryable, { from, to }: Range) {
  const [row] = await rowsOf(client, common.bounds, [from, to]);
  return row && { tenantId: number(row.tenant_id), begins: row.begins ?? '', ends: row.ends ?? '' };
}

/** SQLSTATE of a statement that ran into its timeout. */
const CANCELED = '57014';

function explained(error: unknown): unknown {
  if (errorCode(error) !== CANCELED) return error;
  return errors.ANSWER_TOO_SLOW({ detail: 'The database took too long over this answer.', cause: error });
}

/** Reads the event store's views, always inside a transaction that is bound to its tenants in the database itself. */
export class TenantReader {
  readonly #pool: Database;

  constructor(pool: Database) {
    this.#pool = pool;
  }

  /** Errors: DATABASE_UNAVAILABLE, ANSWER_TOO_SLOW. */
  read<Result>({ gameId, dataClass }: Tenant, work: (client: Queryable) => Promise<Result>): Promise<Result> {
    return this.readGames([gameId], dataClass, work);
  }

  /** Several games in one transaction; whoever asks must keep their rows apart by `game_id`. */
  async readGames<Result>(
    gameIds: readonly string[],
    dataClass: DataClass,
    work: (client: Queryable) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await transaction(
        this.#pool,
        async (client) => {
          await client.query(bind, [JSON.stringify(gameIds), dataClass]);
          return work(client);
        },
        { readOnly: true, isolation: 'repeatable read', idempotent: true },
      );
    } catch (error) {
      throw explained(error);
    }
  }
}
