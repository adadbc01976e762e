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
  /** Of each minute: events that were read and never settled. */
  unaccounted: number;
  /** Ids of dead letters that arrive while somebody watches. */
  arriving: string[];
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

const PLAYERS = ['anna-the-brave', 'kestrel', 'moss', 'ivo', 'player-with-a-very-long-name-0042'];

function eventOf(place: number) {
  const type = TYPES[place % TYPES.length] ?? '';
  return {
    id: `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`,
    type,
    version: 1,
    at: new Date(Date.UTC(2026, 10, 20, 12) - place * 47_000).toISOString(),
    receivedAt: new Date().toISOString(),
    playerId: PLAYERS[place % PLAYERS.length],
    platform: place % 2 ? 'ios' : 'android',
    country: 'DE',
    appVersion: '1.4.2',
    properties: type === 'match_end' ? '{"match_id":"m-1","mode":"duel","result":"win","score":1200}' : '{}',
  };
}

interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
}

/** 60 events in pages. */
function eventPage(empty: boolean, { first, after }: PageArguments) {
  const from = after ? Number(after) + 1 : 0;
  const places = Array.from({ length: first }, (_, index) => from + index).filter((place) => place < 60 && !empty);
  const last = places.at(-1);
  return {
    edges: places.map((place) => ({ cursor: String(place), node: eventOf(place) })),
    pageInfo: { hasNextPage: last !== undefined && last < 59, endCursor: last === undefined ? null : String(last) },
    dataAsOf: new Date().toISOString(),
  };
}

const minuteBefore = (minutes: number): string =>
  new Date(Math.floor(Date.now() / MINUTE_MILLIS - minutes) * MINUTE_MILLIS).toISOString();

/** Fields of the pages beyond the first. */
function pageFields(figures: Figures): Resolvers[string] {
  const answer = <Arguments>(of: (arguments_: Arguments) => unknown) => ({
    resolve: (_: unknown, given: Arguments) => {
      if (figures.failure) throw new Error(figures.failure);
      return of(given);
    },
  });
  const percentiles = (p50: number) => ({ p1: p50 / 4, p5: p50 / 2, p50, p95: p50 * 2, p99: p50 * 3 });
  return {
    concurrent: answer(({ minutes }: { readonly minutes: number }) => ({
      peak: 214,
      minutes: Array.from({ length: minutes }, (_, index) => ({
        minute: minuteBefore(minutes - index),
        players: Math.round(180 + 34 * Math.sin(index / 5)),
      })),
    })),
    typeRates: answer(() => ({
      types: TYPES.map((type, rank) => ({ type, total: 60_000 >> rank, events: [6_000 >> rank] })),
    })),
    funnel: answer(({ steps }: { readonly steps: readonly string[] }) => ({
      steps: steps.map((type, rank) => ({ type, players: 1_280 >> (2 * rank), share: 1 / 4 ** rank })),
    })),
    topItems: answer(() => ({
      items: ['gem-pack', 'golden-hat', 'season-pass'].map((itemId, rank) => ({
        ...{ itemId, views: 4_000 >> rank, purchases: 312 >> rank, refunds: rank, quantity: 312 >> rank },
        revenue: euros(31_200 >> rank),
      })),
    })),
    performance: answer(() => ({
      ...{ samples: 48_211, crashes: 97, crashRate: 0.002, fps: percentiles(58), pingMillis: percentiles(44) },
      dataAsOf: new Date().toISOString(),
    })),
    leaderboards: answer(() => ({ names: figures.empty ? [] : ['level:1', 'match:duel'] })),
    events: answer((of: PageArguments) => eventPage(figures.empty, of)),
    player: answer(({ id }: { readonly id: string }) =>
      PLAYERS.includes(id)
        ? {
            ...{ id, activeDays: 12, sessions: 31, playtimeSeconds: 41_000, purchases: 4, refunds: 1 },
            ...{ firstSeenAt: '2026-11-01T08:00:00Z', lastSeenAt: '2026-11-20T12:00:00Z', revenue: euros(1_997) },
          }
        : null,
    ),
    pipeline: answer(({ minutes }: { readonly minutes: number }) => ({
      delaySeconds: figures.empty ? null : 1.4,
      dataAsOf: figures.empty ? null : new Date().toISOString(),
      minutes: figures.empty
        ? []
        : Array.from({ length: minutes }, (_, index) => ({
            ...{ minute: minuteBefore(minutes - 1 - index), consumed: 9_000 - index, stored: 8_950 - index },
            ...{ deduplicated: 30, deadLettered: 20 - figures.unaccounted, suppressed: 0 },
          })),
    })),
    deadLetterCounts: answer(() => ({
      reasons: figures.empty ? [] : [{ reason: 'properties_invalid', status: 'OPEN', letters: 2 }],
    })),
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
  const board = () => ({
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: PLAYERS.map((playerId, index) => ({
      cursor: '',
      node: { rank: index + 1, playerId, score: 98_000 - index * 3_100, achievedAt: '2026-11-20T12:00:00Z' },
    })),
  });
  const letters = () =>
    figures.arriving.splice(0).map((id) => ({
      ...{ id, reason: 'properties_invalid', eventType: 'level_started', failedBy: 'event-processor-service' },
      failedAt: new Date().toISOString(),
    }));
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
    Game: { ...gameFields(figures), ...pageFields(figures) },
    Player: { timeline: { resolve: (_: unknown, of: PageArguments) => eventPage(figures.empty, of) } },
    Subscription: {
      liveRate: { subscribe: () => ticking(rate, 200), resolve: (message: unknown) => message },
      today: { subscribe: () => ticking(() => dayOf(figures, 0), 200), resolve: (message: unknown) => message },
      leaderboard: { subscribe: () => ticking(board, 200), resolve: (message: unknown) => message },
      deadLetters: { subscribe: () => ticking(letters, 200), resolve: (message: unknown) => message },
    },
  };
}
