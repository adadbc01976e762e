import type { EventType, IncomingEvent, PropertiesOf } from '#catalog/events/index.ts';

export type { EventType, PropertiesOf };

/** An event as it goes over the wire: the platform's envelope. */
export type OutgoingEvent = IncomingEvent;

/** The version of each event type that this release writes; a test holds it equal to the catalog. */
export const EVENT_VERSIONS = {
  session_start: 1,
  session_end: 1,
  player_registered: 1,
  tutorial_step: 1,
  performance_sample: 1,
  player_report: 1,
  level_started: 1,
  level_completed: 1,
  level_failed: 1,
  matchmaking_complete: 1,
  match_start: 1,
  match_end: 1,
  player_death: 1,
  achievement_unlocked: 1,
  progression_gained: 1,
  item_viewed: 1,
  item_purchased: 1,
  iap_transaction: 1,
  economy_source: 1,
  economy_sink: 1,
} as const satisfies Readonly<Record<EventType, number>>;

/** A game's own event types have the version that the game gives them. */
export const versionOf = (type: string): number =>
  Object.hasOwn(EVENT_VERSIONS, type) ? EVENT_VERSIONS[type as EventType] : 1;

/** Money is never sampled: these types are sent whatever the rates say. */
export const NEVER_SAMPLED: ReadonlySet<string> = new Set<EventType>(['item_purchased', 'iap_transaction']);

/** A UUID of version 4. Pages without TLS have no `randomUUID`, but they have random bytes. */
export function newEventId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = Array.from(bytes, (byte, index) => {
    if (index === 6) return ((byte & 0x0f) | 0x40).toString(16).padStart(2, '0');
    return (index === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0');
  }).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
