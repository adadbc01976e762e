import { randomInt } from 'node:crypto';
import { RecentIdentities } from '../domain/identity.ts';
import { KnownPlayers } from '../domain/known-players.ts';
import { SessionStarts } from '../domain/session-starts.ts';
import { SuppressionList } from '../domain/suppression.ts';
import type { Committed, EventStore, HeldPosition } from './store/event-store.ts';

/** 100,000 players and sessions take about 30 MB, well below the resident limit of a process. */
const MAX_PLAYERS = 100_000;
const MAX_SESSIONS = 100_000;
const MAX_SEED = 2 ** 31;

/** What a process remembers between batches. It saves questions; the database decides without it as well. */
export class Memory {
  readonly players = new KnownPlayers(MAX_PLAYERS);
  readonly sessions = new SessionStarts(MAX_SESSIONS);
  readonly identities = new RecentIdentities(randomInt(MAX_SEED));
  readonly suppressions = new SuppressionList();
  /** Of the partitions that this process owns, by number. */
  readonly held = new Map<number, HeldPosition>();
  readonly owner = crypto.randomUUID();

  /** Rows of concurrent processors differ by the smallest partition that each owns. */
  get shard(): number {
    return Math.min(...this.held.keys(), 32_767);
  }

  /** Takes over what a commit wrote. */
  remember({ stored, players }: Committed): void {
    for (const event of stored) this.identities.add(event);
    for (const { tenant, playerId, state, day, previousDay } of players) {
      this.players.set(tenant.id, playerId, { state, day, previousDay });
    }
  }

  async refreshSuppressions(erasures: EventStore['erasures']): Promise<void> {
    const changes = await erasures.since(this.suppressions.version);
    for (const { playerId } of changes) this.players.forget(playerId);
    this.suppressions.apply(changes);
  }
}
