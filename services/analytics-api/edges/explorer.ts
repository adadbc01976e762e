import type { Queryable } from '#kit/postgres/index.ts';
import { cursorOf, type Page, pageOf, placeOf } from '../domain/cursor.ts';
import { errors } from '../errors.ts';
import type { PageOptions } from './boards.ts';
import {
  boundsOf,
  dataAsOf,
  moment,
  number,
  type Range,
  type Row,
  rowsOf,
  type Tenant,
  type TenantReader,
} from './reading.ts';
import type { AsOf } from './store.ts';

/** Columns that a filter may name, with their field. */
const COLUMNS = {
  platform: 'platform',
  country: 'country',
  appVersion: 'app_version',
  sessionId: 'session_id',
  segment: 'segment',
} as const;

export interface EventFilter extends Partial<Readonly<Record<keyof typeof COLUMNS, string | null>>> {
  readonly types?: readonly string[] | null;
  readonly playerId?: string | null;
}

export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly at: string;
  readonly receivedAt: string;
  readonly playerId: string;
  readonly sessionId: string | null;
  readonly appVersion: string | null;
  readonly platform: string | null;
  readonly deviceClass: string;
  readonly segment: string;
  readonly country: string | null;
  readonly region: string | null;
  readonly properties: string;
}

export interface PlayerFacts extends AsOf {
  readonly id: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly activeDays: number;
  readonly sessions: number;
  readonly playtimeSeconds: number;
  readonly purchases: number;
  readonly refunds: number;
  readonly revenue: readonly { readonly currency: string; readonly amountMinor: number }[];
}

const selected = `event_id::text AS uuid, event_type, event_version, ${moment('event_timestamp')} AS at,
  ${moment('received_at')} AS received_at, player_id, session_id, app_version, platform, device_class, segment, country,
  region, properties::text AS properties`;
const order = 'ORDER BY event_timestamp DESC, event_id DESC';

const statements = {
  series: {
    name: 'analytics.explored',
    text: 'SELECT series_id FROM analytics.event_series WHERE $1::text[] IS NULL OR event_type = ANY ($1)',
  },
  player: {
    name: 'analytics.player',
    text: `SELECT player_id, ${moment('first_seen_at')} AS first_seen_at, ${moment('last_seen_at')} AS last_seen_at,
             active_days, sessions, playtime_millis, purchases, refunds
           FROM analytics.players WHERE player_id = $1`,
  },
  spent: {
    name: 'analytics.spent',
    text: `SELECT currency, sum(amount) AS amount FROM analytics.player_revenue_days WHERE player_id = $1
           GROUP BY currency ORDER BY currency`,
  },
} as const;

/** Before the newest event of a range that ends here: nothing at that very moment is in it. */
const LEAST_ID = '00000000-0000-0000-0000-000000000000';

/** Errors: CURSOR_INVALID. */
function startOf(after: string | null | undefined, ends: string): readonly [string, string] {
  if (after === null || after === undefined) return [ends, LEAST_ID];
  const [at, id] = placeOf(after, ['string', 'string']) ?? [];
  if (/^[0-9a-f-]{36}$/.test(String(id)) && !Number.isNaN(Date.parse(String(at)))) return [String(at), String(id)];
  throw errors.CURSOR_INVALID({ detail: 'after is not a cursor of a list of events.' });
}

interface Search {
  readonly begins: string;
  readonly start: readonly [string, string];
  readonly series: readonly number[];
  readonly filter: EventFilter;
  readonly limit: number;
}

/** A statement a set of filters: the planner sees only conditions that are there. */
function searchStatement({ begins, start, series, filter, limit }: Search) {
  const values: unknown[] = [series, begins, ...start, limit];
  const conditions = [
    'event_timestamp >= $2::timestamptz AND event_timestamp <= $3::timestamptz',
    '(event_timestamp, event_id) < ($3::timestamptz, $4::uuid)',
  ];
  const given = (column: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined) conditions.push(`${column} = $${values.push(value)}`);
  };
  given('player_id', filter.playerId);
  for (const [name, column] of Object.entries(COLUMNS)) given(column, filter[name as keyof typeof COLUMNS]);
  const inner = (seriesCondition: string) =>
    `SELECT ${selected}, event_timestamp, event_id AS id FROM analytics.events
     WHERE ${[seriesCondition, ...conditions].join(' AND ')} ${order} LIMIT $5`;
  // One player's events are found by the player; others type by type, each in the order of its index.
  const text = filter.playerId
    ? inner('series_id = ANY ($1::integer[])')
    : `SELECT e.* FROM unnest($1::integer[]) AS s (series_id) CROSS JOIN LATERAL (${inner('analytics.events.series_id = s.series_id')}) e
       ORDER BY e.event_timestamp DESC, e.id DESC LIMIT $5`;
  return { text, values };
}

const eventOf = (row: Row): StoredEvent => ({
  id: row.uuid ?? '',
  type: row.event_type ?? '',
  version: number(row.event_version),
  at: row.at ?? '',
  receivedAt: row.received_at ?? '',
  playerId: row.player_id ?? '',
  sessionId: row.session_id ?? null,
  appVersion: row.app_version ?? null,
  platform: row.platform ?? null,
  deviceClass: row.device_class ?? '',
  segment: row.segment ?? '',
  country: row.country ?? null,
  region: row.region ?? null,
  properties: row.properties ?? '{}',
});

const placeOfEvent = ({ at, id }: StoredEvent): string => cursorOf([at, id]);

export interface EventsOf {
  readonly range: Range;
  readonly filter: EventFilter;
  readonly page: PageOptions;
}

async function search(client: Queryable, { range, filter, page }: EventsOf): Promise<readonly StoredEvent[]> {
  const bounds = await boundsOf(client, range);
  if (!bounds) return [];
  const series = (await rowsOf(client, statements.series, [filter.types ?? null])).map((row) => number(row.series_id));
  const start = startOf(page.after, bounds.ends);
  const { text, values } = searchStatement({ begins: bounds.begins, start, series, filter, limit: page.first + 1 });
  return (await client.query<Row>(text, values)).rows.map(eventOf);
}

/** Single events and single players. */
export class Explorer {
  readonly #reader: TenantReader;

  constructor(reader: TenantReader) {
    this.#reader = reader;
  }

  /** Events of a range of days, the newest first. Errors: CURSOR_INVALID. */
  events(tenant: Tenant, asked: EventsOf): Promise<Page<StoredEvent> & AsOf> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      return { ...pageOf(await search(client, asked), asked.page.first, placeOfEvent), dataAsOf: asOf };
    });
  }

  player(tenant: Tenant, id: string): Promise<PlayerFacts | null> {
    return this.#reader.read(tenant, async (client) => {
      const asOf = await dataAsOf(client);
      const [row] = await rowsOf(client, statements.player, [id]);
      if (!row) return null;
      const spent = await rowsOf(client, statements.spent, [id]);
      return {
        id,
        firstSeenAt: row.first_seen_at ?? '',
        lastSeenAt: row.last_seen_at ?? '',
        activeDays: number(row.active_days),
        sessions: number(row.sessions),
        playtimeSeconds: number(row.playtime_millis) / 1_000,
        purchases: number(row.purchases),
        refunds: number(row.refunds),
        revenue: spent.map(({ currency, amount }) => ({ currency: currency ?? '', amountMinor: number(amount) })),
        dataAsOf: asOf,
      };
    });
  }
}
