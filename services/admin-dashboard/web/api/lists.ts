import { type Document, MONEY, type Money } from './documents.ts';

export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly playerId: string;
  readonly sessionId: string | null;
  readonly platform: string | null;
  readonly country: string | null;
  readonly appVersion: string | null;
  readonly properties: string;
}

export interface EventPage {
  readonly edges: readonly { readonly node: StoredEvent }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly dataAsOf: string | null;
}

const EVENT_PAGE = `edges { node { id type at playerId sessionId platform country appVersion properties } }
  pageInfo { hasNextPage endCursor } dataAsOf`;

export interface EventFilter {
  readonly types?: readonly string[];
  readonly playerId?: string;
  readonly platform?: string;
  readonly country?: string;
}

interface PageOf {
  gameId: string;
  from: string;
  to: string;
  after: string | null;
}

export const eventsQuery: Document<
  { readonly game: { readonly events: EventPage } | null },
  PageOf & { filter: EventFilter }
> = {
  text: `query Events($gameId: ID!, $from: Date!, $to: Date!, $filter: EventFilter, $after: String) {
    game(id: $gameId) { events(from: $from, to: $to, filter: $filter, first: 25, after: $after) { ${EVENT_PAGE} } }
  }`,
};

export interface Player {
  readonly id: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly activeDays: number;
  readonly sessions: number;
  readonly playtimeSeconds: number;
  readonly purchases: number;
  readonly refunds: number;
  readonly revenue: readonly Money[];
  readonly timeline: EventPage;
}

export const playerQuery: Document<
  { readonly game: { readonly player: Player | null } | null },
  PageOf & { playerId: string }
> = {
  text: `query Player($gameId: ID!, $playerId: ID!, $from: Date!, $to: Date!, $after: String) {
    game(id: $gameId) {
      player(id: $playerId) {
        id firstSeenAt lastSeenAt activeDays sessions playtimeSeconds purchases refunds revenue ${MONEY}
        timeline(from: $from, to: $to, first: 25, after: $after) { ${EVENT_PAGE} }
      }
    }
  }`,
};

export interface LeaderboardPage {
  readonly edges: readonly {
    readonly node: {
      readonly rank: number;
      readonly playerId: string;
      readonly score: number;
      readonly achievedAt: string;
    };
  }[];
}

export const boardsQuery: Document<
  { readonly game: { readonly leaderboards: { readonly names: readonly string[] } } | null },
  { gameId: string }
> = {
  text: 'query Boards($gameId: ID!) { game(id: $gameId) { leaderboards { names } } }',
};

export const leaderboardSubscription: Document<
  { readonly leaderboard: LeaderboardPage },
  { gameId: string; board: string }
> = {
  text: `subscription Leaderboard($gameId: ID!, $board: String!) {
    leaderboard(gameId: $gameId, board: $board, first: 10) { edges { node { rank playerId score achievedAt } } }
  }`,
};

export const deadLettersSubscription: Document<
  { readonly deadLetters: readonly { readonly id: string }[] },
  { gameId: string }
> = {
  text: 'subscription DeadLetters($gameId: ID!) { deadLetters(gameId: $gameId) { id } }',
};

/** Every document about single things, for the test that checks them. */
export const listDocuments = [
  eventsQuery,
  playerQuery,
  boardsQuery,
  leaderboardSubscription,
  deadLettersSubscription,
] as const;
