/** A GraphQL document with the types of its answer and variables; a test checks every text against the API's schema. */
export interface Document<Data, Variables> {
  readonly text: string;
  /** Never there: carries the types. */
  readonly types?: { readonly data: Data; readonly variables: Variables };
}

export interface Money {
  readonly currency: string;
  readonly amountMinor: number;
}

export interface Day {
  readonly date: string;
  readonly activePlayers: number;
  readonly weeklyActivePlayers: number;
  readonly monthlyActivePlayers: number;
  readonly newPlayers: number;
  readonly sessions: number;
  readonly averageSessionSeconds: number | null;
  readonly events: number;
  readonly revenue: readonly Money[];
  readonly payers: number;
  readonly conversion: number | null;
  readonly arpdau: readonly Money[];
  readonly dataAsOf: string | null;
}

export interface Game {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
}

export interface EventRate {
  readonly minute: string;
  readonly events: number;
}

export interface Cohort {
  readonly date: string;
  readonly size: number;
  readonly day1: number | null;
  readonly day7: number | null;
  readonly day30: number | null;
}

export interface LiveRate extends Record<string, unknown> {
  readonly at: string;
  readonly eventsPerSecond: number;
  readonly playersOnline: number;
  readonly dataAsOf: string | null;
}

const DAY_FIELDS = `date activePlayers weeklyActivePlayers monthlyActivePlayers newPlayers sessions averageSessionSeconds
  events revenue { currency amountMinor } payers conversion arpdau { currency amountMinor } dataAsOf`;

export const gamesQuery: Document<{ readonly games: readonly Game[] }, Record<string, never>> = {
  text: 'query Games { games { id name timeZone } }',
};

export interface Overview {
  readonly game: {
    readonly today: Day;
    readonly days: readonly Day[];
    readonly eventRate: readonly EventRate[];
    readonly eventTypes: readonly { readonly type: string; readonly events: number }[];
    readonly retention: readonly Cohort[];
  } | null;
}

export const overviewQuery: Document<Overview, { gameId: string; from: string; to: string; minutes: number }> = {
  text: `query Overview($gameId: ID!, $from: Date!, $to: Date!, $minutes: Int!) {
    game(id: $gameId) {
      today { ${DAY_FIELDS} }
      days(from: $from, to: $to) { ${DAY_FIELDS} }
      eventRate(minutes: $minutes) { minute events }
      eventTypes(from: $to, to: $to) { type events }
      retention(from: $from, to: $to) { date size day1 day7 day30 }
    }
  }`,
};

export const liveRateSubscription: Document<{ liveRate: LiveRate }, { gameId: string }> = {
  text: 'subscription LiveRate($gameId: ID!) { liveRate(gameId: $gameId) { at eventsPerSecond playersOnline dataAsOf } }',
};

export const todaySubscription: Document<{ today: Day }, { gameId: string }> = {
  text: `subscription Today($gameId: ID!) { today(gameId: $gameId) { ${DAY_FIELDS} } }`,
};

/** Every document, for the test that checks them. */
export const documents = [gamesQuery, overviewQuery, liveRateSubscription, todaySubscription] as const;
