import { type DeadLetter, leaderboardKey, type PlayerStatistics, PROBE } from '#catalog/events/index.ts';
import type { TopicName } from '#catalog/topics.ts';
import { messageOf } from '#kit/errors.ts';
import type { Producer, PublishedRecord } from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import { MINUTE_MILLIS } from '../domain/calendar.ts';
import { processedJson } from '../domain/enrich.ts';
import type { Slice } from '../domain/event.ts';
import type { ProcessorMetrics } from '../metrics.ts';
import type { Memory } from './memory.ts';
import { backOff, Trouble } from './retry.ts';
import type { EventStore, Publication } from './store/event-store.ts';

const topics = {
  processed: 'player.events.processed',
  statistics: 'player.statistics',
  leaderboards: 'game.leaderboards',
  deadLetters: 'dlq.events',
} as const satisfies Record<string, TopicName>;

/** Messages of one call to the producer: a part of what it may buffer. */
const CHUNK_MESSAGES = 5_000;

export interface PublisherParts {
  readonly store: EventStore;
  readonly producer: Producer;
  readonly memory: Memory;
  readonly metrics: ProcessorMetrics;
}

interface Job extends Publication {
  readonly deadLetters: readonly DeadLetter[];
  /** Where everything before is published once this job is done. */
  readonly upTo: readonly Pick<Slice, 'partition' | 'nextOffset'>[];
}

/**
 * Publishes what is stored, in the order it was stored, again and again until it is durable. How far it came is noted
 * with the positions; what a crash leaves unpublished is recalled by the next owner of the partition.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #maxEvents: number;
  readonly #trouble: Trouble;
  readonly #stop = new AbortController();
  #jobs: Job[] = [];
  #events = 0;
  #running: Promise<void> | undefined;
  #freed = Promise.withResolvers<void>();

  /** `maxEvents`: above so many unpublished ones, no further batch is stored. */
  constructor({ logger }: Pick<Telemetry, 'logger'>, parts: PublisherParts, maxEvents: number) {
    this.#parts = parts;
    this.#maxEvents = maxEvents;
    this.#trouble = new Trouble(
      (error) => logger.error({ reason: messageOf(error) }, 'stored events cannot be published; it is tried again'),
      (attempts) => logger.info({ attempts }, 'stored events are published again'),
    );
  }

  /** Resolves when another batch may be stored. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#events > this.#maxEvents) {
      signal.throwIfAborted();
      const { promise, reject } = Promise.withResolvers<never>();
      const give = () => reject(signal.reason);
      signal.addEventListener('abort', give, { once: true });
      await Promise.race([this.#freed.promise, promise]).finally(() => signal.removeEventListener('abort', give));
    }
  }

  publish(found: Publication & { readonly deadLetters: readonly DeadLetter[] }, slices: readonly Slice[]): void {
    const upTo = slices.map(({ partition, nextOffset }) => ({ partition, nextOffset }));
    const { enriched, players, scores, deadLetters } = found;
    this.#add({ enriched, players, scores, deadLetters, upTo });
  }

  /** What an earlier owner stored and did not publish. */
  async republish(slice: Slice): Promise<void> {
    const { store } = this.#parts;
    const events = slice.records.filter((record) => record.kind === 'event');
    const found = await store.recall(events);
    const { partition, nextOffset } = slice;
    this.#add({ ...found, deadLetters: [], upTo: [{ partition, nextOffset }] });
  }

  async republishDeadLetters(partitions: readonly number[]): Promise<void> {
    const deadLetters = await this.#parts.store.deadLetters.unpublished(partitions);
    if (deadLetters.length > 0) this.#add({ enriched: [], players: [], scores: [], deadLetters, upTo: [] });
  }

  async check(): Promise<unknown> {
    if (this.#trouble.error === undefined) return { unpublishedEvents: this.#events };
    throw new Error(`stored events cannot be published: ${messageOf(this.#trouble.error)}`);
  }

  /** Publishes what is in hand if the brokers take it, and leaves the rest to the next owner. */
  async stop(): Promise<void> {
    if (this.#trouble.error !== undefined) this.#stop.abort();
    await this.#running;
  }

  #add(job: Job): void {
    this.#jobs.push(job);
    this.#count(job.enriched.length);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  #count(events: number): void {
    this.#events += events;
    this.#parts.metrics.processor_unpublished_events.set(this.#events);
    if (events > 0) return;
    this.#freed.resolve();
    this.#freed = Promise.withResolvers();
  }

  async #run(): Promise<void> {
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      try {
        await this.#untilDone(job);
      } catch {
        // Stopped: the positions say that it is not published.
        return;
      } finally {
        this.#count(-job.enriched.length);
      }
    }
  }

  async #untilDone(job: Job): Promise<void> {
    for (;;) {
      this.#stop.signal.throwIfAborted();
      try {
        await this.#once(job);
        this.#trouble.recovered();
        return;
      } catch (error) {
        this.#trouble.failed(error);
        await backOff(this.#trouble.attempts, this.#stop.signal);
      }
    }
  }

  async #once(job: Job): Promise<void> {
    const { producer, store, memory } = this.#parts;
    for (const { topic, records } of recordsOf(job)) {
      for (const chunk of chunksOf(records)) await producer.publish(topic, chunk);
    }
    if (job.deadLetters.length > 0) {
      await store.deadLetters.markPublished(job.deadLetters.map(({ dead_letter_id }) => dead_letter_id));
    }
    for (const { partition, nextOffset } of job.upTo) {
      const held = memory.held.get(partition);
      if (held) memory.held.set(partition, { ...held, published: nextOffset });
    }
  }
}

