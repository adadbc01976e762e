import { randomUUID } from 'node:crypto';
import type {
  ConsumerOptions,
  IncomingRecord,
  ProducerOptions,
  Session,
  TestClient,
  TestConsumer,
  TestProducer,
} from './client.ts';
import { untilCoordinating, untilServed } from './readiness.ts';
import type { RunningTarget } from './target.ts';
import { Wire } from './wire.ts';

/** One sentence of what a Kafka broker does, and how a client sees it. */
export interface Behaviour {
  readonly title: string;
  readonly isFor?: (client: TestClient) => boolean;
  readonly run: (ask: Ask) => Promise<void>;
}

/** One sentence that no real client can put to the test; it is asked by bytes on a socket. */
export interface WireBehaviour {
  readonly title: string;
  readonly run: (ask: WireAsk) => Promise<void>;
}

/** What a behaviour works with. Everything that it opens is closed after it. */
export class WireAsk {
  readonly target: RunningTarget;
  readonly #closers: (() => unknown)[] = [];

  constructor(target: RunningTarget) {
    this.target = target;
  }

  /** A name that nobody used before. */
  fresh(prefix: string): string {
    return `${prefix}-${randomUUID().slice(0, 8)}`;
  }

  /** Ends the broker and starts it again on its data; resolves when it is ready for everything again. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.target.restart(signal);
    await untilCoordinating(this.target.port, this.fresh('ready'));
  }

  protected closeLater<T extends { close(): unknown }>(opened: T): T {
    this.#closers.push(() => opened.close());
    return opened;
  }

  async wire(): Promise<Wire> {
    return this.closeLater(await Wire.connect(this.target.port));
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await Promise.resolve(close()).catch(() => undefined);
  }
}

export class Ask extends WireAsk {
  readonly client: TestClient;
  readonly session: Session;

  constructor(target: RunningTarget, client: TestClient, session: Session) {
    super(target);
    this.client = client;
    this.session = session;
  }

  async topic(partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = this.fresh('topic');
    await this.createTopic(name, partitions, config);
    return name;
  }

  /** Creates a topic and waits until every partition of it answers. */
  async createTopic(name: string, partitions: number, config: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.session.createTopic(name, partitions, config);
    await untilServed(await this.wire(), name, partitions);
  }

  async producer(options?: ProducerOptions): Promise<TestProducer> {
    return this.closeLater(await this.session.producer(options));
  }

  async consumer(options: Omit<ConsumerOptions, 'groupId'> & { groupId?: string }): Promise<TestConsumer> {
    return this.closeLater(await this.session.consumer({ groupId: this.fresh('group'), ...options }));
  }

  /** Everything in a topic, as a new group reads it from its beginning. */
  async readAll(topic: string, count: number, isCommittedOnly = false): Promise<readonly IncomingRecord[]> {
    const consumer = await this.consumer({ topics: [topic], isCommittedOnly });
    const received = await consumer.until(has(count));
    await consumer.close();
    return received;
  }

  /** The protocol's name of the error that `work` ends with. */
  async errorOf(work: Promise<unknown>): Promise<string | undefined> {
    try {
      await work;
    } catch (error) {
      return this.client.errorName(error) ?? `no protocol error but ${String(error)}`;
    }
    return 'no error';
  }
}

/** Waits for a number of records. */
export const has =
  (count: number) =>
  (received: readonly IncomingRecord[]): boolean =>
    received.length >= count;

export const record = (
  value: string | null,
  more: { key?: string; partition?: number; timestampMillis?: number } = {},
) => ({
  key: null,
  value,
  ...more,
});

export const numbered = (count: number, partition?: number) =>
  Array.from({ length: count }, (_, index) => record(String(index), partition === undefined ? {} : { partition }));

export const valuesOf = (records: readonly IncomingRecord[]): (string | null)[] => records.map(({ value }) => value);
