import { errors } from '../errors.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics } from '../telemetry/metrics.ts';
import { traceHeaders } from '../telemetry/tracing.ts';
import { BatchProducer } from './batch-producer.ts';
import { brokerUnavailable, clientOptions, type KafkaConnection } from './connection.ts';
import { type Delivery, type LaneLimits, type Pending, TopicLane } from './lane.ts';
import { kafkaMetrics } from './metrics.ts';
import { murmur2 } from './murmur2.ts';
import { type PublishedRecord, recordBytes } from './open-batch.ts';
import { encodeHeaders, RecordBatch } from './record-batch.ts';
import { TopicStream } from './topic-stream.ts';

export interface OutgoingMessage {
  readonly topic: string;
  /** Records of one key stay in order; without one they are spread over the partitions. */
  readonly key?: string | Buffer | null;
  /** null is a tombstone on a compacted topic. */
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface ProducerOptions {
  readonly connection: KafkaConnection;
  /** The longest that `send` waits for durability before it rejects with BROKER_UNAVAILABLE. */
  readonly deliveryTimeoutMillis?: number;
  /** Above either, `send` rejects at once with BUFFER_FULL. */
  readonly maxBufferedMessages?: number;
  readonly maxBufferedBytes?: number;
  /** The topics' max.message.bytes, less what a record batch adds. */
  readonly maxMessageBytes?: number;
}

export interface Producer {
  /**
   * Resolves with the place of every message, in the order given, once all in-sync replicas have them.
   * Errors: BROKER_UNAVAILABLE (some may be stored nevertheless; sending again may store them twice),
   * BUFFER_FULL and MESSAGE_TOO_LARGE (nothing was sent).
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly RecordPosition[]>;
  /**
   * `send` for many records of one topic whose places nobody asks for, at a third of the cost. Callers whose records go
   * out in one request succeed and fail together. Errors: as `send`.
   */
  publish(topic: string, records: readonly PublishedRecord[]): Promise<void>;
  readonly bufferedMessages: number;
  check(): Promise<unknown>;
  /** Waits until everything accepted is durable or failed, then closes. */
  stop(): Promise<void>;
}

const defaults = {
  deliveryTimeoutMillis: 15_000,
  maxBufferedMessages: 50_000,
  maxBufferedBytes: 64 * 1024 * 1024,
  maxMessageBytes: 1_000_000,
} as const;

/** What a record costs beside its key and value, at most; its headers are added. */
const recordOverheadBytes = 70;

const bytesOf = (key: string | Buffer | null | undefined): Buffer | undefined =>
  typeof key === 'string' ? Buffer.from(key) : (key ?? undefined);

/** The Java client's partitioner: other languages find the same partition for a key. */
const partitionHash = (key: Buffer): number => murmur2(key) & 0x7fffffff;

type Prepared = Omit<Pending, 'delivery' | 'index'>;

class BufferedProducer implements Producer {
  readonly #client: BatchProducer;
  readonly #limits: Required<Omit<ProducerOptions, 'connection'>>;
  readonly #lanes = new Map<string, TopicLane>();
  readonly #streams = new Map<string, TopicStream>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #metrics;
  readonly #laneLimits: LaneLimits;
  #bufferedMessages = 0;
  #bufferedBytes = 0;
  #spread = 0;
  #stopping = false;

  constructor(telemetry: Telemetry, options: ProducerOptions) {
    this.#limits = { ...defaults, ...options };
    this.#metrics = defineMetrics(telemetry.registry, kafkaMetrics);
    this.#laneLimits = { maxBatchBytes: this.#limits.maxMessageBytes };
    this.#client = new BatchProducer(clientOptions(telemetry, options.connection));
  }

  get bufferedMessages(): number {
    return this.#bufferedMessages;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly RecordPosition[]> {
    if (messages.length === 0) return [];
    const trace = traceHeaders();
    const traceOnly = encodeHeaders(trace);
    const prepared = messages.map((message) => {
      const headers = message.headers ? encodeHeaders({ ...trace, ...message.headers }) : traceOnly;
      return this.#prepare(message, headers);
    });
    this.#admit(prepared);
    return this.#deliver(prepared);
  }

  async publish(topic: string, records: readonly PublishedRecord[]): Promise<void> {
    if (records.length === 0) return;
    const headers = encodeHeaders(traceHeaders());
    const sizes = records.map((record) => ({ topic, bytes: recordBytes(record, headers) }));
    this.#admit(sizes);
    const bytes = sizes.reduce((sum, one) => sum + one.bytes, 0);
    this.#bufferedBytes += bytes;
    this.#bufferedMessages += records.length;
    this.#metrics.kafka_producer_buffered_messages.set(this.#bufferedMessages);
    await this.#within(this.#stream(topic).add(records, headers, bytes), records.length);
  }

  async check(): Promise<unknown> {
    const { brokers } = await this.#client.metadata({ topics: [], forceUpdate: true, retries: 0 });
    return { brokers: brokers.size, bufferedMessages: this.#bufferedMessages };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#lanes.values(), ...this.#streams.values()].map((way) => way.idle()));
    await this.#client.close();
  }

  /** Text stays text until it is written into its batch: one copy of it, and no buffer for every message. */
  #prepare({ topic, key: name, value: content }: OutgoingMessage, headers: Buffer): Prepared {
    const key = bytesOf(name);
    const value = content ?? undefined;
    const valueBytes = value === undefined ? 0 : Buffer.byteLength(value);
    this.#spread = (this.#spread + 1) & 0x7fffffff;
    const hash = key ? partitionHash(key) : this.#spread;
    const bytes = recordOverheadBytes + (key?.length ?? 0) + valueBytes + headers.length;
    return { topic, key, value, valueBytes, headers, hash, bytes };
  }

