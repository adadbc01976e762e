import type { Game } from '#kit/games/index.ts';
import type { Day } from '../../domain/kpis.ts';
import type { AnswerCache } from '../answer-cache.ts';
import { type Answers, checkMinutes, checkRange, minutesUpTo } from '../answers.ts';
import type { Boards } from '../boards.ts';
import type { EventFilter, Explorer, PlayerFacts } from '../explorer.ts';
import type { Insights } from '../insights.ts';
import type { Minutes } from '../minutes.ts';
import type { Range, Tenant } from '../reading.ts';
import { checkFirst, checkSteps, refuseNul } from './arguments.ts';
import { type ClassArguments, type Context, classOf, type GraphqlMetrics } from './context.ts';

export interface GameParts {
  readonly answers: Answers;
  readonly insights: Insights;
  readonly minutes: Minutes;
  readonly boards: Boards;
  readonly explorer: Explorer;
  readonly cache: AnswerCache;
  readonly metrics: GraphqlMetrics;
}

type RangeArguments = ClassArguments & Range;
type MinutesArguments = ClassArguments & { readonly minutes: number };
type PageArguments = { readonly first: number; readonly after?: string | null };

/** A player with the tenant that they were asked for in, which the timeline needs. */
export type ShownPlayer = PlayerFacts & { readonly tenant: Tenant };

const MILLIS_PER_SECOND = 1_000;
const MINUTE_MILLIS = 60_000;
/** An answer may be served again until its game changes, or its time to live is over. */
const UNTIL_CHANGED = Number.POSITIVE_INFINITY;
/** An answer about the present moves with the clock. */
const A_SECOND = MILLIS_PER_SECOND;
/** Weeks of single events are not read again for each event that comes. */
const SETTLED_MILLIS = 30_000;

interface Asked<Arguments> {
  readonly game: Game;
  readonly tenant: Tenant;
  readonly of: Arguments;
}

/** How a field of a game is answered: timed, noted as read, its texts checked. */
function fieldsOf(metrics: GraphqlMetrics) {
  return <Arguments extends ClassArguments, Value>(
    name: string,
    freshMillis: number,
    answer: (asked: Asked<Arguments>) => Promise<Value>,
  ) => ({
    resolve: async (game: Game, of: Arguments, { reads }: Context): Promise<Value> => {
      const stop = metrics.analytics_query_duration_seconds.startTimer({ field: name });
      try {
        refuseNul(of);
        const tenant = { gameId: game.id, dataClass: classOf(of) };
        reads.note(tenant, freshMillis);
        return await answer({ game, tenant, of });
      } finally {
        stop();
      }
    },
  });
}

const lagSeconds = (dataAsOf: string | null): number | null =>
  dataAsOf === null ? null : Math.max(0, Date.now() - Date.parse(dataAsOf)) / MILLIS_PER_SECOND;

function kpiFields({ answers, metrics }: GameParts) {
  const field = fieldsOf(metrics);
  const remember = (game: Game, day: Day): Day => {
    const seconds = day.dataAsOf === null ? 0 : Date.parse(day.dataAsOf) / MILLIS_PER_SECOND;
    metrics.analytics_data_as_of_seconds.set({ game_id: game.id }, seconds);
    return day;
  };
  return {
    today: field('today', A_SECOND, async ({ game, tenant }) =>
      remember(game, await answers.today(game, tenant.dataClass)),
    ),
    days: field('days', UNTIL_CHANGED, async ({ game, tenant, of }: Asked<RangeArguments>) =>
      answers.days(game, tenant.dataClass, of),
    ),
    eventRate: field('eventRate', A_SECOND, ({ game, tenant, of }: Asked<MinutesArguments>) =>
      answers.eventRate(game, tenant.dataClass, of.minutes),
    ),
    eventTypes: field('eventTypes', UNTIL_CHANGED, async ({ game, tenant, of }: Asked<RangeArguments>) =>
      answers.eventTypes(game, tenant.dataClass, of),
    ),
    retention: field('retention', A_SECOND, async ({ game, tenant, of }: Asked<RangeArguments>) =>
      answers.retention(game, tenant.dataClass, of),
    ),
  };
}

