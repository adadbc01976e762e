import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { catalog } from '#catalog/index.ts';
import { analyticsApi } from '#catalog/services/analytics-api.ts';
import { createGameDirectory, gamesMigrations } from '#kit/games/index.ts';
import { createProducer, type Producer } from '#kit/kafka/index.ts';
import { createPool, grantRead, migrate } from '#kit/postgres/index.ts';
import { databasePasswordName, LocalConfiguration } from '#local/configuration.ts';
import { startRedis } from '#local/engines/redis/index.ts';
import { createTopics } from '#local/platform/topics.ts';
import { freePort } from '#local/ports/index.ts';
import { LocalSecrets } from '#local/secrets.ts';
import { TokenMint } from '#local/tokens.ts';
import { TestEventStore, TestProcessor } from './event-store.ts';
import { TestKafka, until } from './kafka.ts';
import { ServiceProcess } from './service-process.ts';
import { quietTelemetry } from './telemetry.ts';

const ENTRY = resolve(import.meta.dirname, '../../services/analytics-api/index.ts');

/** Stands between a service and a server, and can be cut. */
export class Cable {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  port = 0;

  constructor(targetPort: number) {
    this.#target = targetPort;
    this.#server = this.#listen();
  }

  async plug(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = this.#listen();
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #listen(): Server {
    return createServer((near) => {
      const far = connect(this.#target, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          other.destroy();
          this.#sockets.delete(one);
        });
        one.pipe(other);
      }
    });
  }
}

interface ShownDay {
  readonly date?: string;
  readonly activePlayers?: number;
}

/** What the tests ask for. */
interface Shown {
  readonly games?: readonly { readonly id: string }[];
  readonly game?: {
    readonly today?: ShownDay;
    readonly real?: ShownDay;
    readonly trial?: ShownDay;
    readonly days?: readonly ShownDay[];
  } | null;
  readonly __schema?: object;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly data?: Shown;
  readonly errors?: readonly { message: string; extensions?: { code?: string }; path?: readonly (string | number)[] }[];
}

interface Parts {
  readonly folder: string;
  readonly store: TestEventStore;
  readonly kafka: TestKafka;
  readonly producer: Producer;
  readonly redis: { stop(): Promise<void> };
  readonly mint: TokenMint;
  readonly env: Readonly<Record<string, string>>;
  readonly cable: Cable;
}

export const GAMES = [
  { id: 'demo', name: 'Demo', timeZone: 'UTC' },
  { id: 'other', name: 'Other', timeZone: 'Asia/Tokyo' },
] as const;

/** analytics-api as a real process over a real event store, broker and cache, with the games «demo» and «other». */
export class TestAnalytics {
  readonly store: TestEventStore;
  /** To the event store, as the service sees it. */
  readonly cable: Cable;
  readonly url: string;
  readonly process: ServiceProcess;
  readonly #parts: Parts;
  readonly #processor: TestProcessor;
  #offset = 0;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.store = parts.store;
    this.cable = parts.cable;
    this.url = `http://127.0.0.1:${parts.env.PORT}`;
    this.process = new ServiceProcess(ENTRY, parts.env);
    this.#processor = new TestProcessor(parts.store.store());
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<TestAnalytics> {
    const folder = await mkdtemp(join(tmpdir(), 'gm-test-analytics-'));
    const [store, kafka, redis] = await Promise.all([
      TestEventStore.start(),
      TestKafka.start({ own: true }),
      startRedis({ dataDir: join(folder, 'redis'), port: 0 }),
    ]);
    const telemetry = await quietTelemetry();
    const kafkaPort = Number(kafka.brokers[0]?.split(':')[1]);
    await createTopics(telemetry, catalog, kafkaPort);
    await seedGames(store);
    const cable = new Cable(store.postgres.engine.port);
    await cable.plug();
    const secrets = new LocalSecrets(folder);
    secrets.file(databasePasswordName(analyticsApi.name), () => 'reads');
    const mint = await TokenMint.open(folder);
    const ports = { kafkaPort, postgresPort: store.postgres.engine.port, redisPort: redis.port };
    const env = { ...(await environmentOf({ ...ports, folder, jwksFile: mint.jwksFile }, secrets)), ...settings };
    const EVENTS_DATABASE_URL = `postgres://analytics_api@127.0.0.1:${cable.port}/events`;
    const producer = createProducer(telemetry, { connection: kafka.connection });
    const parts = { folder, store, kafka, producer, redis, mint, cable, env: { ...env, EVENTS_DATABASE_URL } };
    const analytics = new TestAnalytics(parts);
    await analytics.process.saw('ready');
    await analytics.#processor.claim([0]);
    await until(async () => (await analytics.health()).status === 'ready');
    return analytics;
  }

