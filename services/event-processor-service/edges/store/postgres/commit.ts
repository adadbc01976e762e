import type pg from 'pg';
import { assemble, type Batch, conserve } from '../../../domain/batch.ts';
import { deadLetterOf } from '../../../domain/dead-letter.ts';
import { enrich, type PlayerFacts } from '../../../domain/enrich.ts';
import type { PoisonRecord, Slice, StorableEvent } from '../../../domain/event.ts';
import { fold } from '../../../domain/fold.ts';
import { segmentOf } from '../../../domain/player.ts';
import type { SettledPlayer } from '../../../domain/settle.ts';
import type { CommitContext, Committed, EnrichedEvent } from '../event-store.ts';
import { SuppressionsChanged } from '../refusals.ts';
import type { BinaryRows } from './binary-rows.ts';
import { insertDeadLetters } from './dead-letters.ts';
import { lockedVersion } from './erasures.ts';
import { copyEvents } from './event-rows.ts';
import { admitIdentities } from './identities.ts';
import { settlePlayers } from './players.ts';
import { movePositions } from './positions.ts';
import { writeScores, writeSessions } from './records.ts';
import { addSums } from './sums.ts';

export interface CommitSettings {
  readonly topic: string;
  readonly service: string;
  readonly horizonMillis: number;
}

/** What a commit works with, beside its connection. */
export interface CommitParts {
  readonly settings: CommitSettings;
  readonly context: CommitContext;
  readonly rows: BinaryRows;
}

/** One transaction's work, step by step; every step sees what the ones before it wrote. */
export class BatchCommit {
  readonly #client: pg.ClientBase;
  readonly #settings: CommitSettings;
  readonly #context: CommitContext;
  readonly #rows: BinaryRows;

  constructor(client: pg.ClientBase, { settings, context, rows }: CommitParts) {
    this.#client = client;
    this.#settings = settings;
    this.#context = context;
    this.#rows = rows;
  }

  async store(slices: readonly Slice[]): Promise<Committed> {
    await this.#checkSuppressions();
    const { topic } = this.#settings;
    const { owner, held } = this.#context;
    await movePositions(this.#client, slices, { topic, owner, held });
    const batch = assemble(slices, this.#context.suppressions);
    const stored = await this.#admit(batch);
    const folded = fold(stored, this.#context.players);
    const settled = await settlePlayers(this.#client, folded, this.#context.players);
    const players = settled.map((player) => ({
      ...player,
      segment: segmentOf(player.state, player.day, player.previousDay),
    }));
    const enriched = this.#enrich(stored, players);
    await copyEvents(this.#client, enriched, this.#rows);
    await writeSessions(this.#client, folded.sessions);
    const scores = await writeScores(this.#client, folded.scores);
    const deadLetters = await this.#putAside(batch.poison);
    const isStored = new Set(stored);
    const deduplicated = [...batch.repeated, ...batch.candidates.filter((event) => !isStored.has(event))];
    const outcome = { stored, deduplicated, suppressed: batch.suppressed, poison: batch.poison };
    conserve(outcome, folded.sums);
    // Last, because other processors may wait for these rows.
    await addSums(this.#client, folded.sums, this.#context.shard);
    return { ...outcome, enriched, players, scores, deadLetters };
  }

  async #checkSuppressions(): Promise<void> {
    const version = await lockedVersion(this.#client);
    const held = this.#context.suppressions.version;
    if (version !== held) throw new SuppressionsChanged(`the list is at ${version}, we hold ${held}`);
  }

  async #admit({ candidates }: Batch): Promise<readonly StorableEvent[]> {
    const { horizonMillis } = this.#settings;
    const recent = this.#context.identities;
    const duplicates = await admitIdentities(this.#client, candidates, { horizonMillis, recent, rows: this.#rows });
    return duplicates.size === 0 ? candidates : candidates.filter((event) => !duplicates.has(event));
  }

  #enrich(events: readonly StorableEvent[], settled: readonly SettledPlayer[]): EnrichedEvent[] {
    const touched = new Map<number, Map<string, PlayerFacts>>();
    for (const player of settled) {
      const ofTenant = touched.get(player.tenant.id) ?? new Map<string, PlayerFacts>();
      touched.set(player.tenant.id, ofTenant);
      ofTenant.set(player.playerId, player);
    }
    return events.map((event) => {
      const { tenant } = event.series;
      const { player_id: playerId } = event.event;
      const facts = touched.get(tenant.id)?.get(playerId) ?? this.#context.players.get(tenant.id, playerId);
      if (!facts) throw new Error('an event was folded without its player');
      return { event, enrichment: enrich(event, facts, this.#context.sessions.of(event)) };
    });
  }

  async #putAside(records: readonly PoisonRecord[]): Promise<Committed['deadLetters']> {
    const { topic, service } = this.#settings;
    const rows = records.map((record) => ({
      letter: deadLetterOf(record, { topic, service, failedAtMillis: this.#context.nowMillis }),
      playerId: record.poison.about.player_id,
      original: record.record.value ?? Buffer.alloc(0),
    }));
    await insertDeadLetters(this.#client, rows, false);
    return rows.map(({ letter }) => letter);
  }
}
