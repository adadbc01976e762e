const WAYS = 8;
const WORDS = 5;
const DASH = 45;

const nibbles = new Uint8Array(128);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  nibbles[digit.charCodeAt(0)] = value;
  nibbles[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Ids that are durable, as many as fit: sets of eight in one typed array, the oldest of a set gives way. It holds all
 * 128 bits of an id and its scope, so it never takes one event for another; forgetting is allowed, inventing is not.
 */
export class RecentIds {
  readonly #entries: Uint32Array;
  readonly #oldest: Uint8Array;
  readonly #mask: number;
  readonly #probe = new Uint32Array(WORDS);

  /** Memory is 21 bytes an id. `capacity` is rounded up to a power of two. */
  constructor(capacity: number) {
    const sets = 2 ** Math.max(0, Math.ceil(Math.log2(capacity / WAYS)));
    this.#entries = new Uint32Array(sets * WAYS * WORDS);
    this.#oldest = new Uint8Array(sets);
    this.#mask = sets - 1;
  }

  /** `scope` is a positive number that stands for game and data class. */
  has(id: string, scope: number): boolean {
    return this.#find(this.#read(id, scope)) >= 0;
  }

  add(id: string, scope: number): void {
    const set = this.#read(id, scope);
    if (this.#find(set) >= 0) return;
    const way = this.#oldest[set] ?? 0;
    this.#entries.set(this.#probe, (set * WAYS + way) * WORDS);
    this.#oldest[set] = (way + 1) % WAYS;
  }

  /** Puts the id into the probe and answers its set. */
  #read(id: string, scope: number): number {
    const probe = this.#probe;
    let word = 0;
    let digits = 0;
    for (let place = 0; place < id.length; place += 1) {
      const code = id.charCodeAt(place);
      if (code === DASH) continue;
      word = (word << 4) | (nibbles[code] ?? 0);
      digits += 1;
      if (digits % 8 === 0) probe[digits / 8 - 1] = word;
    }
    probe[4] = scope;
    const mixed = Math.imul((probe[0] ?? 0) ^ (probe[3] ?? 0) ^ scope, 0x9e3779b1) ^ (probe[1] ?? 0);
    return (Math.imul(mixed, 0x85ebca6b) >>> 7) & this.#mask;
  }

  #find(set: number): number {
    const [entries, probe] = [this.#entries, this.#probe];
    const first = set * WAYS * WORDS;
    for (let at = first; at < first + WAYS * WORDS; at += WORDS) {
      const same =
        entries[at] === probe[0] &&
        entries[at + 1] === probe[1] &&
        entries[at + 2] === probe[2] &&
        entries[at + 3] === probe[3] &&
        entries[at + 4] === probe[4];
      if (same) return at;
    }
    return -1;
  }
}
