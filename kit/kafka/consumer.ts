import { setTimeout as sleep } from 'node:timers/promises';
import { errors, isError } from '../errors.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics, type Instruments } from '../telemetry/metrics.ts';
import { context, failSpan, SpanKind, trace, traceContext } from '../telemetry/tracing.ts';
import { backOffMillis, clientOptions, type KafkaConnection, rootMessage } from './connection.ts';
import { type Batch, Feed, type FeedHandlers } from './feed.ts';
import { Fetcher, type FetchLimits } from './fetcher.ts';
import { Membership } from './membership.ts';
import { kafkaMetrics } from './metrics.ts';
import { type Beginning, committedPositions, storeCommitted, topicBounds } from './positions.ts';
import { type Position, partitionName, type TopicPartition } from './records.ts';

export interface ConsumerOptions {
  readonly connection: KafkaConnection;
  /** The group's name; also the label of its metrics. */
  readonly group: string;
  /** `shared`: replicas split the partitions. `broadcast`: every replica reads everything, without joining a group. */
  readonly delivery: 'shared' | 'broadcast';
  readonly topics: readonly string[];
  /**
   * Where reading begins: `group` keeps positions in Kafka and commits after each batch (at least once);
   * `none` always begins at `beginning`; a function gives the positions that the service keeps itself, in the
   * transaction of its own rows (effectively once). A partition that it leaves out begins at `beginning`.
   */
  readonly positions: 'group' | 'none' | ((partitions: readonly TopicPartition[]) => Promise<readonly Position[]>);
  /** Where a partition without a position begins. `earliest` unless told otherwise. */
  readonly beginning?: Beginning;
  /**
   * Handles one batch; batches of a partition come one after another, partitions side by side. When it rejects, it is
   * repeated with back-off from the stored position, for ever: a message that can never succeed must be put aside inside.
   */
  readonly onBatch: (batch: Batch) => Promise<void>;
  readonly onAssigned?: (partitions: readonly TopicPartition[]) => Promise<void>;
  /** Called after the batches in hand are over. */
  readonly onRevoked?: (partitions: readonly TopicPartition[]) => Promise<void>;
  readonly limits?: Partial<FetchLimits>;
  readonly sessionTimeoutMillis?: number;
}

export interface Consumer {
  readonly assigned: readonly TopicPartition[];
  /** Records not yet done, over the partitions that this process owns. */
  readonly lag: number;
  /** True while every owned partition has been fetched and done up to its end. */
  readonly caughtUp: boolean;
  /** Stops fetching; batches in hand go on. */
  pause(partitions?: readonly TopicPartition[]): void;
  resume(partitions?: readonly TopicPartition[]): void;
  check(): Promise<unknown>;
  /** Finishes the batches in hand, drops what was only read, leaves the group. */
  stop(): Promise<void>;
}

const defaultLimits: FetchLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxBytesPerPartition: 1024 * 1024,
  maxWaitMillis: 250,
};
const defaultSessionTimeoutMillis = 15_000;
const maxRejoinDelayMillis = 15_000;

class GroupConsumer implements Consumer {
  readonly #telemetry: Telemetry;
  readonly #options: ConsumerOptions;
  readonly #metrics: Instruments<typeof kafkaMetrics>;
  readonly #feeds = new Map<string, Feed>();
  #membership: Membership | undefined;
  #fetcher: Fetcher | undefined;
  #changes: Promise<void> = Promise.resolve();
  #failure: unknown = new Error('not connected yet');
  #attempts = 0;
  #stopping = false;
  #pausedAll = false;

  constructor(telemetry: Telemetry, options: ConsumerOptions) {
    this.#telemetry = telemetry;
    this.#options = options;
    this.#metrics = defineMetrics(telemetry.registry, kafkaMetrics);
    void this.#connect();
  }

