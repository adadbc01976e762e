import type { BatchReader } from './batch-reader.ts';
import { backOffMillis, hasBrokerError, pause } from './connection.ts';
import type { Feed } from './feed.ts';
import type { FetchedTopics } from './fetched-batch.ts';
import { decodeRecords } from './records.ts';

export interface FetchLimits {
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  /** How long a broker holds a request that it has nothing for. */
  readonly maxWaitMillis: number;
}

/** Whose partitions are fetched, and who is told. */
export interface FetchOwner {
  feeds(): Iterable<Feed>;
  fetched(): void;
  failed(error: unknown): void;
  /** The broker no longer has, or not yet has, what was asked for. */
  outOfRange(feeds: readonly Feed[]): Promise<void>;
}

type Request = Parameters<BatchReader['fetchBatches']>[0];
type Topics = Awaited<ReturnType<BatchReader['metadata']>>['topics'];

const maxDelayMillis = 5000;
/** Beyond what the broker may hold a request. */
const graceMillis = 500;
/** Unknown to the broker that is asked: it must not check that it and we know the same leader. */
const anyEpoch = -1;

/** Long-polls each broker for the partitions that it leads and that have room, one request a broker. */
export class Fetcher {
  readonly #client: BatchReader;
  readonly #limits: FetchLimits;
  readonly #owner: FetchOwner;
  readonly #busy = new Set<number>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #failures = 0;
  #planning = false;
  #planAgain = false;

  constructor(client: BatchReader, limits: FetchLimits, owner: FetchOwner) {
    this.#client = client;
    this.#limits = limits;
    this.#owner = owner;
  }

  /** No further request; resolves when the ones in flight are answered, or soon after where nobody answers. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const answered = new AbortController();
    const patience = pause(this.#limits.maxWaitMillis + graceMillis, answered.signal);
    await Promise.race([Promise.all(this.#inFlight), patience]);
    answered.abort();
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
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
    const hungry = [...this.#owner.feeds()].filter((feed) => feed.hungry);
    if (hungry.length === 0) return;
    try {
      const topics = await this.#topics();
      for (const [node, feeds] of this.#groupByLeader(topics, hungry)) {
        if (!this.#busy.has(node) && !this.#stopped) this.#track(this.#fetchFrom(node, topics, feeds));
      }
    } catch (error) {
      await this.#failed(error);
      this.#planAgain = true;
    }
  }

  #track(fetching: Promise<void>): void {
    this.#inFlight.add(fetching);
    fetching.finally(() => this.#inFlight.delete(fetching));
  }

  async #topics(): Promise<Topics> {
    return (await this.#client.metadata({ topics: this.#client.topics.current })).topics;
  }

  #groupByLeader(topics: Topics, feeds: readonly Feed[]): Map<number, Feed[]> {
    const leaderOf = (feed: Feed) => topics.get(feed.topic)?.partitions[feed.partition]?.leader ?? -1;
    const byLeader = Map.groupBy(feeds, leaderOf);
    const leaderless = byLeader.get(-1);
    if (!leaderless) return byLeader;
    // Asked again, the brokers name the new leader as soon as there is one.
    this.#client.clearMetadata();
    byLeader.delete(-1);
    if (byLeader.size === 0) throw new Error(`${leaderless[0]?.name} has no leader`);
    return byLeader;
  }

  async #fetchFrom(node: number, topics: Topics, feeds: readonly Feed[]): Promise<void> {
    this.#busy.add(node);
    const asked = new Map(feeds.map((feed) => [feed, feed.offset]));
    try {
      const response = await this.#client.fetchBatches(this.#request(node, topics, feeds));
      this.#failures = 0;
      this.#distribute(topics, response, asked);
      this.#owner.fetched();
    } catch (error) {
      await this.#handleFailure(error, feeds);
    } finally {
      this.#busy.delete(node);
      this.poke();
    }
  }

  #request(node: number, topics: Topics, feeds: readonly Feed[]): Request {
    const wanted = feeds.map(({ topic, partition, offset: fetchOffset }) => {
      const partitionMaxBytes = this.#limits.maxBytesPerPartition;
      const epochs = { currentLeaderEpoch: anyEpoch, lastFetchedEpoch: anyEpoch };
      return {
        topicId: topics.get(topic)?.id ?? '',
        partitions: [{ partition, fetchOffset, partitionMaxBytes, ...epochs }],
      };
    });
    const { maxBytes, maxWaitMillis } = this.#limits;
    return { node, topics: wanted, minBytes: 1, maxBytes, maxWaitTime: maxWaitMillis };
  }

  #distribute(topics: Topics, response: FetchedTopics, asked: ReadonlyMap<Feed, bigint>): void {
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
    if (!hasBrokerError(error, 'OFFSET_OUT_OF_RANGE')) return this.#failed(error);
    await this.#owner.outOfRange(feeds).catch((reason: unknown) => this.#failed(reason));
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#stopped) return;
    this.#client.clearMetadata();
    this.#failures += 1;
    this.#owner.failed(error);
    await pause(backOffMillis(this.#failures, undefined, maxDelayMillis), this.#stop.signal);
  }
}
