/** A map that holds at most `maxEntries`, the least recently written leaving first, each for a limited time. */
export class ExpiringMap<Value> {
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>();

  constructor(maxEntries: number, now: () => number = Date.now) {
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAt > this.#now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value, ttlMillis: number): void {
    this.#entries.delete(key);
    if (ttlMillis <= 0) return;
    if (this.#entries.size >= this.#maxEntries) this.#dropOldest();
    this.#entries.set(key, { value, expiresAt: this.#now() + ttlMillis });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
