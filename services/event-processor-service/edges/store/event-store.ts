import type { DataClass, DeadLetter, Enrichment, ErasureRequest } from '#catalog/events/index.ts';
import type { Outcome } from '../../domain/batch.ts';
import type { Series, Slice, StorableEvent, Tenant } from '../../domain/event.ts';
import type { ScoreChange } from '../../domain/fold.ts';
import type { RecentIdentities } from '../../domain/identity.ts';
import type { KnownPlayers } from '../../domain/known-players.ts';
import type { PlayerState, Segment } from '../../domain/player.ts';
import type { SessionStarts } from '../../domain/session-starts.ts';
import type { SettledPlayer } from '../../domain/settle.ts';
import type { Suppression, SuppressionList } from '../../domain/suppression.ts';

/**
 * Where events, rollups, positions and dead letters live. PostgreSQL with native partitions is the dialect built here;
 * the tests of the port take a list of dialects.
 */
export interface EventStore {
  readonly positions: PositionStore;
  readonly series: SeriesStore;
  readonly deadLetters: DeadLetterStore;
  readonly erasures: ErasureStore;
  /**
   * Stores slices of different partitions in one transaction: positions, identities, events, rollups, dead letters.
   * Errors: BatchFenced, SuppressionsChanged, BatchUnstorable; anything else means the database cannot do it now.
   */
  commit(slices: readonly Slice[], context: CommitContext): Promise<Committed>;
  /** What is to be published of events that may be stored, after a crash between storing and publishing. */
  recall(events: readonly StorableEvent[]): Promise<Publication>;
  /** Makes room for the days ahead and lets go of identities past the horizon. */
  upkeep(nowMillis: number): Promise<void>;
}

/** What the process believes and remembers; a commit reads it and does not change it. */
export interface CommitContext {
  readonly owner: string;
  readonly held: ReadonlyMap<number, HeldPosition>;
  readonly shard: number;
  readonly suppressions: SuppressionList;
  readonly players: KnownPlayers;
  readonly identities: RecentIdentities;
  readonly sessions: SessionStarts;
  readonly nowMillis: number;
}

/** What is stored of a partition, as far as this process knows. */
export interface HeldPosition {
  /** Undefined until the first batch of the partition is stored. */
  readonly next: bigint | undefined;
  /** Everything before it is published. */
  readonly published: bigint | undefined;
}

export interface EnrichedEvent {
  readonly event: StorableEvent;
  readonly enrichment: Enrichment;
}

export interface PublishablePlayer {
  readonly tenant: Tenant;
  readonly playerId: string;
  readonly state: PlayerState;
  readonly segment: Segment;
}

/** What is published of stored events. */
export interface Publication {
  readonly enriched: readonly EnrichedEvent[];
  readonly players: readonly PublishablePlayer[];
  readonly scores: readonly ScoreChange[];
}

export interface Committed extends Outcome, Publication {
  readonly players: readonly (SettledPlayer & PublishablePlayer)[];
  readonly deadLetters: readonly DeadLetter[];
}

export interface ClaimedPosition extends HeldPosition {
  readonly partition: number;
}

export interface PositionStore {
  /** Makes the owner the only one that can store batches of these partitions, and says where they stand. */
  claim(owner: string, partitions: readonly number[]): Promise<readonly ClaimedPosition[]>;
  /** Remembers what was published, and that the partitions have no backlog. Only the owner's rows change. */
  note(owner: string, published: ReadonlyMap<number, bigint>, caughtUp: boolean): Promise<void>;
}

export interface SeriesName {
  readonly gameId: string;
  readonly dataClass: DataClass;
  readonly eventType: string;
}

export interface SeriesStore {
  /** What the process knows already; undefined means: ask `resolve`. */
  find(name: SeriesName): Series | undefined;
  /**
   * Finds or makes them. `timeZoneOf` is asked for games that the store has not seen; undefined means that there is no
   * such game. Left out of the answer: unknown games, and custom types beyond the game's bound.
   */
  resolve(names: readonly SeriesName[], timeZoneOf: (gameId: string) => Promise<string | undefined>): Promise<void>;
  /** Why a name is not found after `resolve`. */
  refusalOf(name: SeriesName): 'game_unknown' | 'too_many_event_types';
}

export type DeadLetterStatus = 'open' | 'replayed' | 'discarded';

export interface StoredDeadLetter {
  readonly letter: DeadLetter;
  readonly status: DeadLetterStatus;
  /** All bytes as they came; ingestion's may be cut. */
  readonly original: Buffer;
  readonly fixed: Buffer | null;
  readonly replays: number;
  readonly changedAt: Date | null;
  readonly changedBy: string | null;
}

export interface DeadLetterFilter {
  /** Undefined: all, also of no game. */
  readonly games: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly status?: DeadLetterStatus | undefined;
  readonly limit: number;
  readonly after?: { readonly failedAt: Date; readonly id: string } | undefined;
}

export interface DeadLetterStore {
  /** Takes in letters of the topic; those that are there already stay as they are. Returns how many were new. */
  add(letters: readonly DeadLetter[], playerIds: ReadonlyMap<string, string>): Promise<number>;
  list(filter: DeadLetterFilter): Promise<readonly StoredDeadLetter[]>;
  find(id: string): Promise<StoredDeadLetter | undefined>;
  fix(id: string, fixed: Buffer, by: string): Promise<void>;
  discard(id: string, by: string): Promise<void>;
  /** Records a replay after it is durable in the raw topic. */
  replayed(
    id: string,
    replay: { readonly gameId: string; readonly receivedAt: Date; readonly by: string },
  ): Promise<void>;
  /** Poison of these partitions that is stored and was never published. */
  unpublished(partitions: readonly number[]): Promise<readonly DeadLetter[]>;
  markPublished(ids: readonly string[]): Promise<void>;
}

export interface ErasureStore {
  /** From now on no batch stores an event of the player. Waits for those in flight. */
  suppress(request: ErasureRequest): Promise<void>;
  lift(playerId: string): Promise<void>;
  /** Changes after a version, in their order. */
  since(version: bigint): Promise<readonly Suppression[]>;
  /** Deletes the player's rows, of the games or of all; repeats are harmless. Scores are returned to be taken off the boards. */
  erase(request: ErasureRequest): Promise<Erased>;
}

export interface Erased {
  /** Rows, by table, over all tries. */
  readonly removed: Readonly<Record<string, number>>;
  readonly boards: readonly { readonly gameId: string; readonly dataClass: DataClass; readonly board: string }[];
}
