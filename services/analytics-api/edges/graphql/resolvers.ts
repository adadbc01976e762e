import type { IResolvers } from 'mercurius';
import { errors as kitErrors } from '#kit/errors.ts';
import type { Game } from '#kit/games/index.ts';
import type { Day } from '../../domain/kpis.ts';
import type { Answers } from '../answers.ts';
import type { LiveGames } from '../live.ts';
import type { DataClass } from '../store.ts';
import type { Visitor } from '../visitors.ts';
import { dateScalar, dateTimeScalar } from './scalars.ts';

export interface GraphqlMetrics {
  readonly analytics_query_duration_seconds: { startTimer(labels: { field: string }): () => unknown };
  readonly analytics_subscriptions: { inc(labels: { field: string }): void; dec(labels: { field: string }): void };
  readonly analytics_data_as_of_seconds: { set(labels: { game_id: string }, seconds: number): void };
}

export interface ResolverParts {
  readonly answers: Answers;
  readonly live: LiveGames;
  readonly metrics: GraphqlMetrics;
}

interface Context {
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

/** Counts a subscription for as long as somebody listens, and gives each message the name of its field. */
async function* counted<Value>(
  metrics: GraphqlMetrics,
  field: string,
  messages: AsyncGenerator<Value>,
): AsyncGenerator<Record<string, Value>> {
  metrics.analytics_subscriptions.inc({ field });
  try {
    for await (const message of messages) yield { [field]: message };
  } finally {
    metrics.analytics_subscriptions.dec({ field });
  }
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
    metrics.analytics_data_as_of_seconds.set({ game_id: game.id }, Date.parse(day.dataAsOf) / MILLIS_PER_SECOND);
    return day;
  };
  return {
    today: (game: Game, of: ClassArguments) =>
      timed('today', async () => remember(game, await answers.today(game, classOf(of)))),
    days: (game: Game, of: RangeArguments) => timed('days', () => answers.days(game, classOf(of), of)),
    eventRate: (game: Game, of: ClassArguments & { minutes: number }) =>
      timed('eventRate', () => answers.eventRate(game, classOf(of), of.minutes)),
    eventTypes: (game: Game, of: RangeArguments) =>
      timed('eventTypes', () => answers.eventTypes(game, classOf(of), of)),
    retention: (game: Game, of: RangeArguments) => timed('retention', () => answers.retention(game, classOf(of), of)),
  };
}

function subscriptionResolvers({ live, metrics }: ResolverParts) {
  type Arguments = ClassArguments & { readonly gameId: string };
  return {
    liveRate: {
      subscribe: async (_: unknown, of: Arguments, context: Context) =>
        counted(metrics, 'liveRate', live.rates(await requireVisible(context, of.gameId), classOf(of))),
    },
    today: {
      subscribe: async (_: unknown, of: Arguments, context: Context) =>
        counted(metrics, 'today', live.todays(await requireVisible(context, of.gameId), classOf(of))),
    },
  };
}

/** One resolver a field that is more than a property. */
export function createResolvers(parts: ResolverParts): IResolvers {
  const resolvers = {
    Date: dateScalar,
    DateTime: dateTimeScalar,
    Query: {
      games: (_: unknown, __: unknown, { visitor }: Context) => visitor.games(),
      game: async (_: unknown, { id }: { id: string }, { visitor }: Context) => (await visitor.game(id)) ?? null,
    },
    Game: gameResolvers(parts),
    Subscription: subscriptionResolvers(parts),
  };
  // Our context has a visitor on every path in (edges/graphql/routes.ts); mercurius cannot know it.
  return resolvers as unknown as IResolvers;
}