  #admit(prepared: readonly Pick<Prepared, 'topic' | 'bytes'>[]): void {
    if (this.#stopping) throw errors.STOPPING({ detail: 'The producer is stopping and takes no more messages.' });
    const { maxMessageBytes, maxBufferedMessages, maxBufferedBytes } = this.#limits;
    const large = prepared.find(({ bytes }) => bytes > maxMessageBytes);
    if (large) {
      const detail = `A message for ${large.topic} has ${large.bytes} bytes; at most ${maxMessageBytes} are taken.`;
      throw errors.MESSAGE_TOO_LARGE({ detail });
    }
    const bytes = prepared.reduce((sum, message) => sum + message.bytes, 0);
    const full =
      this.#bufferedMessages + prepared.length > maxBufferedMessages || this.#bufferedBytes + bytes > maxBufferedBytes;
    if (full) {
      const detail = `${this.#bufferedMessages} messages (${this.#bufferedBytes} bytes) already wait for the brokers.`;
      throw errors.BUFFER_FULL({ detail });
    }
  }

  #deliver(prepared: readonly Prepared[]): Promise<readonly RecordPosition[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly RecordPosition[]>();
    const delivery: Delivery = { positions: [], remaining: prepared.length, settled: false, resolve, reject };
    const timeout = this.#limits.deliveryTimeoutMillis;
    const timer = setTimeout(() => {
      delivery.settled = true;
      const detail = `${delivery.remaining} of ${prepared.length} messages were not durable within ${timeout} ms.`;
      reject(errors.BROKER_UNAVAILABLE({ detail }));
    }, timeout);
    prepared.forEach(({ topic, key, value, valueBytes, headers, hash, bytes }, index) => {
      this.#bufferedBytes += bytes;
      this.#lane(topic).push({ topic, key, value, valueBytes, headers, hash, bytes, delivery, index });
    });
    this.#bufferedMessages += prepared.length;
    this.#metrics.kafka_producer_buffered_messages.set(this.#bufferedMessages);
    return promise.finally(() => clearTimeout(timer));
  }

  #release({ bytes }: Pending): void {
    this.#bufferedBytes -= bytes;
    this.#bufferedMessages -= 1;
  }

  #lane(topic: string): TopicLane {
    const existing = this.#lanes.get(topic);
    if (existing) return existing;
    const lane = new TopicLane(this.#laneLimits, {
      write: (batch) => this.#write(topic, batch.length, () => this.#produce(topic, batch)),
      done: (message) => this.#release(message),
    });
    this.#lanes.set(topic, lane);
    return lane;
  }

  #stream(topic: string): TopicStream {
    const existing = this.#streams.get(topic);
    if (existing) return existing;
    const stream = new TopicStream(this.#limits.maxMessageBytes, {
      partitions: () => this.#partitions(topic),
      write: (batches, records) =>
        this.#write(topic, records, async () => void (await this.#client.sendBatches(topic, batches))),
      done: (records, bytes) => {
        this.#bufferedMessages -= records;
        this.#bufferedBytes -= bytes;
      },
    });
    this.#streams.set(topic, stream);
    return stream;
  }

  /** Rejects when it takes longer than a delivery may. */
  async #within(delivery: Promise<void>, records: number): Promise<void> {
    const timeout = this.#limits.deliveryTimeoutMillis;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const detail = `${records} messages were not durable within ${timeout} ms.`;
      reject(errors.BROKER_UNAVAILABLE({ detail }));
    }, timeout);
    await Promise.race([delivery, promise]).finally(() => clearTimeout(timer));
  }

  async #write<Result>(topic: string, records: number, produce: () => Promise<Result>): Promise<Result> {
    const observe = this.#metrics.kafka_producer_send_duration_seconds.startTimer({ topic });
    try {
      const result = await this.#inTurn(topic, produce);
      this.#metrics.kafka_producer_messages_total.inc({ topic, outcome: 'durable' }, records);
      return result;
    } catch (error) {
      this.#metrics.kafka_producer_messages_total.inc({ topic, outcome: 'failed' }, records);
      throw brokerUnavailable(`${records} messages were not stored in ${topic}`, error);
    } finally {
      observe();
      // What was just written still counts until its senders have their answer.
      this.#metrics.kafka_producer_buffered_messages.set(this.#bufferedMessages - records);
    }
  }

  /** One request a topic at a time, whichever way its records came. */
  #inTurn<Result>(topic: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(topic) ?? Promise.resolve()).then(work);
    this.#turns.set(
      topic,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #partitions(topic: string): Promise<number> {
    const metadata = await this.#client.metadata({ topics: [topic] });
    return metadata.topics.get(topic)?.partitionsCount ?? 1;
  }

  async #produce(topic: string, batch: readonly Pending[]): Promise<readonly RecordPosition[]> {
    const count = await this.#partitions(topic);
    const partitions = Map.groupBy(batch, ({ hash }) => hash % count);
    const nowMillis = Date.now();
    const batches = [...partitions].map(([partition, records]) => new RecordBatch(partition, records, nowMillis));
    const next = new Map(await this.#client.sendBatches(topic, batches));
    return batch.map(({ hash }) => {
      const partition = hash % count;
      const offset = next.get(partition) ?? -1n;
      next.set(partition, offset + 1n);
      return { topic, partition, offset };
    });
  }
}

/**
 * An idempotent producer with acks from all in-sync replicas and lz4. One request a topic is in flight; what comes
 * meanwhile goes out together as the next one, so order and sequence numbers never depend on timing.
 */
export function createProducer(telemetry: Telemetry, options: ProducerOptions): Producer {
  return new BufferedProducer(telemetry, options);
}
