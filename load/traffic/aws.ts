import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { IncomingEvent } from '#catalog/events/index.ts';

/** An event as a client of the AWS Game Analytics Pipeline sends it. Source: its API definition, GameEventSchema. */
export interface AwsGameAnalyticsEvent {
  readonly event_id: string;
  /** A grouping of events. */
  readonly event_type: string;
  /** What happened: our `event_type`. */
  readonly event_name: string;
  /** Seconds since the epoch. */
  readonly event_timestamp: number;
  readonly event_version: string;
  readonly app_version?: string;
  readonly event_data: Readonly<Record<string, unknown>>;
}

/**
 * The same event in that format. It has no place for player and session, so both travel in `event_data`, where its
 * users put them; milliseconds stay as decimals of a second.
 */
export function toAwsGameAnalytics(event: IncomingEvent): AwsGameAnalyticsEvent {
  const { event_id, event_type, event_version, player_id, session_id, app_version, properties } = event;
  const { platform, region, country } = event;
  const about = { player_id, session_id, platform, region, country };
  return {
    event_id,
    event_type: 'client',
    event_name: event_type,
    event_timestamp: Date.parse(event.event_timestamp) / 1000,
    event_version: `${event_version}.0.0`,
    ...(app_version ? { app_version } : {}),
    event_data: { ...about, ...properties },
  };
}

function* lines(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`;
}

/** Writes one JSON value a line, compressed when the name ends in `.gz`. */
export async function writeLines(file: string, values: Iterable<unknown>): Promise<void> {
  const source = Readable.from(lines(values));
  const target = createWriteStream(file);
  await (file.endsWith('.gz') ? pipeline(source, createGzip(), target) : pipeline(source, target));
}

function* converted(events: Iterable<IncomingEvent>): Generator<AwsGameAnalyticsEvent> {
  for (const event of events) yield toAwsGameAnalytics(event);
}

/** Writes events as an export of the AWS Game Analytics Pipeline would: newline-delimited JSON. */
export const exportAwsGameAnalytics = (file: string, events: Iterable<IncomingEvent>): Promise<void> =>
  writeLines(file, converted(events));
