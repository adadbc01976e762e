import type { Enrichment } from '#catalog/events/index.ts';
import { dayName } from './calendar.ts';
import type { StorableEvent } from './event.ts';
import type { KnownPlayer } from './known-players.ts';
import { type PlayerState, segmentOf } from './player.ts';
import { regionOf } from './regions.ts';

/** What is known of a player when its event is enriched. */
export interface PlayerFacts extends Pick<KnownPlayer, 'day' | 'previousDay'> {
  readonly state: Pick<PlayerState, 'firstDay' | 'purchases'>;
  readonly previousDays?: ReadonlyMap<number, number | undefined>;
}

/** What the platform knows of an event beyond what the game said. */
export function enrich(event: StorableEvent, player: PlayerFacts, startedMillis: number | undefined): Enrichment {
  const { event: sent, day, timestampMillis, receivedMillis } = event;
  const region = regionOf(sent.region, sent.country);
  const previousDay = player.previousDays?.has(day)
    ? player.previousDays.get(day)
    : day === player.day
      ? player.previousDay
      : undefined;
  const enrichment: Enrichment = {
    received_delay_millis: receivedMillis - timestampMillis,
    day: dayName(day),
    device_class: event.deviceClass,
    segment: segmentOf(player.state, day, previousDay),
  };
  if (region !== undefined) enrichment.region = region;
  if (startedMillis !== undefined) enrichment.session_millis = Math.max(0, timestampMillis - startedMillis);
  return enrichment;
}

const CLOSING_BRACE = 0x7d;

/** A record of `player.events.processed`: the event's own JSON up to its last brace, and the enrichment behind it. */
export interface ProcessedJson {
  readonly value: Buffer;
  readonly valueEnd: number;
  readonly tail: string;
}

export function processedJson(value: Buffer, enrichment: Enrichment): ProcessedJson {
  const { received_delay_millis: delay, day, device_class: device, segment, region, session_millis } = enrichment;
  // Only the region may hold what has to be escaped.
  const where = region === undefined ? '' : `,"region":${JSON.stringify(region)}`;
  const since = session_millis === undefined ? '' : `,"session_millis":${session_millis}`;
  const known = `"received_delay_millis":${delay},"day":"${day}","device_class":"${device}","segment":"${segment}"`;
  const tail = `,"enrichment":{${known}${where}${since}}}`;
  return { value, valueEnd: value.lastIndexOf(CLOSING_BRACE), tail };
}
