import { StorageError } from './errors.ts';
import { GroupCoordinator } from './groups/coordinator.ts';
import { GroupStore } from './groups/group-store.ts';
import { OffsetStore } from './groups/offset-store.ts';
import type { Settings } from './settings.ts';
import { TopicStore } from './topics/topic-store.ts';
import { TransactionCoordinator } from './transactions/coordinator.ts';
import { ProducerIds } from './transactions/producer-ids.ts';
import { TransactionStore } from './transactions/transaction-store.ts';

/** Everything that the broker keeps, without a socket. */
export class Core {
  readonly settings: Settings;
  readonly topics: TopicStore;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  /** What wakes the fetches that wait for data, when the broker stops. */
  readonly waiting = new Set<() => void>();
  /** Where clients find the broker; the port is known when it listens. */
  address: { readonly host: string; port: number };
  readonly #stores: readonly { open(): void; sync(): void; close(): void }[];
  #syncing: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    this.address = { host: settings.host, port: settings.port };
    this.topics = new TopicStore(settings);
    const offsets = new OffsetStore(settings);
    const groups = new GroupStore(settings);
    const producerIds = new ProducerIds(settings);
    const store = new TransactionStore(settings);
    this.groups = new GroupCoordinator(settings, { groups, offsets });
    this.transactions = new TransactionCoordinator(settings, { store, producerIds, topics: this.topics, offsets });
    this.topics.onDeleted = (name) => offsets.removeTopic(name);
    this.#stores = [this.topics, offsets, groups, producerIds, store];
  }

  open(): void {
    for (const store of this.#stores) store.open();
    try {
      this.transactions.sweep();
    } catch (error) {
      // On a full disk the broker starts all the same; housekeeping tries again.
      if (!(error instanceof StorageError)) throw error;
      this.settings.onFault({ code: 'storage', message: error.message });
    }
  }

  /** The answer as soon as everything written so far is as durable as `flush` promises. */
  whenDurable<A>(answer: A): A | Promise<A> {
    return this.settings.flush === 'os' ? answer : this.#flushed().then(() => answer);
  }

  /** One fsync serves all requests of the same turn of the event loop. */
  #flushed(): Promise<void> {
    this.#syncing ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#syncing = undefined;
        try {
          this.#sync();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.#syncing;
  }

  #sync(): void {
    for (const topic of this.topics.all) for (const partition of topic.partitions) partition.sync();
    for (const store of this.#stores) store.sync();
  }

  wakeAll(): void {
    for (const wake of this.waiting) wake();
  }

  close(): void {
    for (const store of [...this.#stores].reverse()) store.close();
  }
}
