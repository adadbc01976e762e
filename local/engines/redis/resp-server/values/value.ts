import type { HashValue } from './hash.ts';
import type { HyperLogLog } from './hyperloglog.ts';
import type { ListValue } from './list.ts';
import type { SetValue } from './set.ts';
import type { SortedSet } from './sorted-set.ts';
import type { StreamValue } from './stream.ts';

/** Everything that is not a plain string, by its kind. */
export interface Collections {
  readonly hash: HashValue;
  readonly hyperloglog: HyperLogLog;
  readonly list: ListValue;
  readonly set: SetValue;
  readonly stream: StreamValue;
  readonly zset: SortedSet;
}

export type CollectionKind = keyof Collections;
export type Collection = Collections[CollectionKind];
export type Value = string | Collection;

/** What each collection offers to the keyspace. */
export interface CollectionShape {
  readonly kind: CollectionKind;
  /** Elements; a collection without any does not exist, except a stream. */
  readonly size: number;
  /** Approximate memory, kept up to date by every change. */
  readonly bytes: number;
  /** What `restore` of the same kind takes, as JSON. */
  dump(): unknown;
}

/** Roughly what V8 spends on an element of a Map or Set and its string headers. */
export const elementOverheadBytes = 64;
