import {
  Admin,
  type Consumer,
  Consumer as KafkaConsumer,
  type Message,
  Producer,
  ProtocolError,
} from '@platformatic/kafka';
import {
  allCodecs,
  type ConsumerOptions,
  Inbox,
  type IncomingRecord,
  type OutgoingRecord,
  type ProducerOptions,
  type SendOptions,
  type Session,
  type TestClient,
  type TestConsumer,
  type TestProducer,
  type TestTransaction,
} from './client.ts';

const topicResource = 2;
const readCommitted = 1;
const readUncommitted = 0;
const questions = { earliest: -2n, latest: -1n } as const;
/** The client claims producer 0 unless it is told that it has none. */
const noProducer = { producerId: -1n, producerEpoch: -1 };
const attempts = { retries: 3, retryDelay: 100 };

const _bytesOf = (text: string | null): Buffer | undefined => (text === null ? undefined : Buffer.from(text));
const textOf = (bytes: Buffer | null | undefined): string | null => bytes?.toString() ?? null;

const messagesOf = (topic: string, records: readonly OutgoingRecord[]) =>
  records.map((record) => ({
    topic,
    ...(record.partition !== undefined && { partition: record.partition }),
    ...(record.key !== null && { key: Buffer.from(record.key) }),
    ...(record.value !== null && { value: Buffer.from(record.value) }),
    ...(record.timestampMillis !== undefined && { timestamp: BigInt(record.timestampMillis) }),
    headers: new Map(
      Object.entries(record.headers ?? {}).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]),
    ),
  }));

/** The client's own message of a record, which it wants back for offsets of transactions. */
const originals = new WeakMap<IncomingRecord, Message>();

const recordOf = (message: Message): IncomingRecord => {
  const record = {
    topic: message.topic,
    partition: message.partition,
    offset: Number(message.offset),
    key: textOf(message.key),
    value: textOf(message.value),
    headers: Object.fromEntries([...message.headers].map(([name, value]) => [name.toString(), value.toString()])),
    timestampMillis: Number(message.timestamp),
  };
  originals.set(record, message);
  return record;
};

const consumersOf = new WeakMap<TestConsumer, Consumer>();

type Transaction = Awaited<ReturnType<Producer['beginTransaction']>>;

const transactionOf = (transaction: Transaction): TestTransaction => ({
  send: async (topic, records) => {
    await transaction.send({ messages: messagesOf(topic, records) });
  },
  sendOffset: async (consumer, record) => {
    const [owner, message] = [consumersOf.get(consumer), originals.get(record)];
    if (owner === undefined || message === undefined) throw new Error('the record is of another client');
    await transaction.addConsumer(owner);
    await transaction.addOffset(message);
  },
  commit: () => transaction.commit(),
  abort: () => transaction.abort(),
});

const openProducer = (bootstrapBrokers: string[], options: ProducerOptions): TestProducer => {
  const { transactionalId, transactionTimeoutMillis } = options;
  const producer = new Producer({
    clientId: 'conformance-producer',
    bootstrapBrokers,
    ...attempts,
    ...(options.isIdempotent && { idempotent: true }),
    ...(transactionalId && { idempotent: true, transactionalId, ...noProducer }),
    ...(transactionTimeoutMillis && { timeout: transactionTimeoutMillis }),
  });
  return {
    send: async (topic, records, { codec = 'none', acks = -1 }: SendOptions = {}) => {
      const messages = messagesOf(topic, records);
      const { offsets = [] } = await producer.send({ messages, compression: codec, acks });
      return offsets.map(({ partition, offset }) => ({ partition, baseOffset: Number(offset) }));
    },
    begin: async () => transactionOf(await producer.beginTransaction()),
    close: () => producer.close(),
  };
};

