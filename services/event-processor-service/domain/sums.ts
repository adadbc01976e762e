/**
 * The rollups that are sums: what a batch adds to which row. The column kinds say how a number is stored: `minute` and
 * `day` are numbers since 1970 here and time there; `numeric` sums are exact at any size.
 */
export const additiveTables = {
  event_counts_minute: { keys: { series_id: 'integer', minute: 'minute' }, sums: { events: 'bigint' }, sharded: true },
  event_counts_hour: { keys: { series_id: 'integer', hour: 'minute' }, sums: { events: 'bigint' }, sharded: true },
  event_counts_day: { keys: { series_id: 'integer', day: 'day' }, sums: { events: 'bigint' }, sharded: true },
  active_players: {
    keys: { tenant_id: 'integer', window_days: 'smallint', day: 'day' },
    sums: { players: 'bigint' },
    sharded: true,
  },
  cohort_days: {
    keys: { tenant_id: 'integer', cohort_day: 'day', day_number: 'integer' },
    sums: { players: 'bigint' },
    sharded: true,
  },
  online_minutes: { keys: { tenant_id: 'integer', minute: 'minute' }, sums: { players: 'bigint' }, sharded: true },
  session_days: {
    keys: { tenant_id: 'integer', day: 'day' },
    sums: { started: 'bigint', ended: 'bigint', length_millis: 'bigint' },
    sharded: true,
  },
  revenue_days: {
    keys: { tenant_id: 'integer', day: 'day', currency: 'text' },
    sums: { purchases: 'bigint', refunds: 'bigint', amount: 'numeric' },
    sharded: true,
  },
  player_revenue_days: {
    keys: { tenant_id: 'integer', player_id: 'text', day: 'day', currency: 'text' },
    sums: { purchases: 'bigint', refunds: 'bigint', amount: 'numeric' },
    sharded: false,
  },
  item_days: {
    keys: { tenant_id: 'integer', day: 'day', item_id: 'text', currency: 'text' },
    sums: { views: 'bigint', purchases: 'bigint', refunds: 'bigint', quantity: 'numeric', amount: 'numeric' },
    sharded: true,
  },
  conservation_minutes: {
    keys: { tenant_id: 'integer', minute: 'minute' },
    sums: {
      consumed: 'bigint',
      stored: 'bigint',
      deduplicated: 'bigint',
      dead_lettered: 'bigint',
      suppressed: 'bigint',
    },
    sharded: true,
  },
} as const satisfies Readonly<Record<string, AdditiveTable>>;

export type KeyKind = 'integer' | 'smallint' | 'text' | 'minute' | 'day';
export type SumKind = 'bigint' | 'numeric';

export interface AdditiveTable {
  readonly keys: Readonly<Record<string, KeyKind>>;
  readonly sums: Readonly<Record<string, SumKind>>;
  /** Concurrent processors write rows of their own, which readers add up. */
  readonly sharded: boolean;
}

export type AdditiveTableName = keyof typeof additiveTables;
type Keys<Name extends AdditiveTableName> = Readonly<
  Record<keyof (typeof additiveTables)[Name]['keys'], number | string>
>;
type Amounts<Name extends AdditiveTableName> = Readonly<
  Partial<Record<keyof (typeof additiveTables)[Name]['sums'], number | bigint>>
>;

/** Values in the order of the table's keys, then of its sums. */
export interface SumRow {
  readonly keys: readonly (number | string)[];
  readonly sums: readonly (number | bigint)[];
}

interface Cell {
  readonly keys: (number | string)[];
  readonly sums: (number | bigint)[];
}

const separator = '\u0000';
const plus = (one: number | bigint, other: number | bigint): number | bigint =>
  typeof one === 'number' && typeof other === 'number' ? one + other : BigInt(one) + BigInt(other);

/** What a batch adds, one row a key. */
export class Sums {
  readonly #tables = new Map<AdditiveTableName, Map<string, Cell>>();

  add<Name extends AdditiveTableName>(name: Name, keys: Keys<Name>, amounts: Amounts<Name>): void {
    const table: AdditiveTable = additiveTables[name];
    const values = Object.keys(table.keys).map((key) => Reflect.get(keys, key) as number | string);
    const cells = this.#cellsOf(name);
    const id = values.join(separator);
    const cell = cells.get(id) ?? { keys: values, sums: Object.values(table.sums).map(zero) };
    cells.set(id, cell);
    for (const [place, column] of Object.keys(table.sums).entries()) {
      const amount = Reflect.get(amounts, column) as number | bigint | undefined;
      if (amount !== undefined) cell.sums[place] = plus(cell.sums[place] ?? 0, amount);
    }
  }

  /** Rows that change something, ordered by key, so that two transactions lock them in the same order. */
  *tables(): Generator<readonly [AdditiveTableName, readonly SumRow[]]> {
    for (const [name, cells] of this.#tables) {
      const rows = [...cells].filter(([, { sums }]) => sums.some((sum) => sum !== 0 && sum !== 0n));
      if (rows.length > 0) yield [name, rows.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, cell]) => cell)];
    }
  }

  #cellsOf(name: AdditiveTableName): Map<string, Cell> {
    const cells = this.#tables.get(name) ?? new Map<string, Cell>();
    this.#tables.set(name, cells);
    return cells;
  }
}

const zero = (kind: SumKind): number | bigint => (kind === 'numeric' ? 0n : 0);
