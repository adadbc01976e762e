import type { PlayerState } from './player.ts';

/** What is certainly in the store of a player: facts that only grow, so that remembering them can never be wrong. */
export interface KnownPlayer {
  readonly state: PlayerState;
  /** A day that the store has for the player, and the active day before it (within 30 days). */
  readonly day: number;
  readonly previousDay: number | undefined;
}

type ByPlayer = Map<string, KnownPlayer>;

/** Players seen lately, bounded: of two generations the older is dropped when the younger is full. */
export class KnownPlayers {
  readonly #maxPlayers: number;
  #young = new Map<number, ByPlayer>();
  #old = new Map<number, ByPlayer>();
  #youngSize = 0;

  constructor(maxPlayers: number) {
    this.#maxPlayers = maxPlayers;
  }

  get(tenantId: number, playerId: string): KnownPlayer | undefined {
    const young = this.#young.get(tenantId)?.get(playerId);
    if (young) return young;
    const old = this.#old.get(tenantId)?.get(playerId);
    if (old) this.set(tenantId, playerId, old);
    return old;
  }

  set(tenantId: number, playerId: string, known: KnownPlayer): void {
    if (this.#youngSize >= this.#maxPlayers / 2) this.#age();
    const players = this.#young.get(tenantId) ?? new Map<string, KnownPlayer>();
    this.#young.set(tenantId, players);
    if (!players.has(playerId)) this.#youngSize += 1;
    players.set(playerId, known);
  }

  /** Nothing is certain any more of a player whose rows were deleted. */
  forget(playerId: string): void {
    for (const players of [...this.#young.values(), ...this.#old.values()]) players.delete(playerId);
  }

  #age(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngSize = 0;
  }
}
