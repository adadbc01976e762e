import type pg from 'pg';
import type { EnrichedEvent } from '../event-store.ts';
import type { BinaryRows } from './binary-rows.ts';

const columns = [
  ...['series_id', 'event_version', 'marks', 'event_timestamp', 'received_at', 'event_id', 'player_id', 'session_id'],
  ...['app_version', 'platform', 'device_class', 'segment', 'country', 'region', 'properties'],
] as const;
const target = `event_store.events (${columns.join(', ')})`;

/** Bits of the column `marks`. */
const markBits = { late: 1, backfill: 2, custom: 4 } as const;
const bitsOf = (marks: readonly (keyof typeof markBits)[]) => marks.reduce((bits, mark) => bits | markBits[mark], 0);

const none = Buffer.alloc(0);

function writeRow(rows: BinaryRows, { event: stored, enrichment }: EnrichedEvent): void {
  const { event, series } = stored;
  rows.row(columns.length);
  rows.integer(series.id);
  rows.smallint(event.event_version);
  rows.smallint(event.marks.length === 0 ? 0 : bitsOf(event.marks));
  rows.timestamp(stored.timestampMillis);
  rows.timestamp(stored.receivedMillis);
  rows.uuid(event.event_id);
  rows.text(event.player_id);
  rows.text(event.session_id);
  rows.text(event.app_version);
  rows.text(event.platform);
  rows.text(enrichment.device_class);
  rows.text(enrichment.segment);
  rows.text(event.country);
  rows.text(enrichment.region);
  const { propertiesJson, propertiesFrom, propertiesTo } = stored;
  // An event has bytes, or there would be nothing that was decoded.
  if (propertiesJson === undefined) rows.bytes(stored.record.value ?? none, propertiesFrom, propertiesTo);
  else rows.text(propertiesJson);
}

/** COPY through the parent: routing to the day costs less than a COPY for every day. */
export async function copyEvents(
  client: pg.ClientBase,
  events: readonly EnrichedEvent[],
  rows: BinaryRows,
): Promise<void> {
  if (events.length === 0) return;
  rows.clear();
  for (const event of events) writeRow(rows, event);
  await rows.copyInto(client, target);
}
