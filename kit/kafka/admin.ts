import { Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import type { Telemetry } from '../telemetry/index.ts';
import { brokerUnavailable, clientOptions, hasBrokerError, type KafkaConnection } from './connection.ts';
import type { Position } from './records.ts';

export interface TopicSpecification {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config?: Readonly<Record<string, string>>;
}

export interface KafkaAdmin {
  /** The offset after the last record of every partition. */
  endOffsets(topics: readonly string[]): Promise<readonly Position[]>;
  /** What a group committed to Kafka. */
  groupPositions(group: string, topics: readonly string[]): Promise<readonly Position[]>;
  /** Records behind, per partition, of a group or of positions kept elsewhere; a partition without one counts whole. */
  lag(topics: readonly string[], of: { group: string } | { positions: readonly Position[] }): Promise<readonly Lag[]>;
  /** Creates the topics that do not exist. */
  ensureTopics(topics: readonly TopicSpecification[]): Promise<void>;
  check(): Promise<unknown>;
  stop(): Promise<void>;
}

export interface Lag extends Position {
  readonly endOffset: bigint;
  readonly lag: bigint;
}

async function offsetsOf(client: Admin, topics: readonly string[], timestamp: bigint): Promise<readonly Position[]> {
  const metadata = await client.metadata({ topics: [...topics] });
  const requests = [...metadata.topics].map(([name, { partitionsCount }]) => ({
    name,
    partitions: Array.from({ length: partitionsCount }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
  }));
  const listed = await client.listOffsets({ topics: requests });
  return listed.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, offset }) => ({ topic: name, partition: partitionIndex, offset })),
  );
}

async function committedOf(client: Admin, group: string, topics: readonly string[]): Promise<readonly Position[]> {
  const groups = await client.listConsumerGroupOffsets({ groups: [group] });
  const wanted = new Set(topics);
  return groups
    .flatMap((one) => one.topics)
    .filter(({ name }) => wanted.has(name))
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset }) => ({
        topic: name,
        partition: partitionIndex,
        offset: committedOffset,
      })),
    )
    .filter(({ offset }) => offset >= 0n);
}

/** Pairs each partition's end with its position; both lists are small. */
function lagBetween(ends: readonly Position[], begins: readonly Position[], positions: readonly Position[]): Lag[] {
  const find = (list: readonly Position[], end: Position) =>
    list.find(({ topic, partition }) => topic === end.topic && partition === end.partition)?.offset;
  return ends.map((end) => {
    const offset = find(positions, end) ?? find(begins, end) ?? 0n;
    const behind = end.offset - offset;
    return {
      topic: end.topic,
      partition: end.partition,
      offset,
      endOffset: end.offset,
      lag: behind > 0n ? behind : 0n,
    };
  });
}

async function createTopic(client: Admin, { topic, partitions, replicas, config = {} }: TopicSpecification) {
  const configs = Object.entries(config).map(([name, value]) => ({ name, value }));
  try {
    await client.createTopics({ topics: [topic], partitions, replicas, configs });
  } catch (error) {
    if (!hasBrokerError(error, 'TOPIC_ALREADY_EXISTS')) throw error;
  }
}

/** Looks at topics and groups. Errors: BROKER_UNAVAILABLE. */
export function createKafkaAdmin(telemetry: Telemetry, connection: KafkaConnection): KafkaAdmin {
  const client = new Admin(clientOptions(telemetry, connection));
  const ask = async <T>(what: string, question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      throw brokerUnavailable(what, error);
    }
  };
  const positionsAt = (topics: readonly string[], timestamp: bigint) =>
    ask('Offsets cannot be listed', () => offsetsOf(client, topics, timestamp));
  const groupPositions = (group: string, topics: readonly string[]) =>
    ask(`The positions of ${group} cannot be listed`, () => committedOf(client, group, topics));
  return {
    endOffsets: (topics) => positionsAt(topics, ListOffsetTimestamps.LATEST),
    groupPositions,
    lag: async (topics, of) => {
      const ends = await positionsAt(topics, ListOffsetTimestamps.LATEST);
      const begins = await positionsAt(topics, ListOffsetTimestamps.EARLIEST);
      return lagBetween(ends, begins, 'group' in of ? await groupPositions(of.group, topics) : of.positions);
    },
    ensureTopics: (topics) =>
      ask('Topics cannot be created', async () => {
        for (const topic of topics) await createTopic(client, topic);
      }),
    check: async () => ({ brokers: (await client.metadata({ topics: [], forceUpdate: true })).brokers.size }),
    stop: () => client.close(),
  };
}
