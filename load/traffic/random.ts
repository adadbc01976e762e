/** 32-bit mixing of a word into a hash (the finalizer of MurmurHash3). */
function mix(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hashOf(parts: readonly (string | number)[], start: number): number {
  let hash = start;
  for (const part of parts) {
    for (const character of typeof part === 'number' ? [part >>> 0, Math.floor(part / 2 ** 32)] : part)
      hash = mix(hash, typeof character === 'number' ? character : (character.codePointAt(0) ?? 0));
    hash = mix(hash, 0x2f);
  }
  return hash;
}

function at<T>(list: readonly T[], place: number): T {
  const row = list.at(place);
  if (row === undefined) throw new RangeError('Nothing can be picked from an empty list.');
  return row;
}

const hex = (word: number) => word.toString(16).padStart(8, '0');

/**
 * Numbers that depend on nothing but the parts they are made from (sfc32): the same parts give the same numbers on
 * every machine, and one player's numbers do not depend on how many another took.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...parts: readonly (string | number)[]) {
    this.#a = hashOf(parts, 0x9e3779b9);
    this.#b = hashOf(parts, 0x243f6a88);
    this.#c = hashOf(parts, 0xb7e15162);
    for (let warmUp = 0; warmUp < 8; warmUp += 1) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to but without 1. */
  unit(): number {
    return this.word() / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Waiting times and other things without memory. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.unit());
  }

  /** How often something happens that happens `mean` times on average; for small means (Knuth's method). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.unit(); product > limit; product *= this.unit()) count += 1;
    return count;
  }

  /** Each as likely as the other. @throws RangeError for an empty list */
  pick<const T>(list: readonly T[]): T {
    return at(list, this.whole(0, list.length - 1));
  }

  /** Each as likely as its weight says. @throws RangeError for an empty list */
  weighted<const T extends { readonly weight: number }>(list: readonly T[]): T {
    let rest = this.unit() * list.reduce((sum, row) => sum + row.weight, 0);
    const place = list.findIndex((row) => {
      rest -= row.weight;
      return rest < 0;
    });
    return at(list, place);
  }

  /** A UUID of version 4 by shape. */
  uuid(): string {
    const [first, second, third, fourth] = [this.word(), this.word(), this.word(), this.word()];
    const versioned = hex(((second & 0xffff0fff) | 0x00004000) >>> 0);
    const variant = hex(((third & 0x3fffffff) | 0x80000000) >>> 0);
    return `${hex(first)}-${versioned.slice(0, 4)}-${versioned.slice(4)}-${variant.slice(0, 4)}-${variant.slice(4)}${hex(fourth)}`;
  }
}
