import { Retention, type Topic } from './model/index.ts';

/** Partitions, retention and keys: spec, services.md; the erasure topics' partitions are ours: a few requests a day. */
export const topics = [
  {
    name: 'player.events.raw',
    summary: 'Every accepted event, as the game sent it, in our envelope.',
    owner: 'pipeline',
    partitions: 12,
    retention: Retention.days(7),
    key: 'player_id',
    personalData: ['player_id', 'country'],
  },
  {
    name: 'player.events.processed',
    summary: 'Events after validation, de-duplication and enrichment.',
    owner: 'pipeline',
    partitions: 12,
    retention: Retention.days(30),
    key: 'player_id',
    personalData: ['player_id', 'country'],
  },
  {
    name: 'player.statistics',
    summary: 'Running totals of a player, after each batch that changed them.',
    owner: 'pipeline',
    partitions: 6,
    retention: Retention.days(14),
    key: 'player_id',
    personalData: ['player_id'],
  },
  {
    name: 'game.leaderboards',
    summary: 'The latest score of a player on a board.',
    owner: 'pipeline',
    partitions: 3,
    retention: Retention.compactedDays(7),
    key: 'board_and_player',
    personalData: ['player_id'],
    readersOutside: "the games' own back ends",
  },
  {
    name: 'user.actions',
    summary: 'What people do with their accounts: registered, verified, signed in, changed consent.',
    owner: 'players',
    partitions: 6,
    retention: Retention.days(30),
    key: 'player_id',
    personalData: ['player_id'],
  },
  {
    name: 'recommendations.generated',
    summary: 'Recommendations as they were answered, for the games and for evaluation.',
    owner: 'insights',
    partitions: 6,
    retention: Retention.days(1),
    key: 'player_id',
    personalData: ['player_id'],
    readersOutside: "the games' own back ends",
  },
  {
    name: 'notifications',
    summary: 'Messages to deliver to people and webhooks.',
    owner: 'players',
    partitions: 12,
    retention: Retention.days(3),
    key: 'recipient',
    personalData: ['player_id', 'recipient'],
  },
  {
    name: 'dlq.events',
    summary: 'Events that could not be processed, with the reason and the original bytes.',
    owner: 'pipeline',
    partitions: 3,
    retention: Retention.days(7),
    key: 'player_id or none',
    personalData: ['player_id', 'original bytes'],
  },
  {
    name: 'user.erasure.requested',
    summary: 'Erasures to carry out; kept for ever, because an erased player stays suppressed after every restart.',
    owner: 'players',
    partitions: 3,
    retention: Retention.compactedForever(),
    key: 'subject',
    personalData: ['player_id'],
  },
  {
    name: 'user.erasure.completed',
    summary: "Each store owner's confirmation of an erasure: store, count and time.",
    owner: 'players',
    partitions: 3,
    retention: Retention.days(30),
    key: 'subject',
    personalData: ['player_id'],
  },
] as const satisfies readonly Topic[];

export type TopicName = (typeof topics)[number]['name'];

/** Settings that every topic shares (spec, services.md). */
export const TOPIC_DEFAULTS = {
  compression: 'lz4',
  maxMessageBytes: 1_048_576,
} as const;
