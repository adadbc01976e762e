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

export const MONEY = '{ currency amountMinor }';

export interface FunnelStep {
  readonly type: string;
  readonly players: number;
  readonly share: number | null;
}

export interface Item {
  readonly itemId: string;
  readonly views: number;
  readonly purchases: number;
  readonly refunds: number;
  readonly revenue: readonly Money[];
}

export interface Percentiles {
  readonly p1: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Kpis {
  readonly game: {
    readonly days: readonly Day[];
    readonly retention: readonly Cohort[];
    readonly funnel: { readonly steps: readonly FunnelStep[] };
    readonly topItems: { readonly items: readonly Item[] };
    readonly performance: {
      readonly samples: number;
      readonly crashes: number;
      readonly crashRate: number | null;
      readonly fps: Percentiles | null;
      readonly pingMillis: Percentiles | null;
      readonly dataAsOf: string | null;
    };
  } | null;
}

export const kpisQuery: Document<Kpis, { gameId: string; from: string; to: string; steps: readonly string[] }> = {
  text: `query Kpis($gameId: ID!, $from: Date!, $to: Date!, $steps: [String!]!) {
    game(id: $gameId) {
      days(from: $from, to: $to) { date activePlayers weeklyActivePlayers newPlayers events revenue ${MONEY} payers }
      retention(from: $from, to: $to) { date size day1 day7 day30 }
      funnel(steps: $steps, from: $from, to: $to) { steps { type players share } }
      topItems(from: $from, to: $to, first: 8) { items { itemId views purchases refunds revenue ${MONEY} } }
      performance(from: $from, to: $to) {
        samples crashes crashRate fps { p1 p5 p50 p95 p99 } pingMillis { p1 p5 p50 p95 p99 } dataAsOf
      }
    }
  }`,
};

export const typesQuery: Document<
  { readonly game: { readonly eventTypes: readonly { readonly type: string }[] } | null },
  { gameId: string; from: string; to: string }
> = {
  text: `query Types($gameId: ID!, $from: Date!, $to: Date!) {
    game(id: $gameId) { eventTypes(from: $from, to: $to) { type } }
  }`,
};

export interface PipelineMinute {
  readonly minute: string;
  readonly consumed: number;
  readonly stored: number;
  readonly deduplicated: number;
  readonly deadLettered: number;
  readonly suppressed: number;
}

export interface Pipeline {
  readonly game: {
    readonly pipeline: {
      readonly minutes: readonly PipelineMinute[];
      readonly delaySeconds: number | null;
      readonly dataAsOf: string | null;
    };
    readonly concurrent: {
      readonly peak: number;
      readonly minutes: readonly { readonly minute: string; readonly players: number }[];
    };
    readonly typeRates: {
      readonly types: readonly { readonly type: string; readonly total: number; readonly events: readonly number[] }[];
    };
    readonly deadLetterCounts: {
      readonly reasons: readonly { readonly reason: string; readonly status: string; readonly letters: number }[];
    };
  } | null;
}

export const pipelineQuery: Document<Pipeline, { gameId: string; from: string; to: string; minutes: number }> = {
  text: `query Pipeline($gameId: ID!, $from: Date!, $to: Date!, $minutes: Int!) {
    game(id: $gameId) {
      pipeline(minutes: $minutes) {
        minutes { minute consumed stored deduplicated deadLettered suppressed } delaySeconds dataAsOf
      }
      concurrent(minutes: $minutes) { peak minutes { minute players } }
      typeRates(minutes: 10) { types { type total events } }
      deadLetterCounts(from: $from, to: $to) { reasons { reason status letters } }
    }
  }`,
};

export const liveRateSubscription: Document<{ liveRate: LiveRate }, { gameId: string }> = {
  text: 'subscription LiveRate($gameId: ID!) { liveRate(gameId: $gameId) { at eventsPerSecond playersOnline dataAsOf } }',
};

export const todaySubscription: Document<{ today: Day }, { gameId: string }> = {
  text: `subscription Today($gameId: ID!) { today(gameId: $gameId) { ${DAY_FIELDS} } }`,
};

/** Every document about figures, for the test that checks them. */
export const documents = [
  gamesQuery,
  overviewQuery,
  kpisQuery,
  typesQuery,
  pipelineQuery,
  liveRateSubscription,
  todaySubscription,
] as const;
