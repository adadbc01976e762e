/** How long Kafka keeps a topic's records. */
export interface Retention {
  readonly millis: number;
  /** Keep the last record of every key instead of deleting by age alone. */
  readonly compacted: boolean;
}

const DAY_MILLIS = 86_400_000;

export const Retention = {
  days: (days: number): Retention => ({ millis: days * DAY_MILLIS, compacted: false }),
  compactedDays: (days: number): Retention => ({ millis: days * DAY_MILLIS, compacted: true }),
  /** Every record for ever: for journals that are read from their beginning. */
  forever: (): Retention => ({ millis: -1, compacted: false }),
  /** The last record of each key for ever: for lists that must survive every restart. */
  compactedForever: (): Retention => ({ millis: -1, compacted: true }),
} as const;

export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly owner: string;
  readonly partitions: number;
  readonly retention: Retention;
  /** What the record key is; order holds per key. */
  readonly key: 'player_id' | 'board_and_player' | 'subject' | 'recipient' | 'player_id or none';
  readonly personalData: readonly string[];
  /** Who reads it outside this repository; a topic that nobody reads is a mistake otherwise. */
  readonly readersOutside?: string;
}

/** A topic of a part that runs beside the services, in which nobody else reads. */
export interface PartTopic {
  readonly name: string;
  readonly partitions: number;
  readonly retention: Retention;
}
