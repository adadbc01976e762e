import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { apacheKafkaVersion, installApacheKafka, reasonToSkip, runKafkaTool } from '#tests/support/apache-kafka.ts';
import { allCodecs, type Codec } from './client.ts';
import { developmentBroker } from './development-broker.ts';
import { untilCoordinating } from './readiness.ts';
import { announceSkipped } from './skipped.ts';
import type { RunningTarget } from './target.ts';

/** The third client: Apache Kafka's own, in Java, through its command-line tools. */

const tools = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  configs: 'kafka.admin.ConfigCommand',
  producer: 'org.apache.kafka.tools.ConsoleProducer',
  verifiableProducer: 'org.apache.kafka.tools.VerifiableProducer',
  performance: 'org.apache.kafka.tools.ProducerPerformance',
  consumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  groups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  offsets: 'org.apache.kafka.tools.GetOffsetShell',
} as const;

const reason = reasonToSkip();
const startTimeoutMillis = 400_000;
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

const title = `the development broker to the Java client of Apache Kafka ${apacheKafkaVersion}`;

if (reason !== undefined) announceSkipped(title, reason);
else
  describe(title, () => {
    let broker: RunningTarget | undefined;
    const run = async (tool: keyof typeof tools, args: readonly string[], input = ''): Promise<string> => {
      const server = ['--bootstrap-server', `127.0.0.1:${broker?.port}`];
      return (await runKafkaTool(tools[tool], [...server, ...args], input)).stdout;
    };
    const create = (topic: string): Promise<string> =>
      run('topics', ['--create', '--topic', topic, '--partitions', '2', '--config', 'retention.ms=12345678']);
    const read = async (topic: string, count: number, more: readonly string[] = []): Promise<string[]> => {
      const args = ['--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '20000'];
      return linesOf(await run('consumer', [...args, ...more]));
    };

    beforeAll(async () => {
      await installApacheKafka();
      broker = await developmentBroker.start();
      await untilCoordinating(broker.port, 'ready');
    }, startTimeoutMillis);
    afterAll(async () => {
      await broker?.remove();
    });

    test('creates and describes topics', async () => {
      await create('described');
      const described = await run('topics', ['--describe', '--topic', 'described']);
      expect(described).toMatch(/PartitionCount: 2\s+ReplicationFactor: 1\s+Configs: retention.ms=12345678/);
    });

    test('has every record of an idempotent producer acknowledged, and a group reads them all', async () => {
      await create('verified');
      const args = ['--topic', 'verified', '--max-messages', '500', '--acks', '-1'];
      const report = linesOf(await run('verifiableProducer', args)).at(-1) ?? '{}';
      expect(JSON.parse(report)).toMatchObject({ name: 'tool_data', sent: 500, acked: 500 });
      const values = await read('verified', 500, ['--group', 'verified']);
      expect(new Set(values)).toEqual(new Set(Array.from({ length: 500 }, (_, value) => String(value))));
      const lag = await run('groups', ['--describe', '--group', 'verified']);
      const rows = linesOf(lag).filter((line) => line.startsWith('verified'));
      expect(rows.map((row) => row.split(/\s+/).slice(3, 6))).toHaveLength(2);
      expect(rows.every((row) => row.split(/\s+/)[5] === '0')).toBe(true);
    });

    test('gives back what it compressed with each codec', async () => {
      await create('compressed');
      const text = (codec: Codec): string => `${codec} ${'again and again '.repeat(50)}`;
      for (const codec of allCodecs) {
        await run('producer', ['--topic', 'compressed', '--compression-codec', codec], `${text(codec)}\n`.repeat(3));
      }
      const values = await read('compressed', allCodecs.length * 3);
      expect(new Set(values)).toEqual(new Set(allCodecs.map(text)));
      const offsets = linesOf(await run('offsets', ['--topic', 'compressed', '--time', '-1']));
      expect(offsets.reduce((sum, line) => sum + Number(line.split(':')[2]), 0)).toBe(allCodecs.length * 3);
    });

    test('commits transactions that a reader of committed data sees whole', async () => {
      await create('transactional');
      const transactions = ['--transactional-id', 'java', '--transaction-duration-ms', '50'];
      const load = ['--topic', 'transactional', '--num-records', '1000', '--record-size', '50', '--throughput', '-1'];
      expect(await run('performance', [...load, ...transactions])).toMatch(/1000 records sent/);
      expect(await read('transactional', 1000, ['--isolation-level', 'read_committed'])).toHaveLength(1000);
    });

    test('changes the settings of a topic while it runs', async () => {
      await create('changed');
      const topic = ['--entity-type', 'topics', '--entity-name', 'changed'];
      await run('configs', [
        ...topic,
        '--alter',
        '--add-config',
        'cleanup.policy=compact',
        '--delete-config',
        'retention.ms',
      ]);
      const described = await run('configs', [...topic, '--describe']);
      expect(described).toMatch(/cleanup.policy=compact/);
      expect(described).not.toMatch(/retention.ms/);
    });
  });
