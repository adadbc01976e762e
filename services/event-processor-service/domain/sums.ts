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
  performance_days: {
    keys: { tenant_id: 'integer', day: 'day', metric: 'text', value: 'integer' },
    sums: { samples: 'bigint' },
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

/** Tables whose last key is a day or minute that spans are added to, and whose only sum counts players. */
export type SpanTableName = 'active_players' | 'online_minutes';

interface Shape {
  readonly keys: readonly string[];
  readonly sums: readonly string[];
  readonly zeros: readonly (number | bigint)[];
}

const shapeOf = ({ keys, sums }: AdditiveTable): Shape => ({
  keys: Object.keys(keys),
  sums: Object.keys(sums),
  zeros: Object.values(sums).map((kind) => (kind === 'numeric' ? 0n : 0)),
});

// The shapes have the same names as the tables that they are made of.
const shapes = Object.fromEntries(
  Object.entries(additiveTables).map(([name, table]) => [name, shapeOf(table)]),
) as Readonly<Record<AdditiveTableName, Shape>>;

const separator = '\u0000';
const plus = (one: number | bigint, other: number | bigint): number | bigint =>
  typeof one === 'number' && typeof other === 'number' ? one + other : BigInt(one) + BigInt(other);

/** Changes of a count along days or minutes: where it rises and where it falls again. */
interface Steps {
  readonly keys: readonly number[];
  readonly at: Map<number, number>;
}

/** What a batch adds, one row a key. */
export class Sums {
  readonly #tables = new Map<AdditiveTableName, Map<string, Cell>>();
  readonly #spans = new Map<SpanTableName, Map<string, Steps>>();

  add<Name extends AdditiveTableName>(name: Name, keys: Keys<Name>, amounts: Amounts<Name>): void {
    const shape = shapes[name];
    let id = '';
    for (const column of shape.keys) id += separator + Reflect.get(keys, column);
    const cell = this.#cellOf(name, id, keys);
    for (let place = 0; place < shape.sums.length; place += 1) {
      const amount: number | bigint | undefined = Reflect.get(amounts, shape.sums[place] ?? '');
      if (amount !== undefined) cell.sums[place] = plus(cell.sums[place] ?? 0, amount);
    }
  }

  /** One player more on every day (or minute) of a span; `keys` are those before it. */
  addSpan(name: SpanTableName, keys: readonly number[], { from, to }: { readonly from: number; readonly to: number }) {
    const id = keys.join(separator);
    const spans = this.#spans.get(name) ?? new Map<string, Steps>();
    this.#spans.set(name, spans);
    const { at } = spans.get(id) ?? spans.set(id, { keys, at: new Map() }).get(id) ?? { at: new Map<number, number>() };
    at.set(from, (at.get(from) ?? 0) + 1);
    at.set(to + 1, (at.get(to + 1) ?? 0) - 1);
  }

  /** Rows that change something, ordered by key, so that two transactions lock them in the same order. */
  *tables(): Generator<readonly [AdditiveTableName, readonly SumRow[]]> {
    for (const [name, cells] of this.#tables) {
      const rows = [...cells].filter(([, { sums }]) => sums.some((sum) => sum !== 0 && sum !== 0n));
      if (rows.length > 0) yield [name, rows.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, cell]) => cell)];
    }
    for (const [name, spans] of this.#spans) yield [name, [...spans.values()].flatMap(rowsOfSteps)];
  }

  #cellOf(name: AdditiveTableName, id: string, keys: object): Cell {
    const cells = this.#tables.get(name) ?? new Map<string, Cell>();
    this.#tables.set(name, cells);
    const known = cells.get(id);
    if (known) return known;
    const { keys: columns, zeros } = shapes[name];
    const cell = { keys: columns.map((column): number | string => Reflect.get(keys, column)), sums: [...zeros] };
    cells.set(id, cell);
    return cell;
  }
}

function rowsOfSteps({ keys, at }: Steps): SumRow[] {
  const steps = [...at].sort(([one], [other]) => one - other);
  const rows: SumRow[] = [];
  let count = 0;
  for (const [place, [from, change]] of steps.entries()) {
    count += change;
    const to = steps[place + 1]?.[0] ?? from;
    for (let key = from; key < to && count > 0; key += 1) rows.push({ keys: [...keys, key], sums: [count] });
  }
  return rows;
}
