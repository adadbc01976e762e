import type { OffsetEntry } from '../groups/offset-store.ts';

/**
 * The life of a transactional id. What is prepared will be finished whatever happens: the decision is on disk
 * before the first marker is written.
 */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort';

export interface TransactionRecord {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** The epoch before a producer raised its own (KIP-360): it may ask again with it; -1 for none. */
  readonly previousEpoch: number;
  readonly timeoutMillis: number;
  readonly state: TransactionState;
  /** topic/partition of every partition that may hold records of the open transaction. */
  readonly partitions: readonly string[];
  /** Groups whose offsets the transaction may commit. */
  readonly groupIds: readonly string[];
  /** Offsets that count when it commits, by group. */
  readonly offsets: Readonly<Record<string, readonly OffsetEntry[]>>;
  readonly startedAtMillis: number;
  readonly updatedAtMillis: number;
}

export const isPrepared = (record: TransactionRecord): boolean =>
  record.state === 'PrepareCommit' || record.state === 'PrepareAbort';

export const isOpen = (record: TransactionRecord): boolean => record.state === 'Ongoing' || isPrepared(record);

/** The record of a transaction that begins now, or as it is when it is going on already. */
export const begun = (record: TransactionRecord, nowMillis: number): TransactionRecord =>
  record.state === 'Ongoing'
    ? record
    : { ...record, state: 'Ongoing', partitions: [], groupIds: [], offsets: {}, startedAtMillis: nowMillis };

/** Later offsets of a partition replace earlier ones. */
export const withOffsets = (
  record: TransactionRecord,
  groupId: string,
  entries: readonly OffsetEntry[],
): TransactionRecord => {
  const isReplaced = (old: OffsetEntry): boolean =>
    entries.some((entry) => entry.topic === old.topic && entry.partition === old.partition);
  const kept = (record.offsets[groupId] ?? []).filter((old) => !isReplaced(old));
  return { ...record, offsets: { ...record.offsets, [groupId]: [...kept, ...entries] } };
};
