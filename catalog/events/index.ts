import type { Static } from 'typebox';
import type { EventDefinition } from './define.ts';
import * as economy from './economy.ts';
import * as gameplay from './gameplay.ts';
import * as sessions from './sessions.ts';

/** Every event type that the platform knows, in its current version. */
export const events = [
  sessions.sessionStart,
  sessions.sessionEnd,
  sessions.playerRegistered,
  sessions.tutorialStep,
  sessions.performanceSample,
  sessions.playerReport,
  gameplay.levelStarted,
  gameplay.levelCompleted,
  gameplay.levelFailed,
  gameplay.matchmakingComplete,
  gameplay.matchStart,
  gameplay.matchEnd,
  gameplay.playerDeath,
  gameplay.achievementUnlocked,
  gameplay.progressionGained,
  economy.itemViewed,
  economy.itemPurchased,
  economy.iapTransaction,
  economy.economySource,
  economy.economySink,
] as const satisfies readonly EventDefinition[];

export type EventType = (typeof events)[number]['type'];

/** The properties of an event type: `PropertiesOf<'item_purchased'>`. */
export type PropertiesOf<Type extends EventType> = Static<
  Extract<(typeof events)[number], { type: Type }>['properties']
>;

/**
 * Event types whose `amount` and `currency` are revenue. A purchase is counted once: an `item_purchased` that names a
 * `transaction_id` leaves the money to the `iap_transaction` of that id.
 */
export const REVENUE_EVENT_TYPES = ['item_purchased', 'iap_transaction'] as const satisfies readonly EventType[];

export { DeadLetter, MAX_DEAD_LETTER_ORIGINAL_BYTES } from './dead-letter.ts';
export {
  AcceptedEvent,
  CLOCK,
  DataClass,
  IncomingEvent,
  MAX_IDENTIFIER_LENGTH,
  MAX_PROPERTY_NAME_LENGTH,
} from './envelope.ts';
export { ErasureConfirmation, ErasureRequest } from './erasure.ts';
export { PROBE } from './probe.ts';
export {
  DEVICE_CLASSES,
  Enrichment,
  LeaderboardEntry,
  leaderboardKey,
  PlayerStatistics,
  ProcessedEvent,
  SEGMENTS,
} from './processed.ts';
