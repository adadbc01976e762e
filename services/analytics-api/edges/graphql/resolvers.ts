import { errors as kitErrors } from '#kit/errors.ts';
import type { Game } from '#kit/games/index.ts';
import type { Day } from '../../domain/kpis.ts';
import type { Answers } from '../answers.ts';
import type { LiveGames } from '../live.ts';
import type { DataClass } from '../store.ts';
import type { Visitor } from '../visitors.ts';
import type { Resolvers } from './schema.ts';

export interface GraphqlMetrics {
  readonly analytics_query_duration_seconds: { startTimer(labels: { field: string }): () => unknown };
  readonly analytics_data_as_of_seconds: { set(labels: { game_id: string }, seconds: number): void };
}

export interface ResolverParts {
  readonly answers: Answers;
  readonly live: LiveGames;
  readonly metrics: GraphqlMetrics;
}

/** What every way in gives to every resolver. */
export interface Context {
  readonly visitor: Visitor;
}

interface ClassArguments {
  readonly dataClass: 'PRODUCTION' | 'SANDBOX';
}

type RangeArguments = ClassArguments & { readonly from: string; readonly to: string };

const MILLIS_PER_SECOND = 1_000;
const classOf = ({ dataClass }: ClassArguments): DataClass => (dataClass === 'SANDBOX' ? 'sandbox' : 'production');

/** Errors: GAME_FORBIDDEN, also for a game that does not exist, so that nobody learns which games there are. */
async function requireVisible({ visitor }: Context, gameId: string): Promise<Game> {
  const game = await visitor.game(gameId);
  if (game) return game;
  throw kitErrors.GAME_FORBIDDEN({ detail: `This token does not see a game «${gameId}».` });
}

function gameResolvers({ answers, metrics }: ResolverParts) {
  const timed = async <Value>(field: string, work: () => Promise<Value>): Promise<Value> => {
    const stop = metrics.analytics_query_duration_seconds.startTimer({ field });
    try {
      return await work();
    } finally {
      stop();
    }
  };
  const remember = (game: Game, day: Day): Day => {
    const seconds = day.dataAsOf === null ? 0 : Date.parse(day.dataAsOf) / MILLIS_PER_SECOND;
    metrics.analytics_data_as_of_seconds.set({ game_id: game.id }, seconds);
    return day;
  };
  const field = <Arguments, Value>(name: string, answer: (game: Game, of: Arguments) => Promise<Value>) => ({
    resolve: (game: Game, of: Arguments) => timed(name, () => answer(game, of)),
  });
  return {
    today: field('today', async (game, of: ClassArguments) => remember(game, await answers.today(game, classOf(of)))),
    days: field('days', async (game, of: RangeArguments) => answers.days(game, classOf(of), of)),
    eventRate: field('eventRate', (game, of: ClassArguments & { readonly minutes: number }) =>
      answers.eventRate(game, classOf(of), of.minutes),
    ),
    eventTypes: field('eventTypes', async (game, of: RangeArguments) => answers.eventTypes(game, classOf(of), of)),
    retention: field('retention', async (game, of: RangeArguments) => answers.retention(game, classOf(of), of)),
  };
}

type LiveArguments = ClassArguments & { readonly gameId: string };

/** A subscription whose messages are the values of its field. */
function messages<Message>(listen: (game: Game, dataClass: DataClass) => AsyncIterator<Message>) {
  return {
    subscribe: async (_: unknown, of: LiveArguments, context: Context) =>
      listen(await requireVisible(context, of.gameId), classOf(of)),
    resolve: (message: Message) => message,
  };
}

/** One entry a field that is more than a property. */
export function createResolvers(parts: ResolverParts): Resolvers {
  const { live } = parts;
  return {
    Query: {
      games: { resolve: (_: unknown, __: unknown, { visitor }: Context) => visitor.games() },
      game: {
        resolve: async (_: unknown, { id }: { readonly id: string }, { visitor }: Context) =>
          (await visitor.game(id)) ?? null,
      },
    },
    Game: gameResolvers(parts),
    Subscription: {
      liveRate: messages((game, dataClass) => live.rates(game, dataClass)),
      today: messages((game, dataClass) => live.todays(game, dataClass)),
    },
  };
}
