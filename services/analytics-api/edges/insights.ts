import type { Queryable } from '#kit/postgres/index.ts';
import { type Percentiles, percentilesOf } from '../domain/percentiles.ts';
import { boundsOf, dataAsOf, number, type Range, rowsOf, type Tenant, type TenantReader } from './reading.ts';
import type { AsOf } from './store.ts';

export interface FunnelStep {
  readonly type: string;
  readonly players: number;
  /** Of the players of the first step; null without any. */
  readonly share: number | null;
}

export interface Item {
  readonly itemId: string;
  readonly views: number;
  readonly purchases: number;
  readonly refunds: number;
  readonly quantity: number;
  readonly revenue: readonly { readonly currency: string; readonly amountMinor: number }[];
}

export interface Performance extends AsOf {
  readonly samples: number;
  readonly crashes: number;
  readonly crashRate: number | null;
  readonly fps: Percentiles | null;
  readonly pingMillis: Percentiles | null;
}

const named = (name: string, text: string) => ({ name: `analytics.${name}`, text });

const statements = {
  series: named('series', 'SELECT event_type, series_id FROM analytics.event_series WHERE event_type = ANY ($1)'),
  items: named(
    'items',
    `WITH sold AS (
       SELECT item_id, currency, sum(views) AS views, sum(purchases) AS purchases, sum(refunds) AS refunds,
         sum(quantity) AS quantity, sum(amount) AS amount
       FROM analytics.item_days WHERE day BETWEEN $1 AND $2 GROUP BY item_id, currency),
     best AS (
       SELECT item_id, sum(purchases) AS purchases, sum(views) AS views FROM sold
       GROUP BY item_id ORDER BY 2 DESC, 3 DESC, 1 LIMIT $3)
     SELECT sold.* FROM best JOIN sold USING (item_id)
     ORDER BY best.purchases DESC, best.views DESC, item_id, currency`,
  ),
  performance: named(
    'performance',
    `SELECT metric, value, sum(samples) AS samples FROM analytics.performance_days
     WHERE day BETWEEN $1 AND $2 GROUP BY metric, value ORDER BY metric, value`,
  ),
} as const;

/** Players whose events reach each step: the earliest way through, in the order of the client's clock. */
function funnelStatement(types: readonly string[]) {
  const seriesAt = (step: number): string => `$${step + 3}::integer`;
  const inRange = 'event_timestamp >= $1::timestamptz AND event_timestamp < $2::timestamptz';
  const steps = types.map((type, step) => {
    if (step === 0)
      return `s0 AS (SELECT player_id, min(event_timestamp) AS at FROM analytics.events
        WHERE series_id = ${seriesAt(0)} AND ${inRange} GROUP BY player_id)`;
    // The same type twice is two events; of different types one may have the same moment as the one before it.
    const after = type === types[step - 1] ? '>' : '>=';
    return `s${step} AS (SELECT e.player_id, min(e.event_timestamp) AS at
        FROM s${step - 1} b JOIN analytics.events e ON e.player_id = b.player_id AND e.event_timestamp ${after} b.at
        WHERE e.series_id = ${seriesAt(step)} AND ${inRange} GROUP BY e.player_id)`;
  });
  const counts = types.map((_, step) => `(SELECT count(*) FROM s${step}) AS s${step}`);
  return `WITH ${steps.join(', ')} SELECT ${counts.join(', ')}`;
}

/** Series of a type that the game never sent. */
const NO_SERIES = -1;

async function funnelCounts(client: Queryable, range: Range, types: readonly string[]): Promise<readonly number[]> {
  const bounds = await boundsOf(client, range);
  if (!bounds) return types.map(() => 0);
  const rows = await rowsOf(client, statements.series, [types]);
  const series = new Map(rows.map((row) => [row.event_type, number(row.series_id)]));
  const values = [bounds.begins, bounds.ends, ...types.map((type) => series.get(type) ?? NO_SERIES)];
  // Not prepared under a name: the planner sees the range and the series, and there are many shapes.
  const { rows: found } = await client.query<Record<string, string>>(funnelStatement(types), values);
  return types.map((_, step) => number(found[0]?.[`s${step}`]));
}

/** Answers beyond the KPIs that are about a range of days. */
export class Insights {
  readonly #reader: TenantReader;

  constructor(reader: TenantReader) {
    this.#reader = reader;
  }

  funnel(
    tenant: Tenant,
    range: Range,
    types: readonly string[],
  ): Promise<{ readonly steps: readonly FunnelStep[] } & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const counts = await funnelCounts(client, range, types);
      const all = counts[0] ?? 0;
      const steps = counts.map((players, step) => {
        const share = all > 0 ? players / all : null;
        return { type: types[step] ?? '', players, share };
      });
      return { steps, dataAsOf: asOf };
    });
  }

  /** The items that sold most, then those that were looked at most. */
  topItems(tenant: Tenant, { from, to }: Range, first: number): Promise<{ readonly items: readonly Item[] } & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.items, [from, to, first]);
      const byItem = [...Map.groupBy(rows, ({ item_id }) => item_id ?? '')];
      const items = byItem.map(([itemId, own]) => {
        const sum = (column: string): number => own.reduce((all, row) => all + number(row[column]), 0);
        const counted = {
          views: sum('views'),
          purchases: sum('purchases'),
          refunds: sum('refunds'),
          quantity: sum('quantity'),
        };
        const sold = own.filter(({ currency }) => currency !== '');
        const revenue = sold.map((row) => ({ currency: row.currency ?? '', amountMinor: number(row.amount) }));
        return { itemId, ...counted, revenue };
      });
      return { items, dataAsOf: asOf };
    });
  }

  performance(tenant: Tenant, { from, to }: Range): Promise<Performance> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.performance, [from, to]);
      const barsOf = (metric: string) =>
        rows
          .filter((row) => row.metric === metric)
          .map((row) => ({ value: number(row.value), samples: number(row.samples) }));
      const crashed = barsOf('crashed');
      const samples = crashed.reduce((sum, bar) => sum + bar.samples, 0);
      const crashes = crashed.find(({ value }) => value === 1)?.samples ?? 0;
      const crashRate = samples > 0 ? crashes / samples : null;
      const percentiles = { fps: percentilesOf(barsOf('fps')), pingMillis: percentilesOf(barsOf('ping_millis')) };
      return { samples, crashes, crashRate, ...percentiles, dataAsOf: asOf };
    });
  }
}
