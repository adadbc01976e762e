import {
  type Producer as Client,
  CompressionAlgorithms,
  Producer as KafkaProducer,
  murmur2,
} from '@platformatic/kafka';
import { errors } from '../errors.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { defineMetrics } from '../telemetry/metrics.ts';
import { traceHeaders } from '../telemetry/tracing.ts';
import { brokerUnavailable, clientOptions, type KafkaConnection } from './connection.ts';
import { type Delivery, type LaneLimits, type Pending, TopicLane } from './lane.ts';
import { kafkaMetrics } from './metrics.ts';

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

const bytesOf = (part: string | Buffer | null | undefined): Buffer | undefined =>
  part === null || part === undefined ? undefined : typeof part === 'string' ? Buffer.from(part) : part;

/** The Java client's partitioner: other languages find the same partition for a key. */
const partitionHash = (key: Buffer): number => murmur2(key) & 0x7fffffff;

function headersOf(own: Readonly<Record<string, string>> | undefined, trace: Readonly<Record<string, string>>) {
  const entries = Object.entries({ ...trace, ...own });
  return new Map(entries.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]));
}

function sizeOf(key: Buffer | undefined, value: Buffer | undefined, headers: Map<Buffer, Buffer>): number {
  let size = recordOverheadBytes + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, text] of headers) size += name.length + text.length + 4;
  return size;
}

/** One shape for nearly all records, and no copy of what a record is made of. */
function recordOf(
  topic: string,
  partition: number,
  { key, value, headers }: Pick<Pending, 'key' | 'value' | 'headers'>,
) {
  if (key && value) return { topic, partition, headers, key, value };
  return { topic, partition, headers, ...(key ? { key } : {}), ...(value ? { value } : {}) };
}

class BufferedProducer implements Producer {
  readonly #client: Client;
  readonly #limits: Required<Omit<ProducerOptions, 'connection'>>;
  readonly #lanes = new Map<string, TopicLane>();
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
    this.#client = new KafkaProducer({
      ...clientOptions(telemetry, options.connection),
      idempotent: true,
      compression: CompressionAlgorithms.LZ4,
      strict: false,
    });
  }

  get bufferedMessages(): number {
    return this.#bufferedMessages;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly RecordPosition[]> {
    if (messages.length === 0) return [];
    const trace = traceHeaders();
    const traceOnly = headersOf(undefined, trace);
    const prepared = messages.map((message) => this.#prepare(message, message.headers ? trace : traceOnly));
    this.#admit(prepared);
    return this.#deliver(prepared);
  }

  async check(): Promise<unknown> {
    const { brokers } = await this.#client.metadata({ topics: [], forceUpdate: true, retries: 0 });
    return { brokers: brokers.size, bufferedMessages: this.#bufferedMessages };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
    await this.#client.close();
  }

  #prepare(
    message: OutgoingMessage,
    trace: Readonly<Record<string, string>> | Map<Buffer, Buffer>,
  ): Omit<Pending, 'delivery' | 'index'> {
    const key = bytesOf(message.key);
    const value = bytesOf(message.value);
    const headers = trace instanceof Map ? trace : headersOf(message.headers, trace);
    this.#spread = (this.#spread + 1) & 0x7fffffff;
    const hash = key ? partitionHash(key) : this.#spread;
    return { topic: message.topic, key, value, headers, hash, bytes: sizeOf(key, value, headers) };
  }

  #admit(prepared: readonly Omit<Pending, 'delivery' | 'index'>[]): void {
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

  #deliver(prepared: readonly Omit<Pending, 'delivery' | 'index'>[]): Promise<readonly RecordPosition[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly RecordPosition[]>();
    const delivery: Delivery = { positions: [], remaining: prepared.length, settled: false, resolve, reject };
    const timeout = this.#limits.deliveryTimeoutMillis;
    const timer = setTimeout(() => {
      delivery.settled = true;
      const detail = `${delivery.remaining} of ${prepared.length} messages were not durable within ${timeout} ms.`;
      reject(errors.BROKER_UNAVAILABLE({ detail }));
    }, timeout);
    prepared.forEach(({ topic, key, value, headers, hash, bytes }, index) => {
      this.#bufferedBytes += bytes;
      this.#lane(topic).push({ topic, key, value, headers, hash, bytes, delivery, index });
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
      write: (batch) => this.#write(topic, batch),
      done: (message) => this.#release(message),
    });
    this.#lanes.set(topic, lane);
    return lane;
  }

  async #write(topic: string, batch: readonly Pending[]): Promise<readonly RecordPosition[]> {
    const observe = this.#metrics.kafka_producer_send_duration_seconds.startTimer({ topic });
    try {
      const positions = await this.#produce(topic, batch);
      this.#metrics.kafka_producer_messages_total.inc({ topic, outcome: 'durable' }, batch.length);
      return positions;
    } catch (error) {
      this.#metrics.kafka_producer_messages_total.inc({ topic, outcome: 'failed' }, batch.length);
      throw brokerUnavailable(`${batch.length} messages were not stored in ${topic}`, error);
    } finally {
      observe();
      // What was just written still counts until its senders have their answer.
      this.#metrics.kafka_producer_buffered_messages.set(this.#bufferedMessages - batch.length);
    }
  }

  async #produce(topic: string, batch: readonly Pending[]): Promise<readonly RecordPosition[]> {
    const metadata = await this.#client.metadata({ topics: [topic] });
    const count = metadata.topics.get(topic)?.partitionsCount ?? 1;
    const messages = batch.map(({ key, value, headers, hash }) =>
      recordOf(topic, hash % count, { key, value, headers }),
    );
    const { offsets = [] } = await this.#client.send({ messages });
    const next = new Map(offsets.map(({ partition, offset }) => [partition, offset]));
    return messages.map(({ partition }) => {
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
