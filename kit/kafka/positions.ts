import { ListOffsetTimestamps } from '@platformatic/kafka';
import type { Batch } from './feed.ts';
import type { KafkaClient } from './membership.ts';
import type { Position, TopicPartition } from './records.ts';

export type Beginning = 'earliest' | 'latest';

const byTopic = (places: readonly TopicPartition[]) =>
  Object.fromEntries(
    [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, group]) => [
      topic,
      group.map(({ partition }) => partition),
    ]),
  );

/** The first or the end offset of partitions, in the order given. */
export async function topicBounds(
  client: Pick<KafkaClient, 'listOffsets'>,
  places: readonly TopicPartition[],
  beginning: Beginning,
): Promise<readonly Position[]> {
  const partitions = byTopic(places);
  const timestamp = beginning === 'earliest' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST;
  const offsets = await client.listOffsets({ topics: Object.keys(partitions), partitions, timestamp });
  return places.map(({ topic, partition }) => ({ topic, partition, offset: offsets.get(topic)?.[partition] ?? 0n }));
}

/** What the group committed to Kafka; partitions without a commit are left out. */
export async function committedPositions(
  client: KafkaClient,
  places: readonly TopicPartition[],
): Promise<readonly Position[]> {
  const topics = Object.entries(byTopic(places)).map(([topic, partitions]) => ({ topic, partitions }));
  const committed = await client.listCommittedOffsets({ topics });
  return places.flatMap(({ topic, partition }) => {
    const offset = committed.get(topic)?.[partition];
    return offset === undefined || offset < 0n ? [] : [{ topic, partition, offset }];
  });
}

export async function storeCommitted(client: KafkaClient, batch: Batch): Promise<void> {
  const { topic, partition, nextOffset } = batch;
  await client.commit({ offsets: [{ topic, partition, offset: nextOffset, leaderEpoch: -1 }] });
}
