import { ListOffsetTimestamps } from '@platformatic/kafka';
import type { Batch, Feed } from './feed.ts';
import type { KafkaClient, Membership } from './membership.ts';
import { type Position, partitionName, type TopicPartition } from './records.ts';

export type Beginning = 'earliest' | 'latest';

/** Positions that a service keeps itself; a partition that is left out has none. */
export type PositionsKept = (partitions: readonly TopicPartition[]) => Promise<readonly Position[]>;

export interface PositionOptions {
  readonly kept: 'group' | 'none' | PositionsKept;
  /** Where a partition without a position begins. */
  readonly beginning: Beginning;
}

const byTopic = (places: readonly TopicPartition[]): Record<string, number[]> =>
  Object.fromEntries(
    [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, group]) => [
      topic,
      group.map(({ partition }) => partition),
    ]),
  );

/** The first or the end offset of partitions, in the order given. */
async function bounds(
  client: KafkaClient,
  places: readonly TopicPartition[],
  beginning: Beginning,
): Promise<readonly Position[]> {
  const partitions = byTopic(places);
  const timestamp = beginning === 'earliest' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST;
  const offsets = await client.listOffsets({ topics: Object.keys(partitions), partitions, timestamp });
  return places.map(({ topic, partition }) => ({ topic, partition, offset: offsets.get(topic)?.[partition] ?? 0n }));
}

/** What the group committed to Kafka; partitions without a commit are left out. */
async function committed(client: KafkaClient, places: readonly TopicPartition[]): Promise<readonly Position[]> {
  const topics = Object.entries(byTopic(places)).map(([topic, partitions]) => ({ topic, partitions }));
  const offsets = await client.listCommittedOffsets({ topics });
  return places.flatMap(({ topic, partition }) => {
    const offset = offsets.get(topic)?.[partition];
    return offset === undefined || offset < 0n ? [] : [{ topic, partition, offset }];
  });
}

/** Where the partitions of one membership are read from. */
export class Positions {
  readonly #membership: Membership;
  readonly #options: PositionOptions;

  constructor(membership: Membership, options: PositionOptions) {
    this.#membership = membership;
    this.#options = options;
  }

  async of(places: readonly TopicPartition[]): Promise<readonly Position[]> {
    const known = new Map((await this.#kept(places)).map((position) => [partitionName(position), position]));
    const unknown = places.filter((place) => !known.has(partitionName(place)));
    const begin = unknown.length > 0 ? await bounds(this.#membership.reader, unknown, this.#options.beginning) : [];
    return [...places.flatMap((place) => known.get(partitionName(place)) ?? []), ...begin];
  }

  /** Where to read again after a failure: what is stored, or `fallback` where nothing is. */
  async again(place: TopicPartition, fallback: bigint): Promise<bigint> {
    const [position] = await this.#kept([place]);
    return position?.offset ?? fallback;
  }

  /** Kafka's own positions are stored here; the others are the service's. */
  async store({ topic, partition, nextOffset }: Batch): Promise<void> {
    if (this.#options.kept === 'group') await this.tell([{ topic, partition, offset: nextOffset }]);
  }

  /** The coordinator takes it from the members of the newest generation only. */
  async tell(positions: readonly Position[]): Promise<void> {
    await this.#membership.group.commit({ offsets: positions.map((position) => ({ ...position, leaderEpoch: -1 })) });
  }

  /** The feeds whose position the topic does not have, each with the offset to go on from: the oldest there is. */
  async outside(feeds: readonly Feed[]): Promise<readonly { feed: Feed; oldest: bigint; end: bigint }[]> {
    const { reader } = this.#membership;
    const [oldest, newest] = [await bounds(reader, feeds, 'earliest'), await bounds(reader, feeds, 'latest')];
    return feeds
      .map((feed, index) => ({ feed, oldest: oldest[index]?.offset ?? 0n, end: newest[index]?.offset ?? 0n }))
      .filter((one) => one.feed.offset < one.oldest || one.feed.offset > one.end);
  }

  async #kept(places: readonly TopicPartition[]): Promise<readonly Position[]> {
    const { kept } = this.#options;
    if (kept === 'none') return [];
    return kept === 'group' ? committed(this.#membership.group, places) : kept(places);
  }
}
