import { bearer, type Claims, requireRole, seesGame, type TokenVerifier } from '#kit/auth/index.ts';
import type { Game, GameDirectory } from '#kit/games/index.ts';

/** Who asks: their claims and the games that these let them see. */
export interface Visitor {
  readonly claims: Claims;
  games(): Promise<readonly Game[]>;
  game(id: string): Promise<Game | undefined>;
}

/** Answers about games are for people who run them; players have their own services. */
const ALLOWED = ['analyst', 'operator', 'admin'] as const;

export type VisitorOf = (authorization: string | undefined) => Promise<Visitor>;

/** Errors: TOKEN_MISSING, TOKEN_INVALID, AUTH_UNAVAILABLE, ROLE_MISSING. */
export function createVisitors(verifier: TokenVerifier, directory: GameDirectory): VisitorOf {
  return async (authorization) => {
    const claims = await verifier.verify(bearer({ headers: { authorization } }));
    requireRole(claims, ...ALLOWED);
    return {
      claims,
      games: async () => (await directory.listGames()).filter(({ id }) => seesGame(claims, id)),
      game: async (id) => (seesGame(claims, id) ? directory.findGame(id) : undefined),
    };
  };
}
