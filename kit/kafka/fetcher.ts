import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMillis, hasBrokerError } from './connection.ts';
import type { Feed } from './feed.ts';
import type { KafkaClient } from './membership.ts';
import { decodeRecords } from './records.ts';

export interface FetchLimits {
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  /** How long a broker holds a request that it has nothing for. */
  readonly maxWaitMillis: number;
}

export interface FetchEvents {
  fetched(): void;
  failed(error: unknown): void;
  /** The broker no longer has, or not yet has, what was asked for. */
  outOfRange(feeds: readonly Feed[]): Promise<void>;
}

type Request = Parameters<KafkaClient['fetch']>[0];
type FetchResponse = Awaited<ReturnType<typeof fetchOnce>>;

const fetchOnce = (client: KafkaClient, request: Request) => client.fetch(request);

const maxDelayMillis = 5000;

/** Long-polls each broker for the partitions that it leads and that have room, one request a broker. */
export class Fetcher {
  readonly #client: KafkaClient;
  readonly #limits: FetchLimits;
  readonly #events: FetchEvents;
  readonly #feeds: () => Iterable<Feed>;
  readonly #busy = new Set<number>();
  #failures = 0;
  #stopped = false;
  #planning = false;
  #planAgain = false;

  constructor(client: KafkaClient, limits: FetchLimits, feeds: () => Iterable<Feed>, events: FetchEvents) {
    this.#client = client;
    this.#limits = limits;
    this.#feeds = feeds;
    this.#events = events;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Starts the requests that are possible now; call it whenever a partition may have become readable. */
  poke(): void {
    this.#planAgain = true;
    if (this.#planning || this.#stopped) return;
    this.#planning = true;
    this.#plan().finally(() => {
      this.#planning = false;
      if (this.#planAgain) this.poke();
    });
  }

  async #plan(): Promise<void> {
    this.#planAgain = false;
    const hungry = [...this.#feeds()].filter((feed) => feed.hungry);
    if (hungry.length === 0 || this.#stopped) return;
    try {
      const byLeader = await this.#groupByLeader(hungry);
      for (const [node, feeds] of byLeader) {
        if (!this.#busy.has(node)) void this.#fetchFrom(node, feeds);
      }
    } catch (error) {
      await this.#pause(error);
      this.#planAgain = true;
    }
  }

  async #groupByLeader(feeds: readonly Feed[]): Promise<Map<number, Feed[]>> {
    const metadata = await this.#client.metadata({ topics: this.#client.topics.current });
    return Map.groupBy(feeds, (feed) => metadata.topics.get(feed.topic)?.partitions[feed.partition]?.leader ?? -1);
  }

  async #fetchFrom(node: number, feeds: readonly Feed[]): Promise<void> {
    this.#busy.add(node);
    const asked = new Map(feeds.map((feed) => [feed, feed.offset]));
    try {
      const request = await this.#request(node, feeds);
      const response = await fetchOnce(this.#client, request);
      this.#failures = 0;
      await this.#distribute(response, asked);
      this.#events.fetched();
    } catch (error) {
      await this.#handleFailure(error, feeds);
    } finally {
      this.#busy.delete(node);
      this.poke();
    }
  }

  async #request(node: number, feeds: readonly Feed[]): Promise<Request> {
    const metadata = await this.#client.metadata({ topics: this.#client.topics.current });
    const topics = feeds.map((feed) => ({
      topicId: metadata.topics.get(feed.topic)?.id ?? '',
      partitions: [
        {
          partition: feed.partition,
          fetchOffset: feed.offset,
          partitionMaxBytes: this.#limits.maxBytesPerPartition,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
        },
      ],
    }));
    return { node, topics, minBytes: 1, maxBytes: this.#limits.maxBytes, maxWaitTime: this.#limits.maxWaitMillis };
  }

  async #distribute(response: FetchResponse, asked: ReadonlyMap<Feed, bigint>): Promise<void> {
    const { topics } = await this.#client.metadata({ topics: this.#client.topics.current });
    const names = new Map([...topics].map(([name, { id }]) => [id, name]));
    const feeds = new Map([...asked.keys()].map((feed) => [feed.name, feed]));
    for (const { topicId, partitions } of response.responses) {
      for (const { partitionIndex, highWatermark, records } of partitions) {
        const feed = feeds.get(`${names.get(topicId)}/${partitionIndex}`);
        // A broker may answer for a partition that is no longer wanted, or that was moved meanwhile.
        if (!feed?.hungry || feed.offset !== asked.get(feed)) continue;
        const { messages, nextOffset } = decodeRecords(feed, records ?? []);
        feed.accept(messages, nextOffset, highWatermark);
      }
    }
  }

  async #handleFailure(error: unknown, feeds: readonly Feed[]): Promise<void> {
    if (this.#stopped) return;
    if (!hasBrokerError(error, 'OFFSET_OUT_OF_RANGE')) return this.#pause(error);
    await this.#events.outOfRange(feeds).catch((reason: unknown) => this.#pause(reason));
  }

  async #pause(error: unknown): Promise<void> {
    if (this.#stopped) return;
    this.#failures += 1;
    this.#events.failed(error);
    await sleep(backOffMillis(this.#failures, undefined, maxDelayMillis));
  }
}
