import { dataAsOf, number, type Range, rowsOf, type Tenant, type TenantReader } from './reading.ts';
import type { AsOf } from './store.ts';

export interface PipelineMinute {
  readonly minute: string;
  readonly consumed: number;
  readonly stored: number;
  readonly deduplicated: number;
  readonly deadLettered: number;
  readonly suppressed: number;
}

const MAX_TYPES = 50;
const minute = `to_char(minute AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS minute`;
const named = (name: string, text: string) => ({ name: `analytics.${name}`, text });

const statements = {
  // Rows of coming minutes count who was active just now; the newest whole minute is the last one that is over.
  concurrent: named(
    'concurrent',
    `SELECT ${minute}, players FROM analytics.online_minutes
     WHERE minute > date_trunc('minute', now()) - make_interval(mins => $1 + 1) AND minute < date_trunc('minute', now())`,
  ),
  typeRates: named(
    'typeRates',
    `SELECT event_type, ${minute}, events FROM analytics.event_counts_minute
     WHERE minute > now() - make_interval(mins => $1) AND minute <= now() AND ($2::text[] IS NULL OR event_type = ANY ($2))`,
  ),
  pipeline: named(
    'pipeline',
    `SELECT ${minute}, consumed, stored, deduplicated, dead_lettered, suppressed
     FROM analytics.conservation_minutes WHERE minute > now() - make_interval(mins => $1) AND minute <= now() ORDER BY minute`,
  ),
  deadLetters: named(
    'deadLetterCounts',
    `SELECT reason, status, sum(dead_letters) AS letters FROM analytics.dead_letter_counts
     WHERE day BETWEEN $1 AND $2 GROUP BY reason, status ORDER BY 3 DESC, 1, 2`,
  ),
} as const;

type Counts = ReadonlyMap<string, number>;

/** Answers about the last minutes, and about what did not become an answer. */
export class Minutes {
  readonly #reader: TenantReader;

  constructor(reader: TenantReader) {
    this.#reader = reader;
  }

  /** Players online by minute; minutes without any are left out. */
  concurrent(tenant: Tenant, minutes: number): Promise<{ readonly counts: Counts } & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.concurrent, [minutes]);
      return { dataAsOf: asOf, counts: new Map(rows.map((row) => [row.minute ?? '', number(row.players)])) };
    });
  }

  /** Events by type and minute of the client's clock, the most frequent types first. */
  typeRates(
    tenant: Tenant,
    minutes: number,
    types: readonly string[] | null,
  ): Promise<{ readonly types: readonly { readonly type: string; readonly counts: Counts }[] } & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.typeRates, [minutes, types]);
      const byType = [...Map.groupBy(rows, (row) => row.event_type ?? '')].map(([type, own]) => ({
        type,
        total: own.reduce((sum, row) => sum + number(row.events), 0),
        counts: new Map(own.map((row) => [row.minute ?? '', number(row.events)])),
      }));
      byType.sort((one, other) => other.total - one.total || (one.type < other.type ? -1 : 1));
      return { dataAsOf: asOf, types: byType.slice(0, MAX_TYPES) };
    });
  }

  /** What became of the events that were accepted in each minute; minutes without any are left out. */
  pipeline(tenant: Tenant, minutes: number): Promise<{ readonly minutes: readonly PipelineMinute[] } & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.pipeline, [minutes]);
      const shown = rows.map((row) => ({
        minute: row.minute ?? '',
        consumed: number(row.consumed),
        stored: number(row.stored),
        deduplicated: number(row.deduplicated),
        deadLettered: number(row.dead_lettered),
        suppressed: number(row.suppressed),
      }));
      return { minutes: shown, dataAsOf: asOf };
    });
  }

  /** Dead letters by reason and what became of them. */
  deadLetters(
    tenant: Tenant,
    { from, to }: Range,
  ): Promise<
    {
      readonly reasons: readonly { readonly reason: string; readonly status: string; readonly letters: number }[];
    } & AsOf
  > {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const rows = await rowsOf(client, statements.deadLetters, [from, to]);
      const reasons = rows.map((row) => ({
        reason: row.reason ?? '',
        status: (row.status ?? '').toUpperCase(),
        letters: number(row.letters),
      }));
      return { reasons, dataAsOf: asOf };
    });
  }
}
