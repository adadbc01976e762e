import { type Static, Type } from 'typebox';
import { AcceptedEvent, DataClass, EventId, Identifier } from './envelope.ts';

/** What kind of machine an event came from, by its platform and model. */
export const DEVICE_CLASSES = ['phone', 'tablet', 'desktop', 'console', 'web', 'other'] as const;

/**
 * Who a player is when an event arrives: `payer` has paid, `new` is on the first day, `returning` was away for a week
 * or more before this day, everybody else is `active`. The first that holds.
 */
export const SEGMENTS = ['payer', 'new', 'returning', 'active'] as const;

const Moment = Type.String({ format: 'date-time' });

/** What the platform knows of an event beyond what the game said. */
export const Enrichment = Type.Object({
  received_delay_millis: Type.Integer({ description: 'received_at less event_timestamp; negative for a clock ahead' }),
  day: Type.String({ format: 'date', description: "the event's day in the game's time zone" }),
  device_class: Type.Enum([...DEVICE_CLASSES]),
  segment: Type.Enum([...SEGMENTS]),
  region: Type.Optional(Type.String({ description: 'as sent, else the region of the country' })),
  session_millis: Type.Optional(Type.Integer({ minimum: 0, description: 'since the start of the session, if known' })),
});
export type Enrichment = Static<typeof Enrichment>;

/** What stands in `player.events.processed`, keyed by `player_id`. It may come again after a crash, with the same ids. */
export const ProcessedEvent = Type.Object(
  { ...AcceptedEvent.properties, enrichment: Enrichment },
  { additionalProperties: false },
);
export type ProcessedEvent = Static<typeof ProcessedEvent>;

/**
 * What stands in `player.statistics`, keyed by `player_id`: totals of a player that a batch changed, as they are now.
 * A minute in which a player does nothing but play changes them once.
 */
export const PlayerStatistics = Type.Object({
  game_id: Identifier,
  data_class: DataClass,
  player_id: Identifier,
  first_seen_at: Moment,
  last_seen_at: Type.String({ format: 'date-time', description: 'to the minute' }),
  active_days: Type.Integer({ minimum: 0 }),
  sessions: Type.Integer({ minimum: 0, description: 'session_start events' }),
  playtime_millis: Type.Integer({ minimum: 0, description: 'of ended sessions' }),
  purchases: Type.Integer({ minimum: 0 }),
  refunds: Type.Integer({ minimum: 0 }),
  segment: Type.Enum([...SEGMENTS]),
});
export type PlayerStatistics = Static<typeof PlayerStatistics>;

/**
 * What stands in `game.leaderboards`, keyed by board and player (`leaderboardKey`): the best score of a player. The
 * topic is compacted; a tombstone takes an erased player off the board.
 */
export const LeaderboardEntry = Type.Object({
  game_id: Identifier,
  data_class: DataClass,
  board: Type.String({ minLength: 1, description: 'level:<level> or match:<mode>' }),
  player_id: Identifier,
  score: Type.Integer(),
  achieved_at: Moment,
  event_id: EventId,
});
export type LeaderboardEntry = Static<typeof LeaderboardEntry>;

/** Identifiers hold no control characters, so the parts cannot run into each other. */
export const leaderboardKey = (
  entry: Pick<LeaderboardEntry, 'game_id' | 'data_class' | 'board' | 'player_id'>,
): string => [entry.game_id, entry.data_class, entry.board, entry.player_id].join('\u001f');
