import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import library, { type Consumer, type Kafka as KafkaClient, type Producer } from 'kafkajs';
import {
  type Codec,
  type ConsumerOptions,
  Inbox,
  type OutgoingRecord,
  type ProducerOptions,
  type SendOptions,
  type Session,
  type TestClient,
  type TestConsumer,
  type TestProducer,
} from './client.ts';

/** A CommonJS module: Node finds no names in it, only the whole. */
const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel } = library;

/** kafkajs brings gzip; other codecs are put in by its users. */
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  decompress: async (bytes: Buffer) => zstdDecompressSync(bytes),
});

const codecs = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  zstd: CompressionTypes.ZSTD,
} as const satisfies Partial<Record<Codec, number>>;

const isSupported = (codec: Codec): codec is keyof typeof codecs => codec in codecs;

const messagesOf = (records: readonly OutgoingRecord[]) =>
  records.map(({ partition, key, value, headers, timestampMillis }) => ({
    key,
    value,
    ...(partition !== undefined && { partition }),
    ...(headers !== undefined && { headers: { ...headers } }),
    ...(timestampMillis !== undefined && { timestamp: String(timestampMillis) }),
  }));

const producerOf = (producer: Producer): TestProducer => ({
  send: async (topic, records, { codec = 'none', acks = -1 }: SendOptions = {}) => {
    if (!isSupported(codec)) throw new Error(`kafkajs has no ${codec}`);
    const sent = await producer.send({ topic, messages: messagesOf(records), acks, compression: codecs[codec] });
    return sent.map(({ partition, baseOffset }) => ({ partition, baseOffset: Number(baseOffset) }));
  },
  begin: async () => {
    const transaction = await producer.transaction();
    return {
      send: async (topic, records) => {
        await transaction.send({ topic, messages: messagesOf(records) });
      },
      sendOffset: (consumer, { topic, partition, offset }) =>
        transaction.sendOffsets({
          consumerGroupId: consumer.groupId,
          topics: [{ topic, partitions: [{ partition, offset: String(offset + 1) }] }],
        }),
      commit: () => transaction.commit(),
      abort: () => transaction.abort(),
    };
  },
  close: () => producer.disconnect(),
});

const openProducer = async (kafka: KafkaClient, options: ProducerOptions): Promise<TestProducer> => {
  const { transactionalId, transactionTimeoutMillis, isIdempotent } = options;
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    ...((isIdempotent || transactionalId) && { idempotent: true, maxInFlightRequests: 1 }),
    ...(transactionalId && { transactionalId }),
    ...(transactionTimeoutMillis && { transactionTimeout: transactionTimeoutMillis }),
  });
  await producer.connect();
  return producerOf(producer);
};

const consumerOf = async (consumer: Consumer, options: ConsumerOptions): Promise<TestConsumer> => {
  const inbox = new Inbox();
  let assigned: string[] = [];
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => `${topic}/${partition}`),
      );
      resolve();
    });
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) =>
      inbox.push({
        topic,
        partition,
        offset: Number(message.offset),
        key: message.key?.toString() ?? null,
        value: message.value?.toString() ?? null,
        headers: Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
        ),
        timestampMillis: Number(message.timestamp),
      }),
  });
  await joined;
  return {
    groupId: options.groupId,
    received: inbox.received,
    get assigned() {
      return assigned;
    },
    until: (isEnough) => inbox.until(isEnough),
    commit: ({ topic, partition, offset }) =>
      consumer.commitOffsets([{ topic, partition, offset: String(offset + 1) }]),
    close: () => consumer.disconnect(),
  };
};

type Admin = ReturnType<KafkaClient['admin']>;

const topicsOf = (admin: Admin) => ({
  createTopic: async (topic: string, numPartitions: number, config: Readonly<Record<string, string>> = {}) => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    const wanted = { topic, numPartitions, replicationFactor: 1, configEntries };
    await admin.createTopics({ topics: [wanted], waitForLeaders: false });
  },
  deleteTopic: (topic: string) => admin.deleteTopics({ topics: [topic] }),
  topics: () => admin.listTopics(),
  addPartitions: async (topic: string, count: number) => {
    await admin.createPartitions({ topicPartitions: [{ topic, count }] });
  },
  deleteRecords: async (topic: string, partition: number, before: number) => {
    // The client looks for leaders before it has asked for metadata; any other question makes it ask.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
  },
  topicConfig: async (name: string) => {
    const resources = [{ type: ConfigResourceTypes.TOPIC, name }];
    const [found] = (await admin.describeConfigs({ resources, includeSynonyms: false })).resources;
    return Object.fromEntries(found?.configEntries.map((entry) => [entry.configName, entry.configValue]) ?? []);
  },
});

const offsetsOf = (admin: Admin) => ({
  offset: async (topic: string, partition: number, at: 'earliest' | 'latest' | number) => {
    const all = await (typeof at === 'number'
      ? admin.fetchTopicOffsetsByTimestamp(topic, at)
      : admin.fetchTopicOffsets(topic));
    const found = all.find((entry) => entry.partition === partition);
    if (found === undefined) return Number.NaN;
    return Number(at === 'earliest' && 'low' in found ? found.low : found.offset);
  },
  committed: async (groupId: string, topic: string, partition: number) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return Number(found?.partitions.find((entry) => entry.partition === partition)?.offset ?? -1);
  },
  groups: async () => (await admin.listGroups()).groups.map(({ groupId }) => groupId),
  groupState: async (groupId: string) => (await admin.describeGroups([groupId])).groups[0]?.state ?? 'unknown',
  deleteGroup: async (groupId: string) => {
    await admin.deleteGroups([groupId]);
  },
});

const consumerOptions = (options: ConsumerOptions) => {
  const sessionTimeout = options.sessionTimeoutMillis ?? 10_000;
  return {
    groupId: options.groupId,
    sessionTimeout,
    rebalanceTimeout: Math.max(sessionTimeout, 10_000),
    heartbeatInterval: Math.min(300, sessionTimeout / 3),
    maxWaitTimeInMs: options.maxWaitMillis ?? 300,
    readUncommitted: !options.isCommittedOnly,
    allowAutoTopicCreation: false,
  };
};

const openSession = async (port: number): Promise<Session> => {
  const kafka = new Kafka({
    clientId: 'conformance',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 4, initialRetryTime: 100 },
  });
  const admin = kafka.admin();
  await admin.connect();
  return {
    ...topicsOf(admin),
    ...offsetsOf(admin),
    producer: (options = {}) => openProducer(kafka, options),
    consumer: (options) => consumerOf(kafka.consumer(consumerOptions(options)), options),
    close: () => admin.disconnect(),
  };
};

/** Errors of attempts are kept as causes, those of groups as a list. */
const namesIn = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  const own = 'type' in error && typeof error.type === 'string' ? [error.type] : [];
  const listed = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const groups = 'groups' in error && Array.isArray(error.groups) ? error.groups.map((group) => group.error) : [];
  return [...own, ...[...listed, ...groups, error.cause].flatMap(namesIn)];
};

export const kafkajs: TestClient = {
  name: 'kafkajs',
  codecs: ['none', 'gzip', 'zstd'],
  hasStaticMembers: false,
  open: openSession,
  errorName: (error) => namesIn(error)[0],
};
