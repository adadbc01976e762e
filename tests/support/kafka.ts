import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { HostList, readEnvironment } from '#kit/environment.ts';
import { createKafkaAdmin, type KafkaAdmin } from '#kit/kafka/index.ts';
import { type Broker, startBroker } from '#local/engines/kafka/broker.ts';
import { quietTelemetry } from './telemetry.ts';

/** Set to run the same tests against other brokers, such as Apache Kafka. */
const environment = Type.Object({ KAFKA_TEST_BROKERS: Type.Optional(HostList()) });

/** A broker of one test file: the development broker on a free port, unless KAFKA_TEST_BROKERS names others. */
export class TestKafka {
  readonly brokers: readonly string[];
  readonly admin: KafkaAdmin;
  readonly #own: { broker: Broker; readonly dataDir: string } | undefined;

  private constructor(brokers: readonly string[], admin: KafkaAdmin, own?: { broker: Broker; dataDir: string }) {
    this.brokers = brokers;
    this.admin = admin;
    this.#own = own;
  }

  /** `own`: a broker that the test can stop and start, whatever the environment says. */
  static async start({ own = false } = {}): Promise<TestKafka> {
    const telemetry = await quietTelemetry();
    const { KAFKA_TEST_BROKERS: external } = readEnvironment(environment);
    if (external && !own) return new TestKafka(external, createKafkaAdmin(telemetry, { brokers: external }));
    const dataDir = await mkdtemp(join(tmpdir(), 'gm-test-kafka-'));
    const broker = await startBroker({ dataDir, port: 0 });
    const brokers = [`${broker.host}:${broker.port}`];
    return new TestKafka(brokers, createKafkaAdmin(telemetry, { brokers }), { broker, dataDir });
  }

  get connection(): { readonly brokers: readonly string[] } {
    return { brokers: this.brokers };
  }

  /** A topic of its own for one test. */
  async topic(partitions = 3, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = `test.${crypto.randomUUID()}`;
    await this.admin.ensureTopics([{ topic, partitions, replicas: 1, config }]);
    return topic;
  }

  async goAway(): Promise<void> {
    await this.#own?.broker.close();
  }

  async comeBack(): Promise<void> {
    if (!this.#own) return;
    const { port } = this.#own.broker;
    this.#own.broker = await startBroker({ dataDir: this.#own.dataDir, port });
  }

  async stop(): Promise<void> {
    await this.admin.stop();
    if (!this.#own) return;
    await this.#own.broker.close();
    await rm(this.#own.dataDir, { recursive: true, force: true });
  }
}

export { until } from './until.ts';
