import type { IncomingHttpHeaders } from 'node:http';
import type { DataClass } from '#catalog/events/index.ts';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { type Claims, requireGame, requireRole, type TokenVerifier } from '#kit/auth/index.ts';
import { errors } from '#kit/errors.ts';
import { ExpiringMap } from '#kit/expiring-map.ts';
import { type Game, type GameDirectory, looksLikeKey } from '#kit/games/index.ts';
import { ingestionErrors } from './errors.ts';

/** Who sends, and what they may write. */
export interface Writer {
  readonly game: Game;
  readonly dataClass: DataClass;
  /** Set for a player's token, which speaks for that player only. */
  readonly onlyPlayer?: string | undefined;
}

/**
 * Finds the writer of a request. `game` is the game that the address names, if it names one.
 * Errors: TOKEN_MISSING, TOKEN_INVALID, API_KEY_INVALID (401), ROLE_MISSING, GAME_FORBIDDEN (403), GAME_UNKNOWN (404),
 * GAME_NOT_NAMED (400), AUTH_UNAVAILABLE, DATABASE_UNAVAILABLE (503).
 */
export type Authenticate = (headers: IncomingHttpHeaders, game?: string) => Promise<Writer>;

const rememberGameMillis = 30_000;
const maxGames = 10_000;

/** The credential of a request: an API key as it is, as bearer token, as Basic user name (Segment), or in `X-API-Key`. */
function credentialOf(headers: IncomingHttpHeaders): string {
  const own = headers[INGESTION_API.apiKeyHeader];
  if (typeof own === 'string' && own !== '') return own;
  const text = headers.authorization?.trim() ?? '';
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(text) ?? [];
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '';
  const credential = value || text;
  if (credential !== '' && !/\s/.test(credential)) return credential;
  throw errors.TOKEN_MISSING({
    detail: 'There is no API key and no token in the request.',
    fix: 'Send "Authorization: Bearer <API key or token>", or the key in "X-API-Key".',
  });
}

function headerGame(headers: IncomingHttpHeaders): string | undefined {
  const value = headers[INGESTION_API.gameHeader];
  return typeof value === 'string' ? value : undefined;
}

function gameOf(claims: Claims, named: string | undefined): string {
  if (named !== undefined) {
    requireGame(claims, named);
    return named;
  }
  const [game, ...others] = claims.games;
  if (game !== undefined && others.length === 0) return game;
  throw ingestionErrors.GAME_NOT_NAMED({ detail: `The token is for ${claims.games.length} games.` });
}

/** Analysts only read; a player who has no other role speaks for one player. */
function onlyPlayerOf(claims: Claims): string | undefined {
  requireRole(claims, 'player', 'operator', 'admin');
  return claims.roles.some((role) => role === 'operator' || role === 'admin') ? undefined : claims.sub;
}

export function createAuthenticator(directory: GameDirectory, tokens: TokenVerifier): Authenticate {
  const games = new ExpiringMap<Game>(maxGames);

  const findGame = async (id: string): Promise<Game> => {
    const game = games.get(id) ?? (await directory.findGame(id));
    if (!game) throw errors.GAME_UNKNOWN({ detail: `There is no game "${id}".` });
    games.set(id, game, rememberGameMillis);
    return game;
  };

  const byKey = async (key: string, named: string | undefined): Promise<Writer> => {
    const owner = await directory.findKey(key);
    if (!owner) throw errors.API_KEY_INVALID({ detail: 'The API key is unknown or revoked.' });
    const { game, dataClass } = owner;
    if (named !== undefined && named !== game.id)
      throw errors.GAME_FORBIDDEN({ detail: `The API key is not for the game "${named}".` });
    return { game, dataClass };
  };

  const byToken = async (token: string, named: string | undefined): Promise<Writer> => {
    const claims = await tokens.verify(token);
    const onlyPlayer = onlyPlayerOf(claims);
    return { game: await findGame(gameOf(claims, named)), dataClass: 'production', onlyPlayer };
  };

  return async (headers, game) => {
    const credential = credentialOf(headers);
    if (looksLikeKey(credential)) return byKey(credential, game);
    if (credential.startsWith('gmk_'))
      throw errors.API_KEY_INVALID({ detail: 'The API key is not of the form gmk_<class>_<random>.' });
    return byToken(credential, game ?? headerGame(headers));
  };
}
