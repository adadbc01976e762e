import { join } from 'node:path';
import pg from 'pg';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { createPool, type Database, type PoolOptions } from '#kit/postgres/index.ts';
import type { JudgedRecord } from '#services/event-processor-service/domain/event.ts';
import { RecordJudge } from '#services/event-processor-service/edges/judge.ts';
import { Memory } from '#services/event-processor-service/edges/memory.ts';
import type { Committed, EventStore } from '#services/event-processor-service/edges/store/event-store.ts';
import { createPostgresEventStore } from '#services/event-processor-service/edges/store/postgres/index.ts';
import { hasTimescale } from '#services/event-processor-service/edges/store/postgres/partitions.ts';
import { migrateEventStore } from '#services/event-processor-service/edges/store/postgres/schema.ts';
import { timescaleUrl } from './environment.ts';
import { TestPostgres } from './postgres.ts';
import { quietTelemetry } from './telemetry.ts';

const HOUR_MILLIS = 3_600_000;
const RAW = 'player.events.raw';
const READER = { name: 'analytics_api', password: 'reads' } as const;
/** What the migrations write; tests keep it. */
const KEPT = 'tenants, series, schema_migrations';

const migrations = join(import.meta.dirname, '../../services/event-processor-service/migrations');

/** Where a store of its own can be made, with roles for its owner and for analytics-api. */
interface Server {
  readonly database: PoolOptions;
  readonly readerUrl: string;
  /** Where it is ours. */
  readonly postgres?: TestPostgres;
  stop(): Promise<void>;
}

async function ownServer(): Promise<Server> {
  const postgres = await TestPostgres.start();
  await postgres.engine.ensureRole(READER);
  const database = await postgres.database('events');
  const readerUrl = postgres.engine.connectionString('events', READER.name, READER.password);
  return { database, readerUrl, postgres, stop: () => postgres.stop() };
}

/** A database of its own on a server with TimescaleDB; the address is a superuser's. */
async function givenServer(address: string): Promise<Server> {
  const name = `gm_test_${crypto.randomUUID().replaceAll('-', '')}`;
  const at = (change: Partial<Pick<URL, 'pathname' | 'username' | 'password'>>) =>
    Object.assign(new URL(address), { pathname: `/${name}`, ...change }).href;
  const run = async (url: string, ...statements: readonly string[]) => {
    const client = new pg.Client(url);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const owner = { name: TestPostgres.role, password: await TestPostgres.password.reveal() };
  const roles = [owner, READER].flatMap((role) => [
    `DO $$ BEGIN CREATE ROLE ${role.name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    `ALTER ROLE ${role.name} LOGIN PASSWORD '${role.password}'`,
  ]);
  await run(address, ...roles, `CREATE DATABASE ${name} OWNER ${owner.name}`);
  await run(at({}), 'CREATE EXTENSION IF NOT EXISTS timescaledb');
  return {
    database: { name: 'events', url: at({ username: owner.name, password: '' }), password: TestPostgres.password },
    readerUrl: at({ username: READER.name, password: READER.password }),
    stop: () => run(address, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** The event store over a real PostgreSQL, as the processor uses it, and as analytics-api reads it. */
export class TestEventStore {
  readonly pool: Database;
  readonly url: string;
  /** In TimescaleDB events are a hypertable; elsewhere they have native day partitions. */
  readonly isHypertable: boolean;
  readonly #server: Server;

  private constructor(server: Server, pool: Database, isHypertable: boolean) {
    this.#server = server;
    this.pool = pool;
    this.url = server.database.url;
    this.isHypertable = isHypertable;
  }

  static async start(): Promise<TestEventStore> {
    const server = timescaleUrl === undefined ? await ownServer() : await givenServer(timescaleUrl);
    const pool = createPool(await quietTelemetry(), server.database);
    await migrateEventStore(pool, migrations);
    return new TestEventStore(server, pool, await hasTimescale(pool));
  }

  /** For tests that need a server of their own, whatever TIMESCALEDB_URL says. */
  get postgres(): TestPostgres {
    const { postgres } = this.#server;
    if (postgres) return postgres;
    throw new Error('this test does not run on a server that TIMESCALEDB_URL names');
  }

  store({ horizonHours = 168 } = {}): EventStore {
    const horizonMillis = horizonHours * HOUR_MILLIS;
    return createPostgresEventStore(this.pool, { topic: RAW, service: 'event-processor-service', horizonMillis });
  }

  /** As analytics-api, bound to games and a data class for the whole session. */
  async reader(games: readonly string[], dataClass: string): Promise<pg.Client> {
    const client = new pg.Client(this.#server.readerUrl);
    await client.connect();
    await client.query(
      `SELECT set_config('gamemetrics.game_ids', $1, false), set_config('gamemetrics.data_class', $2, false)`,
      [JSON.stringify(games), dataClass],
    );
    return client;
  }

  /** Empties every table but what `KEPT` names. */
  async clear(): Promise<void> {
    const kept = KEPT.split(', ').map((name) => `'${name}'`);
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname = 'event_store' AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN (${kept})`,
    );
    // A few rows in many partitions: deleting them is much faster than making new files.
    await this.pool.query(rows.map(({ name }) => `DELETE FROM ${name}`).join('; '));
  }

  async stop(): Promise<void> {
    await this.pool.stop();
    await this.#server.stop();
  }
}

export interface RawRecord {
  readonly partition: number;
  readonly offset: number;
  readonly value: AcceptedEvent | string;
}

/** One processor without Kafka: it judges records and stores them in batches, and can be left for dead. */
export class TestProcessor {
  readonly store: EventStore;
  readonly memory = new Memory();
  readonly #judge: RecordJudge;

  constructor(store: EventStore, timeZone = 'UTC') {
    this.store = store;
    this.#judge = new RecordJudge(store.series, async (game) => (game === 'nobody' ? undefined : timeZone));
  }

  /** Where each partition goes on. */
  async claim(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    await this.memory.refreshSuppressions(this.store.erasures);
    const claimed = await this.store.positions.claim(this.memory.owner, partitions);
    for (const { partition, next, published } of claimed) this.memory.held.set(partition, { next, published });
    return new Map(claimed.map(({ partition, next = 0n }) => [partition, Number(next)]));
  }

  async judge(records: readonly RawRecord[]): Promise<readonly JudgedRecord[]> {
    return this.#judge.judge(
      records.map(({ partition, offset, value }) => ({
        topic: RAW,
        partition,
        offset: BigInt(offset),
        key: null,
        value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
        headers: {},
        timestampMillis: Date.UTC(2026, 10, 20),
      })),
    );
  }

  /** Consecutive records of each partition as one batch. Errors: those of `EventStore.commit`. */
  async commit(records: readonly RawRecord[]): Promise<Committed> {
    const judged = Map.groupBy(await this.judge(records), ({ record }) => record.partition);
    const slices = [...judged].map(([partition, own]) => ({
      topic: RAW,
      partition,
      nextOffset: (own.at(-1)?.record.offset ?? 0n) + 1n,
      records: own,
    }));
    const committed = await this.store.commit(slices, { ...this.memory, shard: 0, nowMillis: Date.UTC(2026, 10, 20) });
    for (const { partition, nextOffset: next } of slices)
      this.memory.held.set(partition, { next, published: undefined });
    this.memory.remember(committed);
    return committed;
  }
}
