import type { ErasureRequest } from '#catalog/events/index.ts';

/** Erased players; the reader of the erasure topic fills it. An entry with no games stands for every game. */
export class SuppressionList {
  readonly #games = new Map<string, ReadonlySet<string>>();

  get size(): number {
    return this.#games.size;
  }

  /** Replaces what was known of the player: the topic keeps the last record of a key. */
  add({ player_id, games }: Pick<ErasureRequest, 'player_id' | 'games'>): void {
    this.#games.set(player_id, new Set(games));
  }

  lift(playerId: string): void {
    this.#games.delete(playerId);
  }

  has(game: string, playerId: string): boolean {
    const games = this.#games.get(playerId);
    return games !== undefined && (games.size === 0 || games.has(game));
  }
}
