import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { KAFKA_VERSION } from '#catalog/environments/index.ts';
import { freePort } from '#local/ports/index.ts';
import { cacheDirectory, selectedTiers } from './environment.ts';

/** Apache Kafka itself, in the version that production runs, from Maven Central: one KRaft node on loopback. */

export const tierName = 'apache-kafka';
export const apacheKafkaVersion: string = KAFKA_VERSION.kafka;

const home = join(cacheDirectory, tierName, apacheKafkaVersion);
const libraries = join(home, 'libs');
const artifacts = ['kafka_2.13', 'kafka-tools'];
const howToRun = `GAMEMETRICS_TIERS=${tierName} runs it (Java 17, Maven, a download of 54 MB)`;

const canRun = (command: string): boolean => spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0;

/** Why Apache Kafka is not part of this run, or undefined when it is. */
export const reasonToSkip = (): string | undefined => {
  const isCached = existsSync(libraries);
  if (!selectedTiers.includes(tierName) && !isCached) return `it was not asked for; ${howToRun}`;
  if (!canRun('java')) return `there is no java on PATH; ${howToRun}`;
  if (!isCached && !canRun('mvn')) return `there is no mvn on PATH to fetch it with; ${howToRun}`;
  return undefined;
};

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>gamemetrics</groupId>
  <artifactId>apache-kafka</artifactId>
  <version>1</version>
  <dependencies>${artifacts
    .map(
      (artifact) =>
        `<dependency><groupId>org.apache.kafka</groupId><artifactId>${artifact}</artifactId><version>${apacheKafkaVersion}</version></dependency>`,
    )
    .join('')}</dependencies>
</project>
`;

/** Fetches Kafka and what it needs at run time, once; the libraries appear complete or not at all. */
export const installApacheKafka = async (): Promise<void> => {
  if (existsSync(libraries)) return;
  mkdirSync(home, { recursive: true });
  const fresh = mkdtempSync(join(home, 'fetching-'));
  writeFileSync(join(fresh, 'pom.xml'), pom);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'];
  await promisify(execFile)('mvn', ['-B', '-q', ...goal], { cwd: fresh, timeout: 300_000 });
  if (!existsSync(libraries)) renameSync(join(fresh, 'libs'), libraries);
  rmSync(fresh, { recursive: true, force: true });
};

/** Short-lived and small: the second compiler would cost more than it gives. */
const javaFlags = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xmx512m',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
];

export const javaCommand = (mainClass: string, args: readonly string[]): string[] => [
  ...javaFlags,
  '-cp',
  join(libraries, '*'),
  mainClass,
  ...args,
];

/** Runs one of Kafka's command-line tools and returns what it printed. */
export const runKafkaTool = async (
  mainClass: string,
  args: readonly string[],
  input = '',
): Promise<{ stdout: string; stderr: string }> => {
  const running = promisify(execFile)('java', javaCommand(mainClass, args), { timeout: 60_000 });
  running.child.stdin?.end(input);
  return running;
};

const properties = (directory: string, port: number, controllerPort: number): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(directory, 'data'),
    // A node that was killed may register again when its former self has been silent for so long.
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 200,
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500,
    'log.initial.task.delay.ms': 100,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/**
 * Starts java under a shell whose helper waits for the end of the shell's input: when the tests are gone, whatever
 * ended them, Kafka is ended too.
 */
const keeper = [
  'exec 3<&0',
  'java "$@" </dev/null 3<&- & java=$!',
  'echo $java',
  '{ read -r _ <&3; kill -9 $java; } 2>/dev/null & helper=$!',
  'exec 3<&-',
  'wait $java',
  'kill $helper 2>/dev/null',
].join('\n');

export class ApacheKafka {
  readonly port: number;
  readonly #directory: string;
  #shell: ChildProcess | undefined;
  #pid = 0;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
  }

  /** Formats a storage directory and starts a node on it; resolves when it answers. */
  static async start(): Promise<ApacheKafka> {
    await installApacheKafka();
    const directory = mkdtempSync(join(tmpdir(), 'gamemetrics-apache-kafka-'));
    const port = await freePort();
    const file = join(directory, 'server.properties');
    writeFileSync(file, properties(directory, port, await freePort()));
    await runKafkaTool('kafka.tools.StorageTool', ['format', '-t', 'Z2FtZW1ldHJpY3MtdGVzdA', '-c', file]);
    const kafka = new ApacheKafka(directory, port);
    await kafka.startAgain();
    return kafka;
  }

  /** Starts the node on the data that it left. */
  async startAgain(): Promise<void> {
    const command = javaCommand('kafka.Kafka', [join(this.#directory, 'server.properties')]);
    const shell = spawn('sh', ['-c', keeper, 'kafka', ...command], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#shell = shell;
    const [line] = await once(shell.stdout, 'data');
    this.#pid = Number(String(line).trim());
    shell.stdout.resume();
    await this.#waitUntilOpen();
  }

  async #waitUntilOpen(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!(await isOpen(this.port))) {
      if (this.#shell?.exitCode !== null || Date.now() > deadline) throw new Error('Apache Kafka did not start.');
      await sleep(100);
    }
  }

  /** Ends the node with a signal and waits until it is gone; the data stays. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const shell = this.#shell;
    if (shell === undefined) return;
    const ended = once(shell, 'exit');
    process.kill(this.#pid, signal);
    await ended;
    this.#shell = undefined;
  }

  /** Ends the node and removes its data. */
  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const isOpen = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
