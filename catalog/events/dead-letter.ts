import { type Static, Type } from 'typebox';
import { DataClass, EventId, Identifier } from './envelope.ts';

/** Originals above this are cut: enough to see what was wrong, small enough for a topic that nobody must overflow. */
export const MAX_DEAD_LETTER_ORIGINAL_BYTES = 65_536;

const Moment = Type.String({ format: 'date-time' });

/** What stands in `dlq.events`: an event that was refused or could not be processed, its reason and its original bytes. */
export const DeadLetter = Type.Object({
  /** The same refusal sent again has the same id, so that the list shows it once. */
  dead_letter_id: EventId,
  reason: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$', description: 'a code, such as envelope_invalid' }),
  detail: Type.String({ description: 'one sentence: the value, the rule and the fix' }),
  /** Where in the original, as a JSON pointer. */
  path: Type.Optional(Type.String()),
  service: Type.String({ description: 'the catalog name of the service that put it aside' }),
  game_id: Type.Optional(Identifier),
  data_class: Type.Optional(DataClass),
  event_id: Type.Optional(Type.String()),
  event_type: Type.Optional(Type.String()),
  /** How the original is to be read. */
  format: Type.Union([
    Type.Literal('gamemetrics'),
    Type.Literal('aws-game-analytics'),
    Type.Literal('segment'),
    Type.Literal('accepted-event', { description: 'a record of player.events.raw' }),
  ]),
  original: Type.String({ contentEncoding: 'base64', description: 'the bytes as they came, base64' }),
  original_bytes: Type.Integer({ minimum: 0, description: 'their number before any cut' }),
  truncated: Type.Boolean(),
  original_topic: Type.Optional(Type.String()),
  original_partition: Type.Optional(Type.Integer({ minimum: 0 })),
  original_offset: Type.Optional(Type.String({ pattern: '^[0-9]+$' })),
  received_at: Type.Optional(Moment),
  failed_at: Moment,
});
export type DeadLetter = Static<typeof DeadLetter>;
