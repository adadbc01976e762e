import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { TestPostgres } from '#tests/support/postgres.ts';
import { metricValue, quietTelemetry } from '#tests/support/telemetry.ts';
import { SecretValue } from '../secrets.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { createPool, type Database, type PoolOptions, transaction } from './index.ts';

let postgres: TestPostgres;
let telemetry: Telemetry;
let options: PoolOptions;
const pools: Database[] = [];

beforeAll(async () => {
  postgres = await TestPostgres.start();
  options = await postgres.database('accounts');
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});
afterAll(() => postgres.stop());

async function open(overrides: Partial<PoolOptions> = {}): Promise<Database> {
  telemetry = await quietTelemetry('tester-service');
  const pool = createPool(telemetry, { ...options, ...overrides });
  pools.push(pool);
  return pool;
}

const killOthers =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user';

describe('a pool', () => {
  test('opens no more connections than it may, and lets the rest wait', async () => {
    const pool = await open({ max: 2 });
    await Promise.all(Array.from({ length: 8 }, () => pool.query('SELECT pg_sleep(0.01)')));
    expect(pool.totalCount).toBe(2);
  });

  test('ends a statement that takes too long', async () => {
    const pool = await open({ statementTimeoutMillis: 50 });
    await expect(pool.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  });

  test('names its service to the database', async () => {
    const { rows } = await (await open()).query("SELECT current_setting('application_name') AS name");
    expect(rows).toEqual([{ name: 'tester-service' }]);
  });

  test('shows its use as metrics under the store’s name', async () => {
    const pool = await open({ max: 3 });
    const client = await pool.connect();
    const used = await metricValue(telemetry, 'db_client_connections', { pool: 'accounts', state: 'used' });
    client.release();
    expect([used, await metricValue(telemetry, 'db_client_connections_max', { pool: 'accounts' })]).toEqual([1, 3]);
  });

  test('survives that the server ends its idle connections', async () => {
    const pool = await open();
    await pool.query('SELECT 1');
    await (await open()).query(killOthers);
    // The first query may still meet the connection that is ending.
    await expect(pool.check().catch(() => pool.check())).resolves.toBeUndefined();
  });

  test('starts while the database is away, and its check says so', async () => {
    const pool = await open({ url: 'postgres://tester@127.0.0.1:1/nowhere' });
    await expect(pool.check()).rejects.toThrow();
  });

  test('uses a rotated password for its next connection, without a restart', async () => {
    let password = 'wrong';
    const rotating = new SecretValue({ kind: 'aws', secretId: 'x' }, { fetch: async () => password });
    const pool = await open({ password: rotating });
    await expect(pool.check()).rejects.toMatchObject({ code: '28P01' });
    password = await TestPostgres.password.reveal();
    await expect(pool.check()).resolves.toBeUndefined();
  });
});

describe('a transaction', () => {
  const counter = async () => {
    const pool = await open();
    await pool.query('CREATE TABLE IF NOT EXISTS counters (id integer PRIMARY KEY, value integer NOT NULL)');
    await pool.query('INSERT INTO counters VALUES (1, 0), (2, 0) ON CONFLICT (id) DO UPDATE SET value = 0');
    return pool;
  };
  const countOf = async (pool: Database, id = 1): Promise<number> =>
    (await pool.query<{ value: number }>('SELECT value FROM counters WHERE id = $1', [id])).rows[0]?.value ?? -1;

  test('that fails leaves nothing behind, and its error is the caller’s', async () => {
    const pool = await counter();
    const failing = transaction(pool, async (client) => {
      await client.query('UPDATE counters SET value = 7');
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await countOf(pool)).toBe(0);
  });

  test('that conflicts is tried again until each has had its turn', async () => {
    const pool = await counter();
    const increment = () =>
      transaction(
        pool,
        async (client) => {
          const { rows } = await client.query<{ value: number }>('SELECT value FROM counters WHERE id = 1');
          await client.query('UPDATE counters SET value = $1 WHERE id = 1', [(rows[0]?.value ?? 0) + 1]);
        },
        { isolation: 'serializable', retries: 50 },
      );
    await Promise.all(Array.from({ length: 6 }, increment));
    expect(await countOf(pool)).toBe(6);
    expect(await metricValue(telemetry, 'db_client_transaction_retries_total', { reason: '40001' })).toBeGreaterThan(0);
  });

  test('that deadlocks with another is tried again', async () => {
    const pool = await counter();
    const both = Promise.withResolvers<void>();
    let waiting = 0;
    const meet = async () => {
      waiting += 1;
      if (waiting >= 2) both.resolve();
      await both.promise;
    };
    const inOrder = (first: number, second: number) =>
      transaction(pool, async (client) => {
        await client.query('UPDATE counters SET value = value + 1 WHERE id = $1', [first]);
        await meet();
        await client.query('UPDATE counters SET value = value + 1 WHERE id = $1', [second]);
      });
    await Promise.all([inOrder(1, 2), inOrder(2, 1)]);
    expect([await countOf(pool, 1), await countOf(pool, 2)]).toEqual([2, 2]);
  });

  async function losingOnce(pool: Database, idempotent: boolean): Promise<number> {
    let tries = 0;
    const killer = await open();
    await transaction(
      pool,
      async (client) => {
        tries += 1;
        await client.query('UPDATE counters SET value = 5 WHERE id = 1');
        if (tries === 1) await killer.query(killOthers);
        await client.query('SELECT 1');
      },
      { idempotent },
    );
    return tries;
  }

  test('whose connection is lost is repeated when it is idempotent', async () => {
    const pool = await counter();
    expect(await losingOnce(pool, true)).toBe(2);
    expect(await countOf(pool)).toBe(5);
  });

  test('whose connection is lost is not repeated otherwise, and says what a caller can do', async () => {
    const pool = await counter();
    await expect(losingOnce(pool, false)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', httpStatus: 503 });
    expect(await countOf(pool)).toBe(0);
  });

  test('that only reads cannot write', async () => {
    const pool = await counter();
    const writing = transaction(pool, (client) => client.query('UPDATE counters SET value = 1'), { readOnly: true });
    await expect(writing).rejects.toBeInstanceOf(pg.DatabaseError);
  });
});
