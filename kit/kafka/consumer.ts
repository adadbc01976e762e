import { errors } from '../errors.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics, type Instruments } from '../telemetry/metrics.ts';
import { observed } from './batches.ts';
import {
  backOffMillis,
  brokerUnavailable,
  clientOptions,
  type KafkaConnection,
  pause,
  rootMessage,
} from './connection.ts';
import { type Batch, Feed, type FeedHandlers } from './feed.ts';
import { Fetcher, type FetchLimits } from './fetcher.ts';
import { Membership } from './membership.ts';
import { kafkaMetrics } from './metrics.ts';
import { type Beginning, Positions, type PositionsKept } from './positions.ts';
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
  readonly positions: 'group' | 'none' | PositionsKept;
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
  /**
   * Tells the group how far it is, for those who watch its lag; only for positions that the service keeps itself, which
   * reading goes on from. Partitions that this process does not own are left out. Errors: BROKER_UNAVAILABLE.
   */
  note(positions: readonly Position[]): Promise<void>;
  /** Stops fetching; batches in hand go on. */
  pause(partitions?: readonly TopicPartition[]): void;
  resume(partitions?: readonly TopicPartition[]): void;
  check(): Promise<unknown>;
  /** Finishes the batches in hand, drops what was only read, leaves the group. */
  stop(): Promise<void>;
}

const KIB = 1024;
/** As they come, usually compressed: twelve partitions with one batch in hand and one ahead stay well below 100 MiB. */
const defaultLimits: FetchLimits = { maxBytes: 4096 * KIB, maxBytesPerPartition: 256 * KIB, maxWaitMillis: 250 };
const defaultSessionTimeoutMillis = 15_000;
const maxRejoinDelayMillis = 15_000;

/** What lives as long as one membership. */
interface Session {
  readonly membership: Membership;
  readonly fetcher: Fetcher;
  readonly positions: Positions;
}

class GroupConsumer implements Consumer {
  readonly #telemetry: Telemetry;
  readonly #options: ConsumerOptions;
  readonly #metrics: Instruments<typeof kafkaMetrics>;
  readonly #onBatch: (batch: Batch) => Promise<void>;
  readonly #feeds = new Map<string, Feed>();
  readonly #stop = new AbortController();
  #session: Session | undefined;
  #changes: Promise<void> = Promise.resolve();
  #failure: unknown = new Error('not connected yet');
  #attempts = 0;
  #pausedAll = false;

