import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { catalog } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { eventProcessorService } from '#catalog/services/event-processor-service.ts';
import { createGameDirectory, gamesMigrations } from '#kit/games/index.ts';
import { createConsumer, createProducer, type IncomingMessage, type OutgoingMessage } from '#kit/kafka/index.ts';
import { createPool, type Database, migrate } from '#kit/postgres/index.ts';
import { secretOf } from '#kit/secrets.ts';
import { databasePasswordName, LocalConfiguration } from '#local/configuration.ts';
import { type PostgresEngine, startPostgres } from '#local/engines/postgres/index.ts';
import { createTopics } from '#local/platform/topics.ts';
import { freePort } from '#local/ports/index.ts';
import { LocalSecrets } from '#local/secrets.ts';
import { TokenMint } from '#local/tokens.ts';
import { TestKafka, until } from './kafka.ts';
import { ServiceProcess } from './service-process.ts';
import { Standby } from './standby.ts';
import { quietTelemetry } from './telemetry.ts';

const folderOf = resolve(import.meta.dirname, '../../services/event-processor-service');
const SERVICE_ROLE = names.databaseRole(eventProcessorService.name);
const READER = { name: names.databaseRole('analytics-api'), password: 'reads' };
const GAMES = [
  { id: 'demo', name: 'Demo', timeZone: 'Europe/Berlin' },
  { id: 'other', name: 'Other', timeZone: 'UTC' },
] as const;

/** One running process of the service. */
export class RunningProcessor {
  readonly process: ServiceProcess;
  readonly url: string;
  readonly #managementPort: string;

  constructor(env: Readonly<Record<string, string>>, entry = join(folderOf, 'index.ts')) {
    this.process = new ServiceProcess(entry, env);
    this.url = `http://127.0.0.1:${env.PORT}`;
    this.#managementPort = env.MANAGEMENT_PORT ?? '';
  }

  async health(): Promise<{ readonly status: string; readonly checks: readonly { name: string; status: string }[] }> {
    const answer = await fetch(`http://127.0.0.1:${this.#managementPort}/health/ready`);
    return (await answer.json()) as Awaited<ReturnType<RunningProcessor['health']>>;
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#managementPort}/metrics`)).text();
  }
}

export interface HowToRun {
  /** The program; these sources when left out. */
  readonly entry?: string;
  /** A wire to PostgreSQL, when it is not to be reached directly. */
  readonly postgresPort?: number;
}

interface Engines {
  readonly postgres: PostgresEngine;
  readonly kafka: TestKafka;
  readonly folder: string;
  readonly secrets: LocalSecrets;
  readonly mint: TokenMint;
}

/** The event processor as real processes over a real PostgreSQL and a broker, with two games. */
export class TestProcessorService {
  postgres: PostgresEngine;
  readonly kafka: TestKafka;
  readonly mint: TokenMint;
  /** As the service itself. */
  owner: pg.Pool;
  readonly #engines: Engines;
  readonly #accounts: Database;
  readonly #running: RunningProcessor[] = [];

  private constructor(engines: Engines, accounts: Database) {
    this.#engines = engines;
    this.#accounts = accounts;
    this.postgres = engines.postgres;
    this.kafka = engines.kafka;
    this.mint = engines.mint;
    this.owner = this.#ownerOf(engines.postgres);
  }

