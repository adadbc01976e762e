/** Erased players. An entry without games stands for every game. */
export interface Suppression {
  readonly playerId: string;
  readonly games: readonly string[];
  readonly lifted: boolean;
  readonly version: bigint;
}

/** The list as it was at a version; a batch is stored only against the newest one. */
export class SuppressionList {
  readonly #games = new Map<string, ReadonlySet<string>>();
  #version = 0n;

  get version(): bigint {
    return this.#version;
  }

  /** Takes changes in the order of their versions. */
  apply(changes: readonly Suppression[]): void {
    for (const { playerId, games, lifted, version } of changes) {
      if (lifted) this.#games.delete(playerId);
      else this.#games.set(playerId, new Set(games));
      if (version > this.#version) this.#version = version;
    }
  }

  has(gameId: string, playerId: string): boolean {
    const games = this.#games.get(playerId);
    return games !== undefined && (games.size === 0 || games.has(gameId));
  }
}