  constructor(telemetry: Telemetry, options: ConsumerOptions) {
    this.#telemetry = telemetry;
    this.#options = options;
    this.#metrics = defineMetrics(telemetry.registry, kafkaMetrics);
    this.#onBatch = observed({ telemetry, group: options.group, metrics: this.#metrics }, options.onBatch);
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

  async note(positions: readonly Position[]): Promise<void> {
    const owned = positions.filter((place) => this.#feeds.has(partitionName(place)));
    if (owned.length === 0) return;
    try {
      await this.#session?.positions.tell(owned);
    } catch (error) {
      throw brokerUnavailable(`The positions of ${this.#options.group} were not noted`, error);
    }
  }

  pause(partitions?: readonly TopicPartition[]): void {
    if (!partitions) this.#pausedAll = true;
    for (const feed of this.#chosen(partitions)) feed.paused = true;
  }

  resume(partitions?: readonly TopicPartition[]): void {
    if (!partitions) this.#pausedAll = false;
    for (const feed of this.#chosen(partitions)) feed.paused = false;
    this.#session?.fetcher.poke();
  }

  async check(): Promise<unknown> {
    const { group } = this.#options;
    if (this.#failure === undefined) return { partitions: this.#feeds.size, lag: this.lag };
    throw errors.BROKER_UNAVAILABLE({
      detail: `Group ${group} is not reading: ${rootMessage(this.#failure).replace(/\.+$/, '')}.`,
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#disconnect();
  }

  #chosen(partitions: readonly TopicPartition[] | undefined): Feed[] {
    if (!partitions) return [...this.#feeds.values()];
    return partitions.flatMap((place) => this.#feeds.get(partitionName(place)) ?? []);
  }

  /** Joins, and after any loss joins again, for ever. */
  async #connect(): Promise<void> {
    const session = this.#openSession();
    const { membership } = session;
    this.#session = session;
    membership.on('lost', (error) => void this.#reconnect(session, error));
    membership.on('assigned', (partitions) => this.#enqueue(() => this.#assign(session, partitions)));
    try {
      await membership.join();
      this.#attempts = 0;
    } catch (error) {
      membership.lose(error);
    }
  }

  #openSession(): Session {
    const { connection, group, delivery, topics, positions: kept, beginning = 'earliest' } = this.#options;
    const { limits, sessionTimeoutMillis = defaultSessionTimeoutMillis } = this.#options;
    const client = clientOptions(this.#telemetry, connection);
    const membership = new Membership({ client, group, delivery, topics, sessionTimeoutMillis });
    const positions = new Positions(membership, { kept, beginning });
    const fetcher = new Fetcher(
      membership.reader,
      { ...defaultLimits, ...limits },
      {
        feeds: () => this.#feeds.values(),
        fetched: () => this.#fetched(),
        failed: (error) => this.#fail('fetch', error),
        outOfRange: (feeds) => this.#bringIntoRange(positions, feeds),
      },
    );
    return { membership, fetcher, positions };
  }

  async #reconnect(session: Session, error: unknown): Promise<void> {
    if (session !== this.#session || this.#stop.signal.aborted) return;
    this.#fail('group', error);
    await this.#disconnect();
    this.#attempts += 1;
    await pause(backOffMillis(this.#attempts, undefined, maxRejoinDelayMillis), this.#stop.signal);
    if (!this.#stop.signal.aborted) await this.#connect();
  }

  async #disconnect(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    const fetched = session?.fetcher.stop();
    this.#enqueue(() => this.#revoke([...this.#feeds.values()]));
    await Promise.all([this.#changes, fetched]);
    await session?.membership.leave();
  }

  /** Changes of ownership happen one after another; one that fails costs the membership. */
  #enqueue(change: () => Promise<void>): void {
    this.#changes = this.#changes.then(change).catch((error: unknown) => {
      if (this.#session) this.#session.membership.lose(error);
      else this.#fail('group', error);
    });
  }

  async #assign(session: Session, owned: readonly TopicPartition[]): Promise<void> {
    if (session !== this.#session) return;
    const names = new Set(owned.map(partitionName));
    await this.#revoke([...this.#feeds.values()].filter((feed) => !names.has(feed.name)));
    const added = owned.filter((place) => !this.#feeds.has(partitionName(place)));
    if (added.length > 0) await this.#take(session, added);
    this.#failure = undefined;
    session.fetcher.poke();
  }

  async #take(session: Session, added: readonly TopicPartition[]): Promise<void> {
    const positions = await session.positions.of(added);
    if (session !== this.#session) return;
    await this.#options.onAssigned?.(added);
    for (const position of positions) {
      const feed = new Feed(position, this.#handlers(session));
      feed.paused = this.#pausedAll;
      this.#feeds.set(feed.name, feed);
    }
    this.#tell('partitions assigned', added);
  }

  async #revoke(feeds: readonly Feed[]): Promise<void> {
    if (feeds.length === 0) return;
    for (const feed of feeds) this.#feeds.delete(feed.name);
    await Promise.all(feeds.map((feed) => feed.stop()));
    const { group, onRevoked } = this.#options;
    for (const { topic, partition } of feeds) {
      this.#metrics.kafka_consumer_lag_records.remove(group, topic, String(partition));
    }
    await onRevoked?.(feeds.map(({ topic, partition }) => ({ topic, partition })));
    this.#tell('partitions revoked', feeds);
  }

  #handlers({ fetcher, positions }: Session): FeedHandlers {
    return {
      handle: async (batch) => {
        await this.#onBatch(batch);
        await positions.store(batch);
      },
      failed: (feed, error) => this.#fail('batch', error, feed),
      reload: (place, fallback) => positions.again(place, fallback),
      changed: () => fetcher.poke(),
    };
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
  async #bringIntoRange(positions: Positions, feeds: readonly Feed[]): Promise<void> {
    const { group } = this.#options;
    for (const { feed, oldest, end } of await positions.outside(feeds)) {
      this.#metrics.kafka_consumer_failures_total.inc({ group, kind: 'position' });
      const fields = { group, partition: feed.name, position: feed.offset, oldest, end };
      this.#telemetry.logger.error(fields, 'position is not in the topic; reading goes on at its oldest record');
      feed.moveTo(oldest);
    }
  }

  #fail(kind: 'batch' | 'fetch' | 'group', error: unknown, feed?: Feed): void {
    if (kind !== 'batch') this.#failure = error;
    const { group } = this.#options;
    this.#metrics.kafka_consumer_failures_total.inc({ group, kind });
    const fields = { group, kind, ...(feed ? { partition: feed.name } : {}), reason: rootMessage(error) };
    this.#telemetry.logger.warn(fields, 'will try again');
  }

  #tell(message: string, places: readonly TopicPartition[]): void {
    this.#telemetry.logger.info({ group: this.#options.group, partitions: places.map(partitionName) }, message);
  }
}

/**
 * Reads topics with back-pressure: a partition is fetched only while it has room for one batch ahead. Connects in the
 * background and again after any loss, so a broker that is away does not stop the start.
 */
export function createConsumer(telemetry: Telemetry, options: ConsumerOptions): Consumer {
  return new GroupConsumer(telemetry, options);
}
