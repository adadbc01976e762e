import { Mailbox } from '#services/analytics-api/domain/mailbox.ts';
import type { Resolvers } from '#services/analytics-api/edges/graphql/schema.ts';

const DAY_MILLIS = 86_400_000;
const MINUTE_MILLIS = 60_000;
const dayBefore = (days: number): string => new Date(Date.now() - days * DAY_MILLIS).toISOString().slice(0, 10);

export interface Figures {
  games: readonly { readonly id: string; readonly name: string; readonly timeZone: string }[];
  /** Every number is 0 where nothing was ever sent. */
  empty: boolean;
  /** The message of every answer, when there is one. */
  failure: string | undefined;
  activeToday: number;
  eventsPerSecond: number;
}

const euros = (amountMinor: number) => [
  { currency: 'EUR', amountMinor },
  { currency: 'JPY', amountMinor: amountMinor * 1.5 },
];

/** A game that grows a little every day, with a weekend in it. */
function dayOf(figures: Figures, days: number) {
  const busy = figures.empty ? 0 : 1;
  const players = days === 0 ? figures.activeToday : Math.round((1_450 - days * 38) * (days % 7 > 4 ? 1.22 : 1));
  return {
    date: dayBefore(days),
    activePlayers: players * busy,
    weeklyActivePlayers: players * 4 * busy,
    monthlyActivePlayers: players * 9 * busy,
    newPlayers: Math.round(players / 9) * busy,
    sessions: Math.round(players * 2.3) * busy,
    averageSessionSeconds: busy ? 1_284.5 : null,
    events: players * 113 * busy,
    revenue: busy ? euros(players * 41) : [],
    payers: Math.round(players / 30) * busy,
    conversion: busy ? 0.0331 : null,
    arpdau: busy ? euros(41.2) : [],
    arppu: busy ? euros(1_236) : [],
    dataAsOf: busy ? new Date().toISOString() : null,
  };
}

const TYPES = ['match_end', 'level_completed', 'session_start', 'item_viewed', 'performance_sample', 'player_death'];

function gameFields(figures: Figures): Resolvers[string] {
  const daysOf = (count: number) => Array.from({ length: count }, (_, index) => dayOf(figures, count - 1 - index));
  const guarded = (answer: (of: { readonly minutes: number }) => unknown) => ({
    resolve: (_: unknown, of: { readonly minutes: number }) => {
      if (figures.failure) throw new Error(figures.failure);
      return answer(of);
    },
  });
  return {
    today: guarded(() => dayOf(figures, 0)),
    days: guarded(() => daysOf(14)),
    eventRate: guarded(({ minutes }) =>
      Array.from({ length: minutes }, (_, index) => ({
        minute: new Date(Math.floor(Date.now() / MINUTE_MILLIS - minutes + 1 + index) * MINUTE_MILLIS).toISOString(),
        events: figures.empty ? 0 : Math.round(9_000 + 2_500 * Math.sin(index / 4)),
      })),
    ),
    eventTypes: guarded(() => (figures.empty ? [] : TYPES.map((type, rank) => ({ type, events: 90_000 >> rank })))),
    retention: guarded(() =>
      daysOf(14).map(({ date, newPlayers }, index) => ({
        ...{ date, size: newPlayers },
        ...{ day1: index < 13 ? 0.42 - index / 100 : null, day7: index < 7 ? 0.17 + index / 100 : null, day30: null },
      })),
    ),
  };
}

/** A message now, and one every tick. */
function ticking<Message>(message: () => Message, everyMillis: number): Mailbox<Message> {
  const timer = setInterval(() => mailbox.put(message()), everyMillis);
  const mailbox: Mailbox<Message> = new Mailbox(() => clearInterval(timer));
  mailbox.put(message());
  return mailbox;
}

/** Answers by the contract, out of figures that a test changes. */
export function resolversOf(figures: Figures): Resolvers {
  const rate = () => ({
    at: new Date().toISOString(),
    eventsPerSecond: figures.eventsPerSecond,
    playersOnline: Math.round(figures.activeToday / 7),
    dataAsOf: figures.empty ? null : new Date(Date.now() - 1_200).toISOString(),
  });
  return {
    Query: {
      games: {
        resolve: () => {
          if (figures.failure) throw new Error(figures.failure);
          return figures.games;
        },
      },
      game: { resolve: (_: unknown, { id }: { readonly id: string }) => figures.games.find((game) => game.id === id) },
    },
    Game: gameFields(figures),
    Subscription: {
      liveRate: { subscribe: () => ticking(rate, 200), resolve: (message: unknown) => message },
      today: { subscribe: () => ticking(() => dayOf(figures, 0), 200), resolve: (message: unknown) => message },
    },
  };
}
