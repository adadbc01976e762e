import { EventEmitter } from 'node:events';
import { type BaseOptions, Consumer as Client } from '@platformatic/kafka';
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
  readonly client: KafkaClient;
  readonly #options: MembershipOptions;
  #refresh: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: MembershipOptions) {
    super();
    this.#options = options;
    this.client = new Client<Buffer, Buffer, Buffer, Buffer>({
      ...options.client,
      groupId: options.group,
      sessionTimeout: options.sessionTimeoutMillis,
      rebalanceTimeout: rebalanceTimeoutMillis,
      heartbeatInterval: Math.floor(options.sessionTimeoutMillis / 5),
      // Sticky: a new replica takes its share and the others keep reading the rest.
      protocols: [{ name: 'cooperative-sticky', version: 3 }],
      autocommit: false,
    });
  }

  async join(): Promise<void> {
    this.client.topics.trackAll(...this.#options.topics);
    if (this.#options.delivery === 'broadcast') return this.#readEverything();
    this.client.on('consumer:group:join', () => this.#announce());
    this.client.on('consumer:group:rebalance', () => this.#announce());
    this.client.on('error', (error: Error) => this.#lose(error));
    this.client.on('consumer:heartbeat:stalled', () => this.#lose(new Error('no heartbeat was answered')));
    await this.client.joinGroup({});
    this.#announce();
  }

  async leave(): Promise<void> {
    this.#over = true;
    clearInterval(this.#refresh);
    // The answer does not matter: a group forgets a member that stays silent.
    await this.client.close(true).catch(() => undefined);
  }

  #announce(): void {
    if (this.#over) return;
    const partitions = (this.client.assignments ?? []).flatMap(({ topic, partitions: owned }) =>
      owned.map((partition) => ({ topic, partition })),
    );
    this.emit('assigned', partitions);
  }

  #lose(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.emit('lost', error);
  }

  async #readEverything(): Promise<void> {
    await this.#announceAll();
    this.#refresh = setInterval(() => {
      // A failed look is repeated; fetching notices an absent broker by itself.
      this.#announceAll().catch(() => undefined);
    }, partitionRefreshMillis).unref();
  }

  async #announceAll(): Promise<void> {
    const { topics } = await this.client.metadata({ topics: [...this.#options.topics] });
    const partitions = [...topics].flatMap(([topic, { partitionsCount }]) =>
      Array.from({ length: partitionsCount }, (_, partition) => ({ topic, partition })),
    );
    if (!this.#over) this.emit('assigned', partitions);
  }
}
