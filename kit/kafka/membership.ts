import { EventEmitter } from 'node:events';
import { type BaseOptions, Consumer as Client } from '@platformatic/kafka';
import { isError } from '../errors.ts';
import { BatchReader } from './batch-reader.ts';
import type { TopicPartition } from './records.ts';

export interface MembershipOptions {
  readonly client: BaseOptions;
  readonly group: string;
  readonly delivery: 'shared' | 'broadcast';
  readonly topics: readonly string[];
  readonly sessionTimeoutMillis: number;
}

export type KafkaClient = Client<Buffer, Buffer, Buffer, Buffer>;

interface MembershipEvents {
  /** The partitions that this process owns now. */
  assigned: [readonly TopicPartition[]];
  /** The membership is over; join again with a new one. */
  lost: [Error];
}

const rebalanceTimeoutMillis = 20_000;
const partitionRefreshMillis = 30_000;

/**
 * One membership in a group, or (broadcast) a reader of every partition that belongs to no group.
 * The client library keeps the heartbeat and rejoins by itself; what it gives up on becomes `lost`.
 */
export class Membership extends EventEmitter<MembershipEvents> {
  /** Speaks to the group's coordinator: heartbeats, commits. */
  readonly group: KafkaClient;
  /** Fetches on connections of its own, where a long poll delays no heartbeat; its failures are repeated by the fetcher. */
  readonly reader: BatchReader;
  readonly #options: MembershipOptions;
  #refresh: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: MembershipOptions) {
    super();
    this.#options = options;
    const settings = {
      ...options.client,
      groupId: options.group,
      sessionTimeout: options.sessionTimeoutMillis,
      rebalanceTimeout: rebalanceTimeoutMillis,
      heartbeatInterval: Math.floor(options.sessionTimeoutMillis / 5),
      // Sticky: a new replica takes its share and the others keep reading the rest.
      protocols: [{ name: 'cooperative-sticky', version: 3 }],
      autocommit: false,
    };
    this.group = new Client<Buffer, Buffer, Buffer, Buffer>(settings);
    this.reader = new BatchReader({ ...settings, retries: 0 });
    this.group.topics.trackAll(...options.topics);
    this.reader.topics.trackAll(...options.topics);
  }

  async join(): Promise<void> {
    if (this.#options.delivery === 'broadcast') return this.#readEverything();
    this.group.on('consumer:group:join', () => this.#announce());
    this.group.on('consumer:group:rebalance', () => this.#announce());
    this.group.on('error', (error: Error) => this.lose(error));
    this.group.on('consumer:heartbeat:stalled', () => this.lose(new Error('no heartbeat was answered')));
    await this.group.joinGroup({});
    this.#announce();
  }

  async leave(): Promise<void> {
    this.#over = true;
    clearInterval(this.#refresh);
    // The answers do not matter: a group forgets a member that stays silent.
    await Promise.allSettled([this.group.close(true), this.reader.close(true)]);
  }

  /** Ends the membership, once, for its holder to begin a new one. */
  lose(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.emit('lost', isError(reason) ? reason : new Error(String(reason)));
  }

  #announce(): void {
    if (this.#over) return;
    const partitions = (this.group.assignments ?? []).flatMap(({ topic, partitions: owned }) =>
      owned.map((partition) => ({ topic, partition })),
    );
    this.emit('assigned', partitions);
  }

  async #readEverything(): Promise<void> {
    await this.#announceAll();
    this.#refresh = setInterval(() => {
      // A failed look is repeated; fetching notices an absent broker by itself.
      this.#announceAll().catch(() => undefined);
    }, partitionRefreshMillis).unref();
  }

  async #announceAll(): Promise<void> {
    const { topics } = await this.reader.metadata({ topics: [...this.#options.topics] });
    const partitions = [...topics].flatMap(([topic, { partitionsCount }]) =>
      Array.from({ length: partitionsCount }, (_, partition) => ({ topic, partition })),
    );
    if (!this.#over) this.emit('assigned', partitions);
  }
}
