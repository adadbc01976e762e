import { requireRole } from '#kit/auth/index.ts';
import { errors as kitErrors } from '#kit/errors.ts';
import type { Game } from '#kit/games/index.ts';
import type { LiveGames } from '../live.ts';
import type { Watches } from '../watches.ts';
import { checkFirst, refuseNul } from './arguments.ts';
import { type ClassArguments, type Context, classOf } from './context.ts';
import { type GameParts, gameFields, playerFields } from './game.ts';
import type { Resolvers } from './schema.ts';

export interface ResolverParts extends GameParts {
  readonly live: LiveGames;
  readonly watches: Watches;
}

/** Errors: GAME_FORBIDDEN, also for a game that does not exist, so that nobody learns which games there are. */
async function requireVisible({ visitor }: Context, gameId: string): Promise<Game> {
  const game = await visitor.game(gameId);
  if (game) return game;
  throw kitErrors.GAME_FORBIDDEN({ detail: `This token does not see a game «${gameId}».` });
}

type LiveArguments = ClassArguments & { readonly gameId: string };

/** A subscription whose messages are the values of its field. */
function messages<Arguments extends LiveArguments, Message>(
  listen: (game: Game, of: Arguments, context: Context) => AsyncIterator<Message>,
) {
  return {
    subscribe: async (_: unknown, of: Arguments, context: Context) => {
      refuseNul(of);
      return listen(await requireVisible(context, of.gameId), of, context);
    },
    resolve: (message: Message) => message,
  };
}

function subscriptions({ live, watches }: ResolverParts) {
  const tenantOf = (game: Game, of: ClassArguments) => ({ gameId: game.id, dataClass: classOf(of) });
  return {
    liveRate: messages((game, of: LiveArguments) => live.rates(game, classOf(of))),
    today: messages((game, of: LiveArguments) => live.todays(game, classOf(of))),
    leaderboard: messages((game, of: LiveArguments & { readonly board: string; readonly first: number }) =>
      watches.board(tenantOf(game, of), of.board, checkFirst(of.first)),
    ),
    deadLetters: messages((game, of: LiveArguments, { visitor }) => {
      requireRole(visitor.claims, 'operator', 'admin');
      return watches.letters(tenantOf(game, of));
    }),
  };
}

/** One entry a field that is more than a property. */
export function createResolvers(parts: ResolverParts): Resolvers {
  return {
    Query: {
      games: { resolve: (_: unknown, __: unknown, { visitor }: Context) => visitor.games() },
      game: {
        resolve: async (_: unknown, { id }: { readonly id: string }, { visitor }: Context) =>
          (await visitor.game(id)) ?? null,
      },
    },
    Game: gameFields(parts),
    Player: playerFields(parts),
    Subscription: subscriptions(parts),
  };
}
