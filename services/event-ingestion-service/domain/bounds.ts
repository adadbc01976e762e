import { TOPIC_DEFAULTS } from '#catalog/topics.ts';

/** What a record batch of Kafka adds to its records, with room for compression that makes it larger. */
const batchOverheadBytes = 16_384;
const maxMessageBytes = TOPIC_DEFAULTS.maxMessageBytes - batchOverheadBytes;

/** Bounds that follow from others and are nobody's to set. */
export const bounds = {
  maxMessageBytes,
  /** An event's JSON beside its key, headers and record fields. */
  maxEventBytes: maxMessageBytes - 2048,
  /** Half a million ids in 11 MB: ten seconds at 50,000 events/s, hours at the rate of one game. */
  recentIds: 524_288,
  /** Long enough that two exchanges a second keep instances in step. */
  quotaWindowMillis: 10_000,
} as const;