  get managementUrl(): string {
    return `http://127.0.0.1:${this.#parts.env.MANAGEMENT_PORT}`;
  }

  /** The event store, as its owner, with the password. */
  get ownerUrl(): string {
    const url = new URL(this.store.url);
    url.password = 'tested';
    return url.href;
  }

  async health(): Promise<{ readonly status: string; readonly checks: readonly { name: string; status: string }[] }> {
    const answer = await fetch(`${this.managementUrl}/health/ready`);
    return (await answer.json()) as Awaited<ReturnType<TestAnalytics['health']>>;
  }

  /** The value of a metric with these labels; 0 when there is none. */
  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await fetch(`${this.managementUrl}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(labels));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  token(claims: { roles?: string[]; games?: string[]; lifetimeSeconds?: number } = {}): Promise<string> {
    return this.#parts.mint.mint({
      subject: 'tester',
      roles: ['analyst'],
      games: ['demo'],
      lifetimeSeconds: 600,
      ...claims,
    });
  }

  post(body: unknown, headers: Readonly<Record<string, string>>): Promise<Response> {
    return fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  async ask(query: string, options: { token?: string; variables?: object } = {}): Promise<GraphqlAnswer> {
    const authorization = `Bearer ${options.token ?? (await this.token())}`;
    const answer = await this.post({ query, variables: options.variables }, { authorization });
    return { status: answer.status, ...((await answer.json()) as object) };
  }

  /** Stores events as the processor does, in one batch. */
  async storeEvents(events: readonly AcceptedEvent[]): Promise<void> {
    const records = events.map((value) => ({ partition: 0, offset: this.#offset++, value }));
    await this.#processor.commit(records);
  }

  /** Says what the processor says after a batch that changed a player. */
  async announce(gameId: string, dataClass: 'production' | 'sandbox' = 'production'): Promise<void> {
    const value = JSON.stringify({ game_id: gameId, data_class: dataClass, player_id: 'p' });
    await this.#parts.producer.send([{ topic: 'player.statistics', key: 'p', value }]);
  }

  async stop(): Promise<number | null> {
    const running = this.process.child.exitCode === null;
    const code = running ? await this.process.end('SIGTERM') : this.process.child.exitCode;
    await this.cable.cut();
    const { producer, kafka, redis, store, folder } = this.#parts;
    await producer.stop();
    await Promise.all([kafka.stop(), redis.stop(), store.stop()]);
    await rm(folder, { recursive: true, force: true });
    return code;
  }
}

async function seedGames(store: TestEventStore): Promise<void> {
  const pool = createPool(await quietTelemetry(), await store.postgres.database('accounts'));
  await migrate({ pool, dir: gamesMigrations });
  await grantRead(pool, ['analytics_api']);
  for (const game of GAMES) await createGameDirectory(pool).ensureGame(game);
  await pool.stop();
}

interface Places {
  readonly kafkaPort: number;
  readonly postgresPort: number;
  readonly redisPort: number;
  readonly folder: string;
  readonly jwksFile: string;
}

/** The environment as the local platform gives it, on free ports. */
async function environmentOf({ folder, ...places }: Places, secrets: LocalSecrets) {
  const movedPorts = new Map([
    [`${analyticsApi.name}.http`, await freePort()],
    [`${analyticsApi.name}.management`, await freePort()],
  ]);
  const endpoints = { ...places, dataFolder: folder, movedPorts, logLevel: 'info' };
  return new LocalConfiguration(catalog, endpoints, secrets).of(analyticsApi);
}
