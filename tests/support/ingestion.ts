import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { catalog } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { eventIngestionService } from '#catalog/services/event-ingestion-service.ts';
import { createGameDirectory, type GameDirectory, gamesMigrations } from '#kit/games/index.ts';
import { createConsumer, type IncomingMessage } from '#kit/kafka/index.ts';
import { createPool, type Database, migrate } from '#kit/postgres/index.ts';
import { secretOf } from '#kit/secrets.ts';
import { databasePasswordName, LocalConfiguration } from '#local/configuration.ts';
import { type PostgresEngine, startPostgres } from '#local/engines/postgres/index.ts';
import { createTopics } from '#local/platform/topics.ts';
import { freePort } from '#local/ports/index.ts';
import { LocalSecrets } from '#local/secrets.ts';
import { TokenMint } from '#local/tokens.ts';
import { until } from './kafka.ts';
import { ServiceProcess } from './service-process.ts';
import { quietTelemetry } from './telemetry.ts';

const entry = resolve(import.meta.dirname, '../../services/event-ingestion-service/index.ts');

export interface IngestionOptions {
  readonly kafkaPort: number;
  /** Settings of the catalog entry that the test needs otherwise. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly redisPort?: number;
}

/** The ingestion service as a real process over a real PostgreSQL, with a game «demo» and a key of it. */
export class TestIngestion {
  readonly games: GameDirectory;
  readonly mint: TokenMint;
  /** Of the game «demo», production. */
  readonly key: string;
  readonly url: string;
  readonly #managementPort: number;
  readonly #env: Readonly<Record<string, string>>;
  readonly #kafkaPort: number;
  readonly #parts: { readonly postgres: PostgresEngine; readonly pool: Database; readonly folder: string };
  process: ServiceProcess;

  private constructor(
    found: { games: GameDirectory; mint: TokenMint; key: string; env: Readonly<Record<string, string>> },
    parts: { postgres: PostgresEngine; pool: Database; folder: string },
    kafkaPort: number,
  ) {
    this.games = found.games;
    this.mint = found.mint;
    this.key = found.key;
    this.#env = found.env;
    this.url = `http://127.0.0.1:${found.env.PORT}`;
    this.#managementPort = Number(found.env.MANAGEMENT_PORT);
    this.#parts = parts;
    this.#kafkaPort = kafkaPort;
    this.process = new ServiceProcess(entry, found.env);
  }

  /** Resolves when the service is ready. */
  static async start(options: IngestionOptions): Promise<TestIngestion> {
    const folder = await mkdtemp(join(tmpdir(), 'gm-test-ingestion-'));
    const secrets = new LocalSecrets(folder);
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: 0, superuserPassword: 'super' });
    const pool = await accountsOf(postgres, secrets.value(databasePasswordName(eventIngestionService.name)));
    const telemetry = await quietTelemetry();
    await createTopics(telemetry, catalog, options.kafkaPort);
    const games = createGameDirectory(pool);
    await games.ensureGame({ id: 'demo', name: 'Demo', timeZone: 'UTC' });
    const { key } = await games.createKey('demo', 'production');
    const mint = await TokenMint.open(folder);
    const endpoints = { postgresPort: postgres.port, dataFolder: folder, jwksFile: mint.jwksFile };
    const quiet = { PROBE_INTERVAL_MILLIS: '0' };
    const env = { ...(await environmentOf(options, endpoints, secrets)), ...quiet, ...options.settings };
    const ingestion = new TestIngestion({ games, mint, key, env }, { postgres, pool, folder }, options.kafkaPort);
    await ingestion.ready();
    return ingestion;
  }

  /** Waits for `/health/ready`. */
  async ready(): Promise<void> {
    await this.process.saw('ready');
    await until(async () => (await this.health()).status !== 'unready');
  }

  async health(): Promise<{ readonly status: string; readonly checks: readonly { name: string; status: string }[] }> {
    const answer = await fetch(`http://127.0.0.1:${this.#managementPort}/health/ready`);
    return (await answer.json()) as Awaited<ReturnType<TestIngestion['health']>>;
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#managementPort}/metrics`)).text();
  }

  /** Posts a body, as JSON unless it is text or bytes, with the demo key unless told otherwise. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const authorization = `Bearer ${this.key}`;
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, ...headers },
      // Every Uint8Array here is a Buffer over plain memory, which fetch takes.
      body: raw ? (body as string) : JSON.stringify(body),
    });
  }

  /** Starts the process again after a test ended it, and waits until it is ready. */
  async startAgain(): Promise<void> {
    await this.spawnAgain();
    await this.ready();
  }

  /** Starts the process again; it runs, ready or not. */
  async spawnAgain(): Promise<void> {
    this.process = new ServiceProcess(entry, this.#env);
    await this.process.saw('ready');
  }

  /** Every record of a topic, once it has been read to its end. */
  async records(topic: string): Promise<readonly IncomingMessage[]> {
    const messages: IncomingMessage[] = [];
    const consumer = createConsumer(await quietTelemetry(), {
      connection: { brokers: [`127.0.0.1:${this.#kafkaPort}`] },
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

  async stop(): Promise<void> {
    if (this.process.child.exitCode === null && this.process.child.signalCode === null)
      await this.process.end('SIGTERM');
    await this.#parts.pool.stop();
    await this.#parts.postgres.stop();
    await rm(this.#parts.folder, { recursive: true, force: true });
  }
}

/** The database «accounts», owned by the service's own role, with the games' tables. */
async function accountsOf(postgres: PostgresEngine, password: string): Promise<Database> {
  const role = names.databaseRole(eventIngestionService.name);
  await postgres.ensureRole({ name: role, password });
  await postgres.ensureDatabase({ name: 'accounts', owner: role });
  const url = `postgres://${role}@127.0.0.1:${postgres.port}/accounts`;
  const pool = createPool(await quietTelemetry(), { name: 'accounts', url, password: secretOf(password) });
  await migrate({ pool, dir: gamesMigrations });
  return pool;
}

/** The environment as the local platform gives it, on free ports. */
async function environmentOf(
  { kafkaPort, redisPort = 1 }: IngestionOptions,
  endpoints: { postgresPort: number; dataFolder: string; jwksFile: string },
  secrets: LocalSecrets,
): Promise<Readonly<Record<string, string>>> {
  const { name } = eventIngestionService;
  const movedPorts = new Map([
    [`${name}.http`, await freePort()],
    [`${name}.management`, await freePort()],
  ]);
  const everything = { ...endpoints, kafkaPort, redisPort, movedPorts, logLevel: 'info' };
  return new LocalConfiguration(catalog, everything, secrets).of(eventIngestionService);
}
