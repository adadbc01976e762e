import type { DataClass } from '#catalog/events/index.ts';

/** Positive numbers for pairs of game and data class, so that an id needs not carry their names. */
export class Scopes {
  readonly #numbers = new Map<string, number>();

  numberOf(game: string, dataClass: DataClass): number {
    const name = `${game}/${dataClass}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size + 1);
    return this.#numbers.size;
  }
}
