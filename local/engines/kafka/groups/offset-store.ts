import { join } from 'node:path';
import type { Settings } from '../settings.ts';
import { type Entry, Journal } from '../state/journal.ts';

export interface CommittedOffset {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly committedAtMillis: number;
}

export interface OffsetEntry {
  readonly topic: string;
  readonly partition: number;
  readonly value: CommittedOffset;
}

type PartitionKey = `${string}/${number}`;

/** Topic names have no slash. */
export const partitionKey = (topic: string, partition: number): PartitionKey => `${topic}/${partition}`;
export const splitPartitionKey = (key: string): { topic: string; partition: number } => {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
};

/** The offsets that groups committed, by group, topic and partition. */
export class OffsetStore {
  readonly #journal: Journal<CommittedOffset>;
  readonly #groups = new Map<string, Map<string, CommittedOffset>>();

  constructor(settings: Settings) {
    this.#journal = new Journal(join(settings.dataDir, 'offsets.journal'), () => this.#entries());
  }

  *#entries(): Iterable<Entry<CommittedOffset>> {
    for (const [groupId, offsets] of this.#groups) {
      for (const [key, value] of offsets) yield { key: journalKey(groupId, key), value };
    }
  }

  open(): void {
    this.#journal.open(({ key, value }) => {
      const [groupId, partition] = splitJournalKey(key);
      if (value === undefined) this.#forget(groupId, partition);
      else this.#set(groupId, partition, value);
    });
  }

  #set(groupId: string, key: string, value: CommittedOffset): void {
    const offsets = this.#groups.get(groupId);
    if (offsets === undefined) this.#groups.set(groupId, new Map([[key, value]]));
    else offsets.set(key, value);
  }

  #forget(groupId: string, key: string): void {
    const offsets = this.#groups.get(groupId);
    offsets?.delete(key);
    if (offsets?.size === 0) this.#groups.delete(groupId);
  }

  /** @throws StorageError; no offset is committed then. */
  commit(groupId: string, entries: readonly OffsetEntry[]): void {
    this.#journal.append(
      entries.map(({ topic, partition, value }) => ({
        key: journalKey(groupId, partitionKey(topic, partition)),
        value,
      })),
    );
    for (const { topic, partition, value } of entries) this.#set(groupId, partitionKey(topic, partition), value);
  }

  get(groupId: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#groups.get(groupId)?.get(partitionKey(topic, partition));
  }

  /** Every committed partition of a group, by topic. */
  ofGroup(groupId: string): Map<string, number[]> {
    const topics = new Map<string, number[]>();
    for (const key of this.#groups.get(groupId)?.keys() ?? []) {
      const { topic, partition } = splitPartitionKey(key);
      topics.set(topic, [...(topics.get(topic) ?? []), partition]);
    }
    return topics;
  }

  has(groupId: string): boolean {
    return this.#groups.has(groupId);
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  get groupIds(): string[] {
    return [...this.#groups.keys()];
  }

  #remove(keys: readonly (readonly [groupId: string, key: string])[]): void {
    this.#journal.append(keys.map(([groupId, key]) => ({ key: journalKey(groupId, key), value: undefined })));
    for (const [groupId, key] of keys) this.#forget(groupId, key);
  }

  #select(isWanted: (groupId: string, key: string, value: CommittedOffset) => boolean): [string, string][] {
    const found: [string, string][] = [];
    for (const [groupId, offsets] of this.#groups) {
      for (const [key, value] of offsets) if (isWanted(groupId, key, value)) found.push([groupId, key]);
    }
    return found;
  }

  removeGroup(groupId: string): void {
    this.#remove(this.#select((group) => group === groupId));
  }

  removePartition(groupId: string, topic: string, partition: number): void {
    this.#remove([[groupId, partitionKey(topic, partition)]]);
  }

  removeTopic(topic: string): void {
    this.#remove(this.#select((_, key) => splitPartitionKey(key).topic === topic));
  }

  /** Forgets offsets committed before `cutoffMillis` by groups that `isIdle`. */
  expire(cutoffMillis: number, isIdle: (groupId: string) => boolean): void {
    this.#remove(this.#select((groupId, _, value) => value.committedAtMillis < cutoffMillis && isIdle(groupId)));
  }

  sync(): void {
    this.#journal.sync();
  }

  close(): void {
    this.#journal.close();
  }
}

const separator = '\u0000';
const journalKey = (groupId: string, key: string): string => `${groupId}${separator}${key}`;
const splitJournalKey = (key: string): [string, string] => {
  const end = key.lastIndexOf(separator);
  return [key.slice(0, end), key.slice(end + 1)];
};
