/** One face for clients that have nothing in common but the protocol. */
export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
export const allCodecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

export interface OutgoingRecord {
  readonly partition?: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timestampMillis?: number;
}

export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMillis: number;
}

export interface Placed {
  readonly partition: number;
  readonly baseOffset: number;
}

export interface SendOptions {
  readonly codec?: Codec;
  readonly acks?: -1 | 0 | 1;
}

export interface TestProducer {
  /** Where the records went: the first offset in each partition. */
  send(topic: string, records: readonly OutgoingRecord[], options?: SendOptions): Promise<readonly Placed[]>;
  begin(): Promise<TestTransaction>;
  close(): Promise<void>;
}

export interface TestTransaction {
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  /** The offset after `record` becomes the consumer group's, if the transaction commits. */
  sendOffset(consumer: TestConsumer, record: IncomingRecord): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export interface ProducerOptions {
  readonly isIdempotent?: boolean;
  readonly transactionalId?: string;
  readonly transactionTimeoutMillis?: number;
}

export interface ConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly isCommittedOnly?: boolean;
  readonly sessionTimeoutMillis?: number;
  readonly maxWaitMillis?: number;
  readonly instanceId?: string;
}

export interface TestConsumer {
  readonly groupId: string;
  /** Everything received so far, in order. */
  readonly received: readonly IncomingRecord[];
  /** Partitions that it has now, as topic/partition. */
  readonly assigned: readonly string[];
  /** Resolves with everything received as soon as it satisfies the condition. */
  until(isEnough: (received: readonly IncomingRecord[]) => boolean): Promise<readonly IncomingRecord[]>;
  /** Commits the offset after the record. */
  commit(record: IncomingRecord): Promise<void>;
  /** Leaves the group. */
  close(): Promise<void>;
}

/** A client library, connected. */
export interface Session {
  createTopic(name: string, partitions: number, config?: Readonly<Record<string, string>>): Promise<void>;
  deleteTopic(name: string): Promise<void>;
  topics(): Promise<readonly string[]>;
  addPartitions(name: string, partitions: number): Promise<void>;
  deleteRecords(name: string, partition: number, before: number): Promise<void>;
  topicConfig(name: string): Promise<Readonly<Record<string, string | null>>>;
  /** 'earliest', 'latest', or the first offset at or after a time. */
  offset(topic: string, partition: number, at: 'earliest' | 'latest' | number): Promise<number>;
  committed(groupId: string, topic: string, partition: number): Promise<number>;
  groups(): Promise<readonly string[]>;
  groupState(groupId: string): Promise<string>;
  deleteGroup(groupId: string): Promise<void>;
  producer(options?: ProducerOptions): Promise<TestProducer>;
  consumer(options: ConsumerOptions): Promise<TestConsumer>;
  close(): Promise<void>;
}

export interface TestClient {
  readonly name: string;
  readonly codecs: readonly Codec[];
  readonly hasStaticMembers: boolean;
  open(port: number): Promise<Session>;
  /** The protocol's name of the error that a broker answered with, for example MESSAGE_TOO_LARGE. */
  errorName(error: unknown): string | undefined;
}

/** A list that can be waited on. A record that a client delivers again, as it may around a rebalance, is in it once. */
export class Inbox {
  readonly received: IncomingRecord[] = [];
  readonly #places = new Set<string>();
  #waiting = new Set<() => void>();

  push(record: IncomingRecord): void {
    const place = `${record.topic}/${record.partition}/${record.offset}`;
    if (this.#places.has(place)) return;
    this.#places.add(place);
    this.received.push(record);
    for (const check of [...this.#waiting]) check();
  }

  until(isEnough: (received: readonly IncomingRecord[]) => boolean): Promise<readonly IncomingRecord[]> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!isEnough(this.received)) return;
        this.#waiting.delete(check);
        resolve([...this.received]);
      };
      this.#waiting.add(check);
      check();
    });
  }
}
