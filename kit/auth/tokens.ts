import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from 'jose';
import { type Static, type TObject, Type } from 'typebox';
import { Url } from '../environment.ts';
import { errors, messageOf } from '../errors.ts';
import { ExpiringMap } from '../expiring-map.ts';

/** The variables of a process that accepts tokens. */
export const authEnvironment = {
  TOKEN_ISSUER: Type.String({ minLength: 1 }),
  TOKEN_AUDIENCE: Type.String({ minLength: 1 }),
  /** Where the public keys are: user-service's JWKS, or a file. */
  TOKEN_JWKS_URL: Url(['http', 'https', 'file']),
};
export type AuthEnvironment = Static<TObject<typeof authEnvironment>>;

export const roles = ['player', 'analyst', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

const ClaimsSchema = Type.Object({
  sub: Type.String({ minLength: 1 }),
  roles: Type.Array(Type.String(), { default: [] }),
  games: Type.Array(Type.String(), { default: [] }),
  exp: Type.Integer(),
});
/** What a token says: who, what they may do, for which games. */
export type Claims = Static<typeof ClaimsSchema>;

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

export interface TokenVerifier {
  /** Errors: TOKEN_INVALID (with the reason), AUTH_UNAVAILABLE when the keys cannot be fetched. */
  verify(token: string): Promise<Claims>;
}

export function authOptions(config: AuthEnvironment): TokenVerifierOptions {
  return { issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE, jwksUrl: config.TOKEN_JWKS_URL };
}

const algorithms = ['RS256', 'ES256', 'EdDSA'];
const clockToleranceSeconds = 30;
/** RS256 takes 0.25 ms a token, so a verified one is remembered; a withdrawn key stops working after this time. */
const rememberMillis = 60_000;
const maxRemembered = 10_000;
const maxTokenLength = 8192;

const acceptsClaims = new Ajv({ useDefaults: true }).compile<Claims>(ClaimsSchema);

/** A file is read again when a token names a key that it did not have. */
function fileKeys(path: string): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  const load = async () => createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')));
  return async (header, token) => {
    keys ??= await load();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof joseErrors.JWKSNoMatchingKey)) throw error;
      keys = await load();
      return keys(header, token);
    }
  };
}

function keySource(jwksUrl: string): JWTVerifyGetKey {
  const url = new URL(jwksUrl);
  if (url.protocol === 'file:') return fileKeys(fileURLToPath(url));
  return createRemoteJWKSet(url, { timeoutDuration: 3000, cooldownDuration: 5000, cacheMaxAge: 600_000 });
}

/** Errors of the token itself; everything else means that the keys could not be had. */
function isTokensFault(error: unknown): boolean {
  const { JOSEError, JWKSTimeout, JWKSInvalid } = joseErrors;
  if (!(error instanceof JOSEError) || error instanceof JWKSTimeout || error instanceof JWKSInvalid) return false;
  return error.code !== 'ERR_JOSE_GENERIC';
}

function refused(error: unknown) {
  if (isTokensFault(error)) {
    return errors.TOKEN_INVALID({ detail: `The token is refused: ${messageOf(error)}.`, cause: error });
  }
  return errors.AUTH_UNAVAILABLE({ detail: 'The keys that tokens are verified with cannot be read.', cause: error });
}

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience } = options;
  const keys = keySource(options.jwksUrl);
  const remembered = new ExpiringMap<Claims>(maxRemembered);
  const rules = { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp', 'sub'] };

  const verifyNow = async (token: string): Promise<Claims> => {
    const { payload } = await jwtVerify(token, keys, rules).catch((error: unknown) => {
      throw refused(error);
    });
    if (acceptsClaims(payload)) return payload;
    const [problem] = acceptsClaims.errors ?? [];
    throw errors.TOKEN_INVALID({ detail: `The token's claim ${problem?.instancePath} ${problem?.message}.` });
  };

  return {
    verify: async (token) => {
      if (token.length > maxTokenLength) {
        throw errors.TOKEN_INVALID({ detail: `The token has ${token.length} characters; at most ${maxTokenLength}.` });
      }
      const known = remembered.get(token);
      if (known) return known;
      const claims = await verifyNow(token);
      remembered.set(token, claims, Math.min(rememberMillis, claims.exp * 1000 - Date.now()));
      return claims;
    },
  };
}

const bearerPattern = /^Bearer +([\w.~+/=-]+)$/i;

/** The token of an Authorization header. Errors: TOKEN_MISSING. */
export function bearer(request: { readonly headers: { readonly authorization?: string | undefined } }): string {
  const [, token] = bearerPattern.exec(request.headers.authorization ?? '') ?? [];
  if (token) return token;
  throw errors.TOKEN_MISSING({ detail: 'The Authorization header holds no bearer token.' });
}

/** Errors: ROLE_MISSING unless the token has one of the roles. */
export function requireRole(claims: Claims, ...allowed: readonly Role[]): void {
  if (allowed.some((role) => claims.roles.includes(role))) return;
  throw errors.ROLE_MISSING({ detail: `This needs the role ${allowed.join(' or ')}.` });
}

/** In a token's games: every game, also those that come later. */
export const EVERY_GAME = '*';

export const seesGame = (claims: Pick<Claims, 'games'>, gameId: string): boolean =>
  claims.games.includes(gameId) || claims.games.includes(EVERY_GAME);

/** Errors: GAME_FORBIDDEN unless the token is for the game. */
export function requireGame(claims: Claims, gameId: string): void {
  if (seesGame(claims, gameId)) return;
  throw errors.GAME_FORBIDDEN({ detail: `The token is not for the game "${gameId}".` });
}
