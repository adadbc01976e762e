import { eventIdOf } from '../uuid.ts';
import { shown } from '../verdict.ts';
import { eventTypeOf, lift, without } from './fields.ts';
import { type Format, firstText, isObject, listUnder, type Outcome, Unmappable } from './format.ts';

/**
 * The AWS Game Analytics Pipeline's events API. Source: its API definition (GameEventSchema and the answer's template).
 * Its `event_name` is our `event_type`; its `event_type` is a grouping and stays as a property; the player comes from
 * `event_data.player_id`, else `event_data.user_id`.
 */
const rules = {
  object: {
    rule: 'an event is an object',
    fix: 'Send {"event_id", "event_type", "event_name", "event_timestamp", …}.',
  },
  id: { rule: '"event_id" is required', fix: 'Add "event_id", a UUID of its own for every event.' },
  name: {
    rule: '"event_name" says what happened and holds a letter',
    fix: 'Send a name such as "level_completed" in "event_name".',
  },
  player: {
    rule: 'the player is in "event_data.player_id" or "event_data.user_id"',
    fix: 'Add "player_id" to "event_data".',
  },
  time: {
    rule: 'seconds since 1970, as a number',
    fix: 'Send seconds: divide milliseconds by 1000.',
  },
} as const;

/** The end of the year 9999; milliseconds sent as seconds lie beyond it. */
const maxSeconds = 253_402_300_799;

function isoOf(seconds: unknown): string | undefined {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= maxSeconds)) return undefined;
  return new Date(Math.round(seconds * 1000)).toISOString();
}

/** `1.0.0` → 1; what has no number in front is version 1. */
function majorOf(version: unknown): number {
  const [, digits] = /^v?(\d{1,3})(?:\.|$)/.exec(String(version ?? '')) ?? [];
  return Math.max(1, Number(digits ?? 1));
}

const moved = new Set(['player_id', 'session_id', 'platform', 'region', 'country']);

function propertiesOf(event: Readonly<Record<string, unknown>>, lifted: object): Record<string, unknown> {
  const data = isObject(event.event_data) ? event.event_data : {};
  const gone = new Set([...moved].filter((name) => name in lifted || name === 'player_id'));
  if (firstText(data.player_id) === undefined) gone.add('user_id');
  const grouping = typeof event.event_type === 'string' ? { event_type: event.event_type } : {};
  return { ...grouping, ...without(data, gone) };
}

function toEnvelope(event: unknown, game: string): unknown | Unmappable {
  if (!isObject(event)) return new Unmappable('/', shown(event), rules.object);
  const data = isObject(event.event_data) ? event.event_data : {};
  const name = firstText(event.event_name);
  const type = name ? eventTypeOf(name) : undefined;
  if (!type) return new Unmappable('/event_name', shown(event.event_name), rules.name);
  const id = firstText(event.event_id);
  if (!id) return new Unmappable('/event_id', shown(event.event_id), rules.id);
  const player = firstText(data.player_id, data.user_id);
  if (!player) return new Unmappable('/event_data/player_id', shown(data.player_id), rules.player);
  const time = isoOf(event.event_timestamp);
  if (!time) return new Unmappable('/event_timestamp', shown(event.event_timestamp), rules.time);
  const lifted = lift(data);
  return {
    event_id: eventIdOf(game, id),
    event_type: type,
    event_version: majorOf(event.event_version),
    game_id: game,
    player_id: player,
    event_timestamp: time,
    ...(typeof event.app_version === 'string' ? { app_version: event.app_version.slice(0, 64) } : {}),
    ...lifted,
    properties: propertiesOf(event, lifted),
  };
}

function resultOf({ id, verdict }: Outcome) {
  const known = { EventId: id };
  if (verdict.status !== 'rejected') {
    return { Result: 'Ok', ...known, ...(verdict.status === 'duplicate' ? { Duplicate: true } : {}) };
  }
  return { Result: 'Error', ErrorCode: verdict.reason.code, ...known, Reason: verdict.reason };
}

export const awsGameAnalytics: Format = {
  name: 'aws-game-analytics',
  listProperty: 'events',
  sources: {
    '/event_type': '/event_name',
    '/player_id': '/event_data/player_id',
    '/session_id': '/event_data/session_id',
    '/properties': '/event_data',
  },
  eventsOf: (body) => listUnder(body, 'events'),
  toEnvelope,
  idOf: (event) => (isObject(event) && typeof event.event_id === 'string' ? event.event_id : null),
  answer: (outcomes) => {
    const events = outcomes.map(resultOf);
    const failed = events.filter(({ Result }) => Result === 'Error').length;
    return JSON.stringify({ Total: events.length, FailedRecordCount: failed, Events: events });
  },
};
