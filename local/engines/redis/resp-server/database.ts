import { CommandError, messages } from './errors.ts';
import { HashValue } from './values/hash.ts';
import { HyperLogLog } from './values/hyperloglog.ts';
import { ListValue } from './values/list.ts';
import { SetValue } from './values/set.ts';
import { SortedSet } from './values/sorted-set.ts';
import { StreamValue } from './values/stream.ts';
import type { CollectionKind, Collections, Value } from './values/value.ts';

export interface Entry {
  value: Value;
  /** Milliseconds since the epoch; Infinity when it stays. */
  expiresAt: number;
  /** Turn of the last use, for eviction. */
  lastUse: number;
  /** What this key has been counted with. */
  countedBytes: number;
}

export type MemoryPolicy = 'allkeys-lru' | 'noeviction';

export interface DatabaseOptions {
  /** Approximate bytes of all keys and values together. */
  readonly maximumBytes: number;
  /** At the bound: forget what was not used for longest, or refuse what needs more. */
  readonly memoryPolicy: MemoryPolicy;
  readonly now?: () => number;
}

const makers = {
  hash: () => new HashValue(),
  hyperloglog: () => new HyperLogLog(),
  list: () => new ListValue(),
  set: () => new SetValue(),
  stream: () => new StreamValue(),
  zset: () => new SortedSet(),
} satisfies { [Kind in CollectionKind]: () => Collections[Kind] };

/** Measured on Node 24, heap after collection: the entry, its place in the maps, the headers of key and value. */
const keyOverheadBytes = 232;
const collectionOverheadBytes = 200;
/** Keys looked at to find one that was not used for long. */
const evictionSample = 16;
/** Expired keys that nobody asks for are looked for in portions, so that no client waits. */
const expirySample = 200;

/** All keys: their values, expiry, memory and the news of every change. */
export class Database {
  readonly options: DatabaseOptions;
  /** Told of each key that changed, expired or was evicted. */
  onChange: (key: string) => void = () => undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #expiring = new Set<string>();
  readonly #now: () => number;
  #turn = 0;
  #usedBytes = 0;
  #evictionCursor: IterableIterator<[string, Entry]>;
  #expiryCursor: IterableIterator<string>;
  expiredKeys = 0;
  evictedKeys = 0;

  constructor(options: DatabaseOptions) {
    this.options = options;
    this.#now = options.now ?? Date.now;
    this.#evictionCursor = this.#entries.entries();
    this.#expiryCursor = this.#expiring.values();
  }