function rangeFields({ insights, cache, metrics }: GameParts) {
  const field = fieldsOf(metrics);
  return {
    funnel: field(
      'funnel',
      UNTIL_CHANGED,
      async ({ tenant, of }: Asked<RangeArguments & { readonly steps: readonly string[] }>) => {
        const steps = checkSteps(of.steps);
        const range = checkRange(of);
        return cache.cached({ kind: 'funnel', tenant, range, also: steps, settleMillis: SETTLED_MILLIS }, () =>
          insights.funnel(tenant, range, steps),
        );
      },
    ),
    topItems: field(
      'topItems',
      UNTIL_CHANGED,
      async ({ tenant, of }: Asked<RangeArguments & { readonly first: number }>) => {
        const first = checkFirst(of.first);
        const range = checkRange(of);
        return cache.cached({ kind: 'items', tenant, range, also: [first] }, () =>
          insights.topItems(tenant, range, first),
        );
      },
    ),
    performance: field('performance', UNTIL_CHANGED, async ({ tenant, of }: Asked<RangeArguments>) => {
      const range = checkRange(of);
      return cache.cached({ kind: 'performance', tenant, range }, () => insights.performance(tenant, range));
    }),
  };
}

function minuteFields({ minutes, metrics }: GameParts) {
  const field = fieldsOf(metrics);
  return {
    concurrent: field('concurrent', A_SECOND, async ({ tenant, of }: Asked<MinutesArguments>) => {
      const { counts, dataAsOf } = await minutes.concurrent(tenant, checkMinutes(of.minutes));
      const names = minutesUpTo(Date.now() - MINUTE_MILLIS, of.minutes);
      const shown = names.map((minute) => ({ minute, players: counts.get(minute) ?? 0 }));
      return { minutes: shown, peak: Math.max(0, ...shown.map(({ players }) => players)), dataAsOf };
    }),
    typeRates: field(
      'typeRates',
      A_SECOND,
      async ({ tenant, of }: Asked<MinutesArguments & { readonly types?: readonly string[] | null }>) => {
        const { types, dataAsOf } = await minutes.typeRates(tenant, checkMinutes(of.minutes), of.types ?? null);
        const names = minutesUpTo(Date.now(), of.minutes);
        const rateOf = ({ type, counts }: (typeof types)[number]) => {
          const events = names.map((minute) => counts.get(minute) ?? 0);
          return { type, events, total: events.reduce((sum, count) => sum + count, 0) };
        };
        return { types: types.map(rateOf), dataAsOf };
      },
    ),
    pipeline: field('pipeline', A_SECOND, async ({ tenant, of }: Asked<MinutesArguments>) => {
      const answer = await minutes.pipeline(tenant, checkMinutes(of.minutes));
      return { ...answer, delaySeconds: lagSeconds(answer.dataAsOf) };
    }),
    deadLetterCounts: field('deadLetterCounts', A_SECOND, async ({ tenant, of }: Asked<RangeArguments>) =>
      minutes.deadLetters(tenant, checkRange(of)),
    ),
  };
}

function listFields({ boards, explorer, metrics }: GameParts) {
  const field = fieldsOf(metrics);
  return {
    leaderboards: field('leaderboards', UNTIL_CHANGED, ({ tenant }) => boards.names(tenant)),
    leaderboard: field(
      'leaderboard',
      UNTIL_CHANGED,
      async ({ tenant, of }: Asked<ClassArguments & PageArguments & { readonly board: string }>) =>
        boards.page(tenant, of.board, { first: checkFirst(of.first), after: of.after }),
    ),
    events: field(
      'events',
      A_SECOND,
      async ({ tenant, of }: Asked<RangeArguments & PageArguments & { readonly filter?: EventFilter | null }>) =>
        explorer.events(tenant, {
          range: checkRange(of),
          filter: of.filter ?? {},
          page: { first: checkFirst(of.first), after: of.after },
        }),
    ),
    player: field(
      'player',
      A_SECOND,
      async ({ tenant, of }: Asked<ClassArguments & { readonly id: string }>): Promise<ShownPlayer | null> => {
        const player = await explorer.player(tenant, of.id);
        return player && { ...player, tenant };
      },
    ),
  };
}

export const gameFields = (parts: GameParts) => ({
  ...kpiFields(parts),
  ...rangeFields(parts),
  ...minuteFields(parts),
  ...listFields(parts),
});

/** The fields of a player that are more than a property. */
export const playerFields = ({ explorer }: GameParts) => ({
  timeline: {
    resolve: async ({ id, tenant }: ShownPlayer, of: Range & PageArguments) => {
      refuseNul(of);
      const page = { first: checkFirst(of.first), after: of.after };
      return explorer.events(tenant, { range: checkRange(of), filter: { playerId: id }, page });
    },
  },
});