const openConsumer = async (bootstrapBrokers: string[], options: ConsumerOptions): Promise<TestConsumer> => {
  const sessionTimeout = options.sessionTimeoutMillis ?? 10_000;
  const consumer = new KafkaConsumer({
    clientId: 'conformance-consumer',
    groupId: options.groupId,
    bootstrapBrokers,
    ...attempts,
    sessionTimeout,
    rebalanceTimeout: Math.max(sessionTimeout, 10_000),
    heartbeatInterval: Math.min(300, sessionTimeout / 3),
    maxWaitTime: options.maxWaitMillis ?? 300,
    isolationLevel: options.isCommittedOnly ? readCommitted : readUncommitted,
    ...(options.instanceId && { groupInstanceId: options.instanceId }),
  });
  const stream = await consumer.consume({
    topics: [...options.topics],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: false,
  });
  const inbox = new Inbox();
  stream.on('data', (message) => inbox.push(recordOf(message)));
  stream.on('error', () => undefined);
  const self: TestConsumer = {
    groupId: options.groupId,
    received: inbox.received,
    get assigned() {
      const owned = consumer.assignments ?? [];
      return owned.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}/${partition}`));
    },
    until: (isEnough) => inbox.until(isEnough),
    commit: (record) =>
      consumer.commit({
        offsets: [
          { topic: record.topic, partition: record.partition, offset: BigInt(record.offset + 1), leaderEpoch: 0 },
        ],
      }),
    close: () => consumer.close(true),
  };
  consumersOf.set(self, consumer);
  return self;
};

const openSession = (port: number): Session => {
  const bootstrapBrokers = [`127.0.0.1:${port}`];
  const admin = new Admin({ clientId: 'conformance-admin', bootstrapBrokers, ...attempts });
  return {
    createTopic: async (name, partitions, config = {}) => {
      const configs = Object.entries(config).map(([key, value]) => ({ name: key, value }));
      await admin.createTopics({ topics: [name], partitions, replicas: 1, configs });
    },
    deleteTopic: (name) => admin.deleteTopics({ topics: [name] }),
    topics: () => admin.listTopics(),
    addPartitions: (name, count) => admin.createPartitions({ topics: [{ name, count, assignments: null }] }),
    deleteRecords: async (name, partition, before) => {
      await admin.deleteRecords({ topics: [{ name, partitions: [{ partition, offset: BigInt(before) }] }] });
    },
    topicConfig: async (resourceName) => {
      const [found] = await admin.describeConfigs({ resources: [{ resourceType: topicResource, resourceName }] });
      return Object.fromEntries(found?.configs.map(({ name, value }) => [name, value ?? null]) ?? []);
    },
    offset: async (name, partitionIndex, at) => {
      const timestamp = typeof at === 'number' ? BigInt(at) : questions[at];
      const [found] = await admin.listOffsets({ topics: [{ name, partitions: [{ partitionIndex, timestamp }] }] });
      return Number(found?.partitions[0]?.offset);
    },
    committed: async (groupId, name, partition) => {
      const topics = [{ name, partitionIndexes: [partition] }];
      const [found] = await admin.listConsumerGroupOffsets({ groups: [{ groupId, topics }] });
      return Number(found?.topics[0]?.partitions[0]?.committedOffset ?? -1);
    },
    groups: async () => [...(await admin.listGroups()).keys()],
    groupState: async (groupId) => (await admin.describeGroups({ groups: [groupId] })).get(groupId)?.state ?? 'unknown',
    deleteGroup: (groupId) => admin.deleteGroups({ groups: [groupId] }),
    producer: async (options = {}) => openProducer(bootstrapBrokers, options),
    consumer: (options) => openConsumer(bootstrapBrokers, options),
    close: () => admin.close(),
  };
};

/** Errors come as trees: of attempts, of partitions. */
const namesIn = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  // The client looks topics up itself and has a sentence of its own for one that the metadata lacks.
  const isUnknownTopic = error.message.startsWith('Unknown topic');
  const own =
    error instanceof ProtocolError ? [String(error.apiId)] : isUnknownTopic ? ['UNKNOWN_TOPIC_OR_PARTITION'] : [];
  const children = error instanceof AggregateError ? error.errors : [];
  return [...own, ...[...children, error.cause].flatMap(namesIn)];
};

export const platformatic: TestClient = {
  name: '@platformatic/kafka',
  codecs: allCodecs,
  hasStaticMembers: true,
  open: async (port) => openSession(port),
  // What went wrong with single records has no code of its own; that of the partition follows.
  errorName: (error) => namesIn(error).find((name) => name !== 'UNKNOWN_SERVER_ERROR'),
};
