import { PROBE } from '#catalog/events/index.ts';
import { ExpiringMap } from '#kit/expiring-map.ts';
import type { GameDirectory } from '#kit/games/index.ts';
import type { TimeZoneOf } from './judge.ts';

/** A game that was just made is found soon; records of one that does not exist do not ask each time. */
const UNKNOWN_MILLIS = 2_000;
const MAX_UNKNOWN = 10_000;

/** Time zones of games that the event store has not seen. Errors: DATABASE_UNAVAILABLE. */
export function createTimeZones(games: Pick<GameDirectory, 'findGame'>): TimeZoneOf {
  const unknown = new ExpiringMap<true>(MAX_UNKNOWN);
  return async (gameId) => {
    if (gameId === PROBE.game) return PROBE.timeZone;
    if (unknown.get(gameId)) return undefined;
    const game = await games.findGame(gameId);
    if (!game) unknown.set(gameId, true, UNKNOWN_MILLIS);
    return game?.timeZone;
  };
}
