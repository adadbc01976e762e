import { type Static, Type } from 'typebox';
import { EventId, Identifier } from './envelope.ts';

/**
 * What stands in `user.erasure.requested`, keyed by `player_id`. The topic keeps the last record of a key for ever, so a
 * later request of the same player repeats the games of the earlier ones; a tombstone lifts the suppression.
 */
export const ErasureRequest = Type.Object({
  erasure_id: EventId,
  player_id: Identifier,
  games: Type.Array(Identifier, { uniqueItems: true, description: 'empty: the player is erased from every game' }),
  requested_at: Type.String({ format: 'date-time' }),
  deadline_at: Type.String({ format: 'date-time' }),
});
export type ErasureRequest = Static<typeof ErasureRequest>;

/** What stands in `user.erasure.completed`, keyed by `player_id`: one owner of a store has nothing of the person left. */
export const ErasureConfirmation = Type.Object({
  erasure_id: EventId,
  player_id: Identifier,
  service: Type.String({ description: 'the catalog name of the service that erased' }),
  store: Type.String({ description: 'the catalog name of the store' }),
  removed: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description: 'rows removed, by table' }),
  completed_at: Type.String({ format: 'date-time' }),
});
export type ErasureConfirmation = Static<typeof ErasureConfirmation>;
