import { bearer, type Claims, requireRole, seesGame, type TokenVerifier } from '#kit/auth/index.ts';
import { errors } from '#kit/errors.ts';
import type { Game, GameDirectory } from '#kit/games/index.ts';
import { isConnectionLost } from '#kit/postgres/index.ts';

/** Who asks: their claims and the games that these let them see. */
export interface Visitor {
  readonly claims: Claims;
  games(): Promise<readonly Game[]>;
  game(id: string): Promise<Game | undefined>;
}

/** Answers about games are for people who run them; players have their own services. */
const ALLOWED = ['analyst', 'operator', 'admin'] as const;
/** A new name of a game is seen after this time; a new game at once. */
const KNOWN_MILLIS = 5_000;

export type VisitorOf = (authorization: string | undefined) => Promise<Visitor>;

/** The games there are: asked for once by all who ask at the same time, and known for a short while. */
class KnownGames {
  readonly #directory: GameDirectory;
  #games: readonly Game[] = [];
  #knownUntilMillis = Number.NEGATIVE_INFINITY;
  #asking: Promise<readonly Game[]> | undefined;

  constructor(directory: GameDirectory) {
    this.#directory = directory;
  }

  async list(): Promise<readonly Game[]> {
    return performance.now() < this.#knownUntilMillis ? this.#games : this.#ask();
  }

  async find(id: string): Promise<Game | undefined> {
    const named = (game: Game): boolean => game.id === id;
    return (await this.list()).find(named) ?? (await this.#ask()).find(named);
  }

  /** Errors: DATABASE_UNAVAILABLE. */
  #ask(): Promise<readonly Game[]> {
    this.#asking ??= this.#load().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #load(): Promise<readonly Game[]> {
    try {
      this.#games = await this.#directory.listGames();
      this.#knownUntilMillis = performance.now() + KNOWN_MILLIS;
      return this.#games;
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      throw errors.DATABASE_UNAVAILABLE({ detail: 'The games cannot be looked up now.', cause: error });
    }
  }
}

/** Errors: TOKEN_MISSING, TOKEN_INVALID, AUTH_UNAVAILABLE, ROLE_MISSING; of a visitor DATABASE_UNAVAILABLE. */
export function createVisitors(verifier: TokenVerifier, directory: GameDirectory): VisitorOf {
  const known = new KnownGames(directory);
  return async (authorization) => {
    const claims = await verifier.verify(bearer({ headers: { authorization } }));
    requireRole(claims, ...ALLOWED);
    return {
      claims,
      games: async () => (await known.list()).filter(({ id }) => seesGame(claims, id)),
      game: async (id) => (seesGame(claims, id) ? known.find(id) : undefined),
    };
  };
}