  now(): number {
    return this.#now();
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Keys, also those whose end nobody has noticed yet. */
  get size(): number {
    return this.#entries.size;
  }

  get expiringKeys(): number {
    return this.#expiring.size;
  }

  /** Undefined when there is none or its time is over. */
  entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt !== Number.POSITIVE_INFINITY && entry.expiresAt <= this.#now()) {
      this.#expire(key);
      return undefined;
    }
    entry.lastUse = ++this.#turn;
    return entry;
  }

  string(key: string): string | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined || typeof value === 'string') return value;
    throw new CommandError(messages.wrongType);
  }

  collection<Kind extends CollectionKind>(key: string, kind: Kind): Collections[Kind] | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined) return undefined;
    if (typeof value === 'string' || value.kind !== kind) throw new CommandError(messages.wrongType);
    // Its kind has just been compared; the compiler does not relate a generic kind to its class.
    return value as Collections[Kind];
  }

  /** The collection, made when missing; `changed` must follow, which also takes an empty one away again. */
  obtain<Kind extends CollectionKind>(key: string, kind: Kind): Collections[Kind] {
    const known = this.collection(key, kind);
    if (known) return known;
    const made = makers[kind]() as Collections[Kind];
    this.#insert(key, made, Number.POSITIVE_INFINITY);
    return made;
  }

  set(key: string, value: Value, expiresAt = Number.POSITIVE_INFINITY): void {
    const entry = this.#entries.get(key);
    if (entry) {
      entry.value = value;
      entry.lastUse = ++this.#turn;
      this.#setExpiry(key, entry, expiresAt);
    } else {
      this.#insert(key, value, expiresAt);
    }
    this.changed(key);
  }

  delete(key: string): boolean {
    if (!this.entry(key)) return false;
    this.#remove(key);
    return true;
  }

  /** To be called after every change of a value. */
  changed(key: string): void {
    const entry = this.#entries.get(key);
    if (entry && isEmpty(entry.value)) this.#remove(key);
    else if (entry) this.#count(key, entry);
    this.onChange(key);
  }

  /** Gives an existing key another end; a time that is over ends it now. */
  expireAt(key: string, expiresAt: number): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    if (expiresAt <= this.#now()) this.#remove(key);
    else this.#setExpiry(key, entry, expiresAt);
    this.onChange(key);
  }

  /** Living keys and their entries in the order in which they came; may go on while keys come and go. */
  *entries(): IterableIterator<[string, Entry]> {
    for (const pair of this.#entries) if (pair[1].expiresAt > this.#now()) yield pair;
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#remove(key);
  }

  /** False when a command that needs memory must be refused. */
  makeRoom(): boolean {
    const { maximumBytes, memoryPolicy } = this.options;
    while (this.#usedBytes > maximumBytes) {
      if (memoryPolicy === 'noeviction' || !this.#evictOne()) return false;
    }
    return true;
  }

  /** Ends some of the keys whose time is over; true when there are probably more. */
  expireSome(): boolean {
    const now = this.#now();
    let ended = 0;
    for (let looked = 0; looked < expirySample; looked += 1) {
      const key = this.#nextExpiring();
      if (key === undefined) return false;
      if ((this.#entries.get(key)?.expiresAt ?? Number.POSITIVE_INFINITY) > now) continue;
      this.#expire(key);
      ended += 1;
    }
    return ended * 4 > expirySample;
  }

  #insert(key: string, value: Value, expiresAt: number): void {
    const entry = { value, expiresAt: Number.POSITIVE_INFINITY, lastUse: ++this.#turn, countedBytes: 0 };
    this.#entries.set(key, entry);
    this.#setExpiry(key, entry, expiresAt);
  }

  #setExpiry(key: string, entry: Entry, expiresAt: number): void {
    if (entry.expiresAt === expiresAt) return;
    entry.expiresAt = expiresAt;
    if (expiresAt === Number.POSITIVE_INFINITY) this.#expiring.delete(key);
    else this.#expiring.add(key);
  }

  #count(key: string, entry: Entry): void {
    const { value } = entry;
    const valueBytes = typeof value === 'string' ? value.length : value.bytes + collectionOverheadBytes;
    const bytes = keyOverheadBytes + key.length + valueBytes;
    this.#usedBytes += bytes - entry.countedBytes;
    entry.countedBytes = bytes;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#usedBytes -= entry.countedBytes;
    this.#entries.delete(key);
    this.#expiring.delete(key);
    this.onChange(key);
  }

  #expire(key: string): void {
    this.expiredKeys += 1;
    this.#remove(key);
  }

  #evictOne(): boolean {
    let oldest: [string, Entry] | undefined;
    for (let looked = 0; looked < evictionSample; looked += 1) {
      const next = this.#nextForEviction();
      if (!next) break;
      if (!oldest || next[1].lastUse < oldest[1].lastUse) oldest = next;
    }
    if (!oldest) return false;
    this.evictedKeys += 1;
    this.#remove(oldest[0]);
    return true;
  }

  /** Goes round and round through all keys. */
  #nextForEviction(): [string, Entry] | undefined {
    const next = this.#evictionCursor.next();
    if (!next.done) return next.value;
    this.#evictionCursor = this.#entries.entries();
    return this.#evictionCursor.next().value;
  }

  #nextExpiring(): string | undefined {
    const next = this.#expiryCursor.next();
    if (!next.done) return next.value;
    this.#expiryCursor = this.#expiring.values();
    return this.#expiryCursor.next().value;
  }
}

function isEmpty(value: Value): boolean {
  return typeof value !== 'string' && value.size === 0 && value.kind !== 'stream';
}
