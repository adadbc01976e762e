import type pg from 'pg';
import { errorCode } from '#kit/errors.ts';
import type { StorableEvent } from '../../../domain/event.ts';
import { groupByPeriod, type PeriodGroup, type RecentIdentities } from '../../../domain/identity.ts';
import { UNIQUE_VIOLATION } from '../refusals.ts';
import type { BinaryRows } from './binary-rows.ts';

export interface IdentityContext {
  readonly horizonMillis: number;
  readonly recent: RecentIdentities;
  readonly rows: BinaryRows;
}

/** The only text that is put into SQL below: a whole number. */
const tableOf = (period: number) => `event_store.event_identities_${Math.trunc(period)}`;

const idsOf = (events: readonly StorableEvent[]) => [
  events.map(({ series }) => series.tenant.id),
  events.map(({ event }) => event.event_id),
];

/** Those that stand in another period, as far as the horizon reaches. */
async function knownElsewhere(
  client: pg.ClientBase,
  events: readonly StorableEvent[],
  period: number,
): Promise<Set<StorableEvent>> {
  const { rows: some } = await client.query(`SELECT 1 FROM ${tableOf(period)} LIMIT 1`);
  if (some.length === 0) return new Set();
  const { rows } = await client.query<{ place: number }>({
    text: `SELECT place::integer FROM unnest($1::integer[], $2::uuid[]) WITH ORDINALITY AS x (tenant_id, event_id, place)
           WHERE EXISTS (SELECT FROM ${tableOf(period)} i WHERE i.tenant_id = x.tenant_id AND i.event_id = x.event_id)`,
    values: idsOf(events),
  });
  return new Set(rows.flatMap(({ place }) => events[place - 1] ?? []));
}

/** One by one, as the database decides: the answer is those that were there. */
async function insertUnlessThere(
  client: pg.ClientBase,
  events: readonly StorableEvent[],
  period: number,
): Promise<Set<StorableEvent>> {
  if (events.length === 0) return new Set();
  const { rows } = await client.query<{ key: string }>({
    text: `INSERT INTO ${tableOf(period)} (tenant_id, period, event_id)
           SELECT tenant_id, $3, event_id FROM unnest($1::integer[], $2::uuid[]) AS x (tenant_id, event_id)
           ORDER BY 1, 3 ON CONFLICT (tenant_id, event_id) DO NOTHING RETURNING tenant_id || ' ' || event_id AS key`,
    values: [...idsOf(events), period],
  });
  const inserted = new Set(rows.map(({ key }) => key));
  return new Set(
    events.filter(({ series, event }) => !inserted.has(`${series.tenant.id} ${event.event_id.toLowerCase()}`)),
  );
}

async function copyAll(
  client: pg.ClientBase,
  events: readonly StorableEvent[],
  { period, rows }: { readonly period: number; readonly rows: BinaryRows },
): Promise<void> {
  rows.clear();
  for (const { series, event } of events) {
    rows.row(3);
    rows.integer(series.tenant.id);
    rows.integer(period);
    rows.uuid(event.event_id);
  }
  await rows.copyInto(client, `${tableOf(period)} (tenant_id, period, event_id)`);
}

/**
 * What nobody suspects is copied in at once, which is nearly always all there is; if the unique key refuses one of
 * them, all are inserted one by one instead.
 */
async function insertUnsuspected(
  client: pg.ClientBase,
  events: readonly StorableEvent[],
  context: { readonly period: number; readonly rows: BinaryRows },
): Promise<Set<StorableEvent>> {
  if (events.length === 0) return new Set();
  await client.query('SAVEPOINT identities');
  try {
    await copyAll(client, events, context);
    await client.query('RELEASE SAVEPOINT identities');
    return new Set();
  } catch (error) {
    if (errorCode(error) !== UNIQUE_VIOLATION) throw error;
    await client.query('ROLLBACK TO SAVEPOINT identities');
    return insertUnlessThere(client, events, context.period);
  }
}

/** An old event that is sent again, perhaps long after the horizon: its player has it at that very time. */
async function storedLongAgo(client: pg.ClientBase, events: readonly StorableEvent[]): Promise<Set<StorableEvent>> {
  if (events.length === 0) return new Set();
  const { rows } = await client.query<{ place: number }>({
    text: `SELECT place::integer
           FROM unnest($1::integer[], $2::uuid[], $3::text[], $4::float8[])
             WITH ORDINALITY AS x (tenant_id, event_id, player_id, millis, place)
           WHERE EXISTS (
             SELECT FROM event_store.events e JOIN event_store.series s USING (series_id)
             WHERE e.player_id = x.player_id AND e.event_timestamp = to_timestamp(x.millis / 1000)
               AND e.event_id = x.event_id AND s.tenant_id = x.tenant_id)`,
    values: [
      ...idsOf(events),
      events.map(({ event }) => event.player_id),
      events.map(({ timestampMillis }) => timestampMillis),
    ],
  });
  return new Set(rows.flatMap(({ place }) => events[place - 1] ?? []));
}

async function admitPeriod(
  client: pg.ClientBase,
  { period, neighbours, events }: PeriodGroup<StorableEvent>,
  { recent, rows }: IdentityContext,
): Promise<Set<StorableEvent>> {
  const known: StorableEvent[] = [];
  for (const neighbour of neighbours) known.push(...(await knownElsewhere(client, events, neighbour)));
  const elsewhere = new Set(known);
  const open = events.filter((event) => !elsewhere.has(event));
  const suspected = Map.groupBy(open, (event) => recent.suspects(event));
  const refused = await insertUnsuspected(client, suspected.get(false) ?? [], { period, rows });
  const repeated = await insertUnlessThere(client, suspected.get(true) ?? [], period);
  return new Set([...known, ...refused, ...repeated]);
}

/** The periods whose tables admission needs. */
export const periodsOf = (events: readonly StorableEvent[], horizonMillis: number): ReadonlySet<number> =>
  new Set(groupByPeriod(events, horizonMillis).flatMap(({ period, neighbours }) => [period, ...neighbours]));

/** Writes the identities of events down, and says which of the events were stored before. */
export async function admitIdentities(
  client: pg.ClientBase,
  events: readonly StorableEvent[],
  context: IdentityContext,
): Promise<ReadonlySet<StorableEvent>> {
  const duplicates = new Set<StorableEvent>();
  for (const group of groupByPeriod(events, context.horizonMillis)) {
    for (const event of await admitPeriod(client, group, context)) duplicates.add(event);
  }
  const old = events.filter(
    (event) => !duplicates.has(event) && event.receivedMillis - event.timestampMillis > context.horizonMillis,
  );
  for (const event of await storedLongAgo(client, old)) duplicates.add(event);
  return duplicates;
}