function* chunksOf(records: Iterable<PublishedRecord>): Generator<PublishedRecord[]> {
  let chunk: PublishedRecord[] = [];
  for (const record of records) {
    chunk.push(record);
    if (chunk.length < CHUNK_MESSAGES) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function statisticsOf({ tenant, playerId, state, segment }: Job['players'][number]): PlayerStatistics {
  return {
    game_id: tenant.gameId,
    data_class: tenant.dataClass,
    player_id: playerId,
    first_seen_at: new Date(state.firstSeenMillis).toISOString(),
    last_seen_at: new Date(state.lastMinute * MINUTE_MILLIS).toISOString(),
    active_days: state.activeDays,
    sessions: state.sessions,
    playtime_millis: state.playtimeMillis,
    purchases: state.purchases,
    refunds: state.refunds,
    segment,
  };
}

function scoreRecord({ tenant, board, playerId, score, achievedMillis, eventId }: Job['scores'][number]) {
  const entry = {
    game_id: tenant.gameId,
    data_class: tenant.dataClass,
    board,
    player_id: playerId,
    score,
    achieved_at: new Date(achievedMillis).toISOString(),
    event_id: eventId,
  };
  return { key: leaderboardKey(entry), value: JSON.stringify(entry) };
}

const none = Buffer.alloc(0);

function* processedOf({ enriched }: Job): Generator<PublishedRecord> {
  for (const { event, enrichment } of enriched) {
    if (event.series.tenant.gameId === PROBE.game) continue;
    const { value, valueEnd, tail } = processedJson(event.record.value ?? none, enrichment);
    yield { key: event.event.player_id, value, valueEnd, tail };
  }
}

/** Made one after the other, so that a batch is never in memory twice. */
function* recordsOf(job: Job): Generator<{ readonly topic: TopicName; readonly records: Iterable<PublishedRecord> }> {
  const { players, scores, deadLetters } = job;
  // A probe is nobody's player.
  const real = players.filter(({ tenant }) => tenant.gameId !== PROBE.game);
  const statistics = real.map((player) => ({ key: player.playerId, value: JSON.stringify(statisticsOf(player)) }));
  yield { topic: topics.processed, records: processedOf(job) };
  yield { topic: topics.statistics, records: statistics };
  yield { topic: topics.leaderboards, records: scores.map(scoreRecord) };
  yield { topic: topics.deadLetters, records: deadLetters.map((letter) => ({ value: JSON.stringify(letter) })) };
}
