const HEX = new Int8Array(128).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

const DASH = 45;

/** Writes a UUID's 16 bytes; the text is one, as its schema said. */
export function writeUuid(target: Buffer, at: number, text: string): number {
  let place = at;
  for (let index = 0; index < text.length; index += 2) {
    if (text.charCodeAt(index) === DASH) index += 1;
    const high = HEX[text.charCodeAt(index)] ?? 0;
    const low = HEX[text.charCodeAt(index + 1)] ?? 0;
    target[place] = (high << 4) | low;
    place += 1;
  }
  return place;
}

const SLOTS = 1 << 20;
/** Above this share of filled slots, probing gets long. */
const MAX_FILLED = SLOTS * 0.6;

/** Every bit of a number depends on every other (the finalizer of MurmurHash3). */
function mixed(number: number): number {
  const first = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}

/** One generation: 64 bits of each identity in an open hash table. The seed keeps senders from choosing their slots. */
class Generation {
  readonly #seed: number;
  readonly #high = new Int32Array(SLOTS);
  readonly #low = new Int32Array(SLOTS);
  filled = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  has(high: number, low: number): boolean {
    return this.#high[this.#slot(high, low)] !== 0;
  }

  add(high: number, low: number): void {
    const slot = this.#slot(high, low);
    if (this.#high[slot] !== 0) return;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.filled += 1;
  }

  #slot(high: number, low: number): number {
    let slot = mixed(low ^ mixed(high ^ this.#seed)) & (SLOTS - 1);
    while (this.#high[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }
}

/** 64 bits of an identity, spread over both: for tables that suspect, never for deciding. */
export interface Identity {
  readonly identityHigh: number;
  readonly identityLow: number;
}

const uuidBytes = Buffer.alloc(16);

/** All parts of the id, because the first half of a version 7 is a clock. High is never 0, which marks a free slot. */
export function identityWords(tenantId: number, eventId: string): Identity {
  writeUuid(uuidBytes, 0, eventId);
  const high = uuidBytes.readInt32LE(0) ^ uuidBytes.readInt32LE(8) ^ Math.imul(tenantId, 0x85ebca6b);
  return { identityHigh: high || 1, identityLow: uuidBytes.readInt32LE(4) ^ uuidBytes.readInt32LE(12) };
}

/**
 * Identities stored lately, in 16 MiB. It only suspects: what it knows is asked of the database one by one, what it
 * does not know is copied in, and the database's unique key refuses what was there nevertheless.
 */
export class RecentIdentities {
  readonly #seed: number;
  #young: Generation;
  #old: Generation;

  constructor(seed: number) {
    this.#seed = seed;
    this.#young = new Generation(seed);
    this.#old = new Generation(seed);
  }

  suspects({ identityHigh, identityLow }: Identity): boolean {
    return this.#young.has(identityHigh, identityLow) || this.#old.has(identityHigh, identityLow);
  }

  add({ identityHigh, identityLow }: Identity): void {
    if (this.#young.filled > MAX_FILLED) {
      this.#old = this.#young;
      this.#young = new Generation(this.#seed);
    }
    this.#young.add(identityHigh, identityLow);
  }
}

/** Identities are kept by periods of this length of received_at, and dropped with them. */
export const IDENTITY_PERIOD_MILLIS = 14 * 86_400_000;

export const periodOf = (receivedMillis: number): number => Math.floor(receivedMillis / IDENTITY_PERIOD_MILLIS);

/** A period of identities, and the other ones in which an identity within the horizon may stand. */
export interface PeriodGroup<Event> {
  readonly period: number;
  readonly neighbours: readonly number[];
  readonly events: readonly Event[];
}

/** Events by the period of their arrival, each with the neighbours that the horizon reaches from its first or last one. */
export function groupByPeriod<Event extends { readonly receivedMillis: number }>(
  events: readonly Event[],
  horizonMillis: number,
): readonly PeriodGroup<Event>[] {
  return [...Map.groupBy(events, ({ receivedMillis }) => periodOf(receivedMillis))].map(([period, group]) => {
    const received = group.map(({ receivedMillis }) => receivedMillis);
    const first = periodOf(received.reduce((one, other) => Math.min(one, other)) - horizonMillis);
    const last = periodOf(received.reduce((one, other) => Math.max(one, other)) + horizonMillis);
    const reach = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return { period, neighbours: reach.filter((one) => one !== period && one >= 0), events: group };
  });
}
