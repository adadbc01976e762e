import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { freePort } from '../../ports/index.ts';
import { type PostgresEngine, startPostgres } from './index.ts';

const superuserPassword = "it's secret";
const login = { name: 'event-processor', password: 'p:a/s@s w%rd' };
let dataDir: string;
let engine: PostgresEngine | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gm-postgres-'));
});
afterEach(async () => {
  await engine?.stop();
  engine = undefined;
});
afterAll(() => rm(dataDir, { recursive: true }));

async function start(settings = {}): Promise<PostgresEngine> {
  engine = await startPostgres({ dataDir, port: 0, superuserPassword, settings });
  return engine;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('PostgreSQL', () => {
  test('starts, makes roles and databases as often as it is asked, and serves them on loopback in UTF-8', async () => {
    const { ensureRole, ensureDatabase, connectionString } = await start();
    for (const password of ['another one', login.password]) {
      await ensureRole({ name: login.name, password });
      await ensureDatabase({ name: 'events', owner: login.name });
    }
    const url = connectionString('events', login.name, login.password);
    const settings = [
      'server_encoding',
      'listen_addresses',
      'fsync',
      'TimeZone',
      'password_encryption',
      'data_checksums',
    ];
    const sql = `SELECT name, current_setting(name) AS value FROM unnest('{${settings.join(',')}}'::text[]) AS name`;
    const rows = (await query(url, sql)) as { name: string; value: string }[];
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      fsync: 'on',
      TimeZone: 'UTC',
      password_encryption: 'scram-sha-256',
      data_checksums: 'on',
    });
    expect(await query(url, "SELECT upper('größe') AS word, 'a' < 'B' AS by_alphabet")).toEqual([
      { word: 'GRÖßE', by_alphabet: false },
    ]);
  });

  test('finds its data again at the next start, and takes settings', async () => {
    const first = await start();
    const url = first.connectionString('events', login.name, login.password);
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start({ max_connections: '33' });
    const again = second.connectionString('events', login.name, login.password);
    expect(await query(again, "SELECT answer, current_setting('max_connections') AS most FROM kept")).toEqual([
      { answer: 42, most: '33' },
    ]);
  });

  test('a role may log in with its password only, and may do nothing to the server', async () => {
    const { connectionString } = await start();
    await expect(query(connectionString('events', login.name, 'wrong'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
    const url = connectionString('events', login.name, login.password);
    await expect(query(url, 'CREATE ROLE intruder')).rejects.toMatchObject({ code: '42501' });
    await expect(query(url, "COPY (SELECT 1) TO PROGRAM 'id'")).rejects.toMatchObject({ code: '42501' });
  });

  test('keeps every acknowledged row through SIGKILL and is up again by itself', async () => {
    const { connectionString, process: server } = await start();
    const url = connectionString('events', login.name, login.password);
    await query(url, 'CREATE TABLE acknowledged (n integer PRIMARY KEY)');
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    let acknowledged = 0;
    const killing = sleep(150).then(() => process.kill(server.pid ?? 0, 'SIGKILL'));
    try {
      for (;;) {
        await client.query('INSERT INTO acknowledged VALUES ($1)', [acknowledged + 1]);
        acknowledged += 1;
      }
    } catch {
      await killing;
    }
    await client.end().catch(() => undefined);
    while (server.restarts === 0 || server.state !== 'ready') await sleep(20);
    const [row] = (await query(url, 'SELECT count(*)::int AS stored, max(n) AS last FROM acknowledged')) as {
      stored: number;
      last: number;
    }[];
    expect(acknowledged).toBeGreaterThan(0);
    // The one that was under way may have been committed without its answer getting through.
    expect([acknowledged, acknowledged + 1]).toContain(row?.stored);
    expect(row?.last).toBe(row?.stored);
  });
});

describe('what a user can put right is said in one sentence', () => {
  test('a port that is taken: by whom, and what is free', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await expect(startPostgres({ dataDir, port, superuserPassword })).rejects.toThrow(
      new RegExp(
        `Port ${port}, wanted by postgres, is held by .* \\(pid ${process.pid}\\); \\d+ is free\\. Use --port postgres=\\d+`,
      ),
    );
    server.close();
  });

  test('a superuser password other than the one the data was made with', async () => {
    await expect(startPostgres({ dataDir, port: 0, superuserPassword: 'forgotten' })).rejects.toMatchObject({
      code: 'POSTGRES_PASSWORD',
    });
  });

  test('a setting that does not exist, by its name', async () => {
    await expect(start({ max_conections: '9' })).rejects.toThrow('PostgreSQL has no setting named "max_conections".');
  });

  test('data of another major version, with both versions', async () => {
    const versionFile = join(dataDir, 'cluster', 'PG_VERSION');
    const version = await readFile(versionFile, 'utf8');
    await writeFile(versionFile, '17\n');
    await expect(start()).rejects.toThrow('was written by PostgreSQL 17, and this is PostgreSQL 18.');
    await writeFile(versionFile, version);
  });

  test('a data folder that a living platform works in', async () => {
    await start();
    await expect(startPostgres({ dataDir, port: 0, superuserPassword })).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
    });
  });
});