  get assigned(): readonly TopicPartition[] {
    return [...this.#feeds.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  get lag(): number {
    return [...this.#feeds.values()].reduce((sum, feed) => sum + feed.lag, 0);
  }

  get caughtUp(): boolean {
    const feeds = [...this.#feeds.values()];
    return feeds.length > 0 && feeds.every((feed) => feed.highWatermark !== undefined && feed.lag === 0);
  }

  pause(partitions?: readonly TopicPartition[]): void {
    if (!partitions) this.#pausedAll = true;
    for (const feed of this.#chosen(partitions)) feed.paused = true;
  }

  resume(partitions?: readonly TopicPartition[]): void {
    if (!partitions) this.#pausedAll = false;
    for (const feed of this.#chosen(partitions)) feed.paused = false;
    this.#fetcher?.poke();
  }

  async check(): Promise<unknown> {
    const { group } = this.#options;
    if (this.#failure === undefined) return { partitions: this.#feeds.size, lag: this.lag };
    throw errors.BROKER_UNAVAILABLE({ detail: `Group ${group} is not reading: ${rootMessage(this.#failure)}.` });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#disconnect();
  }

  #chosen(partitions: readonly TopicPartition[] | undefined): Feed[] {
    if (!partitions) return [...this.#feeds.values()];
    return partitions.flatMap((place) => this.#feeds.get(partitionName(place)) ?? []);
  }

  /** Joins, and after any loss joins again, for ever. */
  async #connect(): Promise<void> {
    const membership = new Membership({
      client: clientOptions(this.#telemetry, this.#options.connection),
      group: this.#options.group,
      delivery: this.#options.delivery,
      topics: this.#options.topics,
      sessionTimeoutMillis: this.#options.sessionTimeoutMillis ?? defaultSessionTimeoutMillis,
    });
    this.#membership = membership;
    this.#fetcher = this.#createFetcher(membership);
    membership.on('lost', (error) => void this.#reconnect(error));
    membership.on('assigned', (partitions) => this.#enqueue(() => this.#assign(membership, partitions)));
    try {
      await membership.join();
      this.#attempts = 0;
    } catch (error) {
      await this.#reconnect(error);
    }
  }

  async #reconnect(error: unknown): Promise<void> {
    if (this.#stopping) return;
    this.#fail('group', error);
    await this.#disconnect();
    this.#attempts += 1;
    await sleep(backOffMillis(this.#attempts, undefined, maxRejoinDelayMillis));
    if (!this.#stopping) await this.#connect();
  }

  async #disconnect(): Promise<void> {
    this.#fetcher?.stop();
    const membership = this.#membership;
    this.#membership = undefined;
    this.#enqueue(() => this.#revoke([...this.#feeds.values()]));
    await this.#changes;
    await membership?.leave();
  }

  #createFetcher(membership: Membership): Fetcher {
    const limits = { ...defaultLimits, ...this.#options.limits };
    return new Fetcher(membership.client, limits, () => this.#feeds.values(), {
      fetched: () => this.#fetched(),
      failed: (error) => this.#fail('fetch', error),
      outOfRange: (feeds) => this.#bringIntoRange(membership, feeds),
    });
  }

  /** Changes of ownership happen one after another. */
  #enqueue(change: () => Promise<void>): void {
    this.#changes = this.#changes.then(change).catch((error: unknown) => {
      this.#fail('group', error);
      const membership = this.#membership;
      if (membership && !this.#stopping) membership.emit('lost', isError(error) ? error : new Error(String(error)));
    });
  }

  async #assign(membership: Membership, owned: readonly TopicPartition[]): Promise<void> {
    if (membership !== this.#membership) return;
    const names = new Set(owned.map(partitionName));
    await this.#revoke([...this.#feeds.values()].filter((feed) => !names.has(feed.name)));
    const added = owned.filter((place) => !this.#feeds.has(partitionName(place)));
    if (added.length > 0) await this.#take(membership, added);
    this.#failure = undefined;
    this.#fetcher?.poke();
  }

  async #take(membership: Membership, added: readonly TopicPartition[]): Promise<void> {
    const positions = await this.#positionsOf(membership, added);
    if (membership !== this.#membership) return;
    await this.#options.onAssigned?.(added);
    for (const position of positions) {
      const feed = new Feed(position, this.#handlers(membership));
      feed.paused = this.#pausedAll;
      this.#feeds.set(feed.name, feed);
    }
    this.#telemetry.logger.info({ group: this.#options.group, added: added.map(partitionName) }, 'partitions assigned');
  }

  async #revoke(feeds: readonly Feed[]): Promise<void> {
    if (feeds.length === 0) return;
    for (const feed of feeds) this.#feeds.delete(feed.name);
    await Promise.all(feeds.map((feed) => feed.stop()));
    for (const { topic, partition } of feeds) {
      this.#metrics.kafka_consumer_lag_records.remove(this.#options.group, topic, String(partition));
    }
    await this.#options.onRevoked?.(feeds.map(({ topic, partition }) => ({ topic, partition })));
    this.#telemetry.logger.info(
      { group: this.#options.group, revoked: feeds.map((feed) => feed.name) },
      'partitions revoked',
    );
  }

  #handlers(membership: Membership): FeedHandlers {
    return {
      handle: (batch) => this.#handle(membership, batch),
      failed: (feed, error) => this.#fail('batch', error, feed),
      reload: async (place, fallback) => {
        if (this.#options.positions === 'none') return fallback;
        const [position] = await this.#positionsOf(membership, [place]);
        return position?.offset ?? fallback;
      },
      changed: () => this.#fetcher?.poke(),
    };
  }

  async #positionsOf(membership: Membership, places: readonly TopicPartition[]): Promise<readonly Position[]> {
    const { positions, beginning = 'earliest' } = this.#options;
    const known =
      positions === 'none'
        ? []
        : positions === 'group'
          ? await committedPositions(membership.client, places)
          : await positions(places);
    const byName = new Map(known.map((position) => [partitionName(position), position]));
    const unknown = places.filter((place) => !byName.has(partitionName(place)));
    const begin = unknown.length > 0 ? await topicBounds(membership.client, unknown, beginning) : [];
    return [...places.flatMap((place) => byName.get(partitionName(place)) ?? []), ...begin];
  }

  async #handle(membership: Membership, batch: Batch): Promise<void> {
    const { group, onBatch, positions } = this.#options;
    const labels = { group, topic: batch.topic };
    const observe = this.#metrics.kafka_consumer_batch_duration_seconds.startTimer(labels);
    if (batch.messages.length > 0) await this.#traced(batch, onBatch);
    if (positions === 'group') await storeCommitted(membership.client, batch);
    observe();
    this.#metrics.kafka_consumer_batch_messages.observe(labels, batch.messages.length);
    this.#metrics.kafka_consumer_messages_total.inc(labels, batch.messages.length);
  }

  /** The batch belongs to the trace of its first message, so that a trace goes on behind the topic. */
  async #traced(batch: Batch, work: (batch: Batch) => Promise<void>): Promise<void> {
    const parent = traceContext(batch.messages[0]?.headers ?? {});
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.destination.name': batch.topic,
      'messaging.consumer.group.name': this.#options.group,
      'messaging.batch.message_count': batch.messages.length,
    };
    const span = this.#telemetry.tracing.start(
      `process ${batch.topic}`,
      { kind: SpanKind.CONSUMER, attributes },
      parent,
    );
    try {
      await context.with(trace.setSpan(parent, span), work, undefined, batch);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  #fetched(): void {
    this.#failure = undefined;
    const { group } = this.#options;
    for (const feed of this.#feeds.values()) {
      const labels = { group, topic: feed.topic, partition: String(feed.partition) };
      this.#metrics.kafka_consumer_lag_records.set(labels, feed.lag);
    }
  }

  /** Records that retention removed cannot be read any more: reading goes on at the oldest that is left, loudly. */
  async #bringIntoRange(membership: Membership, feeds: readonly Feed[]): Promise<void> {
    const oldest = await topicBounds(membership.client, feeds, 'earliest');
    const newest = await topicBounds(membership.client, feeds, 'latest');
    for (const [index, feed] of feeds.entries()) {
      const first = oldest[index]?.offset ?? 0n;
      const end = newest[index]?.offset ?? 0n;
      if (feed.offset >= first && feed.offset <= end) continue;
      const { group } = this.#options;
      this.#metrics.kafka_consumer_failures_total.inc({ group, kind: 'position' });
      this.#telemetry.logger.error(
        { group, partition: feed.name, position: feed.offset, first, end },
        'position out of range',
      );
      feed.moveTo(first);
    }
  }

  #fail(kind: 'batch' | 'fetch' | 'group', error: unknown, feed?: Feed): void {
    if (kind !== 'batch') this.#failure = error;
    const { group } = this.#options;
    this.#metrics.kafka_consumer_failures_total.inc({ group, kind });
    this.#telemetry.logger.warn({ group, kind, partition: feed?.name, reason: rootMessage(error) }, 'will try again');
  }
}

/**
 * Reads topics with back-pressure: a partition is fetched only while it has room for one batch ahead. Connects in the
 * background and again after any loss, so a broker that is away does not stop the start.
 */
export function createConsumer(telemetry: Telemetry, options: ConsumerOptions): Consumer {
  return new GroupConsumer(telemetry, options);
}