  static async start(): Promise<TestProcessorService> {
    const folder = await mkdtemp(join(tmpdir(), 'gm-test-processor-'));
    const secrets = new LocalSecrets(folder);
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: 0, superuserPassword: 'super' });
    const kafka = await TestKafka.start({ own: true });
    const mint = await TokenMint.open(folder);
    const engines = { postgres, kafka, folder, secrets, mint };
    const accounts = await prepareDatabases(engines);
    await createTopics(await quietTelemetry(), catalog, portOf(kafka));
    const service = new TestProcessorService(engines, accounts);
    await service.#migrate();
    return service;
  }

  /** Those that were not ended. */
  get running(): readonly RunningProcessor[] {
    return this.#running.filter(({ process: { child } }) => child.exitCode === null && child.signalCode === null);
  }

  /** Another replica. Resolves when it is ready. */
  async run(settings: Readonly<Record<string, string>> = {}, how: HowToRun = {}): Promise<RunningProcessor> {
    const env = await environmentOf(this.#engines, how.postgresPort);
    const running = new RunningProcessor({ ...env, ...settings }, how.entry);
    this.#running.push(running);
    await running.process.saw('ready');
    return running;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const producer = createProducer(await quietTelemetry(), { connection: this.kafka.connection });
    await producer.send(messages);
    await producer.stop();
  }

  /** Puts events into the raw topic, as ingestion does. */
  accept(events: readonly AcceptedEvent[]): Promise<void> {
    return this.send(
      events.map((event) => ({ topic: 'player.events.raw', key: event.player_id, value: JSON.stringify(event) })),
    );
  }

  /** Every record of a topic, once it has been read to its end. */
  async records(topic: string): Promise<readonly IncomingMessage[]> {
    const messages: IncomingMessage[] = [];
    const consumer = createConsumer(await quietTelemetry(), {
      connection: this.kafka.connection,
      group: 'tests',
      delivery: 'broadcast',
      topics: [topic],
      positions: 'none',
      limits: { maxWaitMillis: 20 },
      onBatch: async (batch) => void messages.push(...batch.messages),
    });
    await until(() => consumer.caughtUp);
    await consumer.stop();
    return messages;
  }

  /** Gives the database a replica that confirms each commit, so that nothing that was committed is on one of them alone. */
  async addStandby(): Promise<Standby> {
    await this.postgres.stop();
    const { folder } = this.#engines;
    const options = { dataDir: join(folder, 'postgres'), port: this.postgres.port, superuserPassword: 'super' };
    const standby = await Standby.copy(options, join(folder, 'standby'));
    this.postgres = await startPostgres({ ...options, settings: { synchronous_standby_names: '*' } });
    await standby.start();
    return standby;
  }

  /** What the tests ask is asked of this server from now on. */
  async follow(server: Pick<PostgresEngine, 'connectionString'>): Promise<void> {
    await this.owner.end();
    this.owner = this.#ownerOf(server);
  }

  #ownerOf(server: Pick<PostgresEngine, 'connectionString'>): pg.Pool {
    const password = this.#engines.secrets.value(databasePasswordName(eventProcessorService.name));
    const pool = new pg.Pool({ connectionString: server.connectionString('events', SERVICE_ROLE, password) });
    pool.on('error', () => undefined);
    return pool;
  }

  async count(statement: string, values: readonly unknown[] = []): Promise<number> {
    const { rows } = await this.owner.query<{ count: string }>(statement, [...values]);
    return Number(rows[0]?.count);
  }

  stored(): Promise<number> {
    return this.count('SELECT count(*) FROM event_store.events');
  }

  /** As analytics-api, bound to games and a data class for the whole session. */
  async reader(games: readonly string[], dataClass = 'production'): Promise<pg.Client> {
    const client = new pg.Client(this.postgres.connectionString('events', READER.name, READER.password));
    await client.connect();
    await client.query(
      `SELECT set_config('gamemetrics.game_ids', $1, false), set_config('gamemetrics.data_class', $2, false)`,
      [JSON.stringify(games), dataClass],
    );
    return client;
  }

  async stop(): Promise<void> {
    for (const { process } of this.#running) {
      if (process.child.exitCode === null && process.child.signalCode === null) await process.end('SIGTERM');
    }
    await this.owner.end();
    await this.#accounts.stop();
    await this.kafka.stop();
    await this.postgres.stop();
    await rm(this.#engines.folder, { recursive: true, force: true });
  }

  async #migrate(): Promise<void> {
    const migration = new ServiceProcess(join(folderOf, 'migrate.ts'), await environmentOf(this.#engines));
    const code = await migration.end();
    if (code !== 0) throw new Error(`the migration ended with ${code}: ${JSON.stringify(migration.lines)}`);
  }
}

const portOf = (kafka: TestKafka): number => Number(kafka.brokers[0]?.split(':')[1]);

async function prepareDatabases({ postgres, secrets }: Engines): Promise<Database> {
  const password = secrets.value(databasePasswordName(eventProcessorService.name));
  await postgres.ensureRole({ name: SERVICE_ROLE, password });
  await postgres.ensureRole(READER);
  for (const name of ['events', 'accounts']) await postgres.ensureDatabase({ name, owner: SERVICE_ROLE });
  const url = `postgres://${SERVICE_ROLE}@127.0.0.1:${postgres.port}/accounts`;
  const pool = createPool(await quietTelemetry(), { name: 'accounts', url, password: secretOf(password) });
  await migrate({ pool, dir: gamesMigrations });
  const games = createGameDirectory(pool);
  for (const game of GAMES) await games.ensureGame(game);
  return pool;
}

/** The environment as the local platform gives it, on free ports. */
async function environmentOf(
  { postgres, kafka, folder, secrets, mint }: Engines,
  postgresPort = postgres.port,
): Promise<Record<string, string>> {
  const { name } = eventProcessorService;
  const movedPorts = new Map([
    [`${name}.http`, await freePort()],
    [`${name}.management`, await freePort()],
  ]);
  const endpoints = {
    postgresPort,
    kafkaPort: portOf(kafka),
    redisPort: 1,
    dataFolder: folder,
    jwksFile: mint.jwksFile,
    movedPorts,
    logLevel: 'info' as const,
  };
  return { ...new LocalConfiguration(catalog, endpoints, secrets).of(eventProcessorService) };
}
