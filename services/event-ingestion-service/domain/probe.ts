import { type AcceptedEvent, PROBE } from '#catalog/events/index.ts';

/** As many players as find every partition sooner or later. */
const PLAYERS = 64;

/** The probe of a moment; `turn` counts them, so that they go round the partitions. */
export function probeAt(millis: number, turn: number): AcceptedEvent {
  const now = new Date(millis).toISOString();
  return {
    event_id: crypto.randomUUID(),
    event_type: PROBE.eventType,
    event_version: 1,
    game_id: PROBE.game,
    player_id: `probe-${turn % PLAYERS}`,
    event_timestamp: now,
    properties: {},
    received_at: now,
    data_class: PROBE.dataClass,
    marks: ['custom'],
  };
}
