import { type Static, Type } from 'typebox';
import type { CollectionShape } from './value.ts';

/** Registers that are not zero, with their ranks. */
export const hyperLogLogDump = Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]));

const indexBits = 14;
const registerCount = 2 ** indexBits;
const hashBits = 64;
const maximumRank = hashBits - indexBits + 1;

/**
 * HyperLogLog with 2^14 registers: counts distinct members in 16 KiB with a standard error of 1.04/√2^14 = 0.81 %, as
 * Redis does. Estimator: Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), alg. 6.
 */
export class HyperLogLog implements CollectionShape {
  readonly kind = 'hyperloglog';
  readonly #registers = new Uint8Array(registerCount);

  static restore(dump: Static<typeof hyperLogLogDump>): HyperLogLog {
    const sketch = new HyperLogLog();
    for (const [index, rank] of dump) sketch.#raise(index & (registerCount - 1), Math.min(rank, maximumRank));
    return sketch;
  }

  /** An empty sketch is a value, unlike an empty set. */
  get size(): number {
    return 1;
  }

  get bytes(): number {
    return registerCount;
  }

  /** True when the estimate may have changed. */
  add(member: string): boolean {
    const low = hashWith(lowSeed, member);
    return this.#raise(low & (registerCount - 1), firstOne(hashWith(highSeed, member), low >>> indexBits));
  }

  /** Makes this the sketch of both. */
  merge(other: HyperLogLog): void {
    for (const [index, rank] of other.#registers.entries()) this.#raise(index, rank);
  }

  estimate(): number {
    const histogram = new Array<number>(maximumRank + 1).fill(0);
    for (const rank of this.#registers) histogram[rank] = (histogram[rank] ?? 0) + 1;
    let z = registerCount * tau((registerCount - (histogram[maximumRank] ?? 0)) / registerCount);
    for (let rank = maximumRank - 1; rank >= 1; rank -= 1) z = (z + (histogram[rank] ?? 0)) / 2;
    z += registerCount * sigma((histogram[0] ?? 0) / registerCount);
    return Math.round(((0.5 / Math.LN2) * registerCount * registerCount) / z);
  }

  dump(): Static<typeof hyperLogLogDump> {
    return [...this.#registers.entries()].filter(([, rank]) => rank > 0);
  }

  #raise(index: number, rank: number): boolean {
    if (rank <= (this.#registers[index] ?? 0)) return false;
    this.#registers[index] = rank;
    return true;
  }
}

/** Position of the first one among the 50 bits that choose no register, from the low end; 51 when there is none. */
function firstOne(high: number, low18: number): number {
  const lowBits = 32 - indexBits;
  if (low18 !== 0) return trailingZeros(low18) + 1;
  return high === 0 ? maximumRank : lowBits + trailingZeros(high) + 1;
}

function trailingZeros(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z, previous] = [share, 1, share, -1];
  while (z !== previous) {
    x *= x;
    previous = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z, previous] = [share, 1, 1 - share, -1];
  while (z !== previous) {
    x = Math.sqrt(x);
    previous = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

const lowSeed = 0x9e3779b9;
const highSeed = 0x85ebca6b;

/** MurmurHash3 with one byte a step: 32 bits that for two seeds are independent of each other. */
function hashWith(seed: number, text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) {
    const scrambled = Math.imul(text.charCodeAt(at) + 1, 0xcc9e2d51);
    hash ^= Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  return finalize(hash ^ text.length);
}

function finalize(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
