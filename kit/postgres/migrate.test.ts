import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TestPostgres } from '#tests/support/postgres.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { createPool, type Database, migrate } from './index.ts';

let postgres: TestPostgres;
let pool: Database;
let databases = 0;
const folders: string[] = [];

beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterEach(async () => {
  await pool.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
afterAll(() => postgres.stop());

const first = { '0001-things.sql': 'CREATE TABLE things (id integer PRIMARY KEY)' };
const second = { '0002-names.sql': "ALTER TABLE things ADD COLUMN name text NOT NULL DEFAULT ''" };

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kit-migrate-'));
  folders.push(folder);
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return folder;
}

async function freshDatabase(): Promise<Database> {
  databases += 1;
  pool = createPool(await quietTelemetry(), await postgres.database(`fresh_${databases}`));
  return pool;
}

const run = (files: Readonly<Record<string, string>>, owner = 'test') => migrate({ pool, dir: folderOf(files), owner });

describe('migrations', () => {
  test('run in order, once, and say which ran', async () => {
    await freshDatabase();
    expect(await run(first)).toEqual(['0001-things.sql']);
    expect(await run({ ...first, ...second })).toEqual(['0002-names.sql']);
    expect(await run({ ...first, ...second })).toEqual([]);
  });

  test('that many processes start at once are applied by one of them', async () => {
    await freshDatabase();
    const results = await Promise.all(Array.from({ length: 5 }, () => run({ ...first, ...second })));
    expect(results.flat().sort()).toEqual(['0001-things.sql', '0002-names.sql']);
  });

  test('of several owners share a database', async () => {
    await freshDatabase();
    await run(first, 'one');
    expect(await run({ '0001-others.sql': 'CREATE TABLE others ()' }, 'two')).toEqual(['0001-others.sql']);
  });

  test('that fail are rolled back whole, by name, and the ones before them stay', async () => {
    await freshDatabase();
    const broken = { '0002-broken.sql': 'CREATE TABLE half (); SELECT 1/0' };
    await expect(run({ ...first, ...broken })).rejects.toMatchObject({
      code: 'MIGRATION_INVALID',
      detail: '0002-broken.sql failed and was rolled back: division by zero.',
    });
    const { rows } = await pool.query(
      "SELECT to_regclass('half') AS half, to_regclass('things') IS NOT NULL AS things",
    );
    expect(rows).toEqual([{ half: null, things: true }]);
  });

  test('may take longer than a query may', async () => {
    databases += 1;
    const options = await postgres.database(`fresh_${databases}`);
    pool = createPool(await quietTelemetry(), { ...options, statementTimeoutMillis: 50 });
    expect(await run({ '0001-slow.sql': 'SELECT pg_sleep(0.2)' })).toEqual(['0001-slow.sql']);
  });

  test('of a newer version that were applied already do not disturb an older one', async () => {
    await freshDatabase();
    await run({ ...first, ...second });
    expect(await run(first)).toEqual([]);
  });

  test('differ by nothing when only line ends differ', async () => {
    await freshDatabase();
    await run({ '0001-lines.sql': 'CREATE TABLE lines (\nid integer)' });
    expect(await run({ '0001-lines.sql': 'CREATE TABLE lines (\r\nid integer)' })).toEqual([]);
  });
});

describe('a folder of migrations is refused when', () => {
  test.each([
    [
      'an applied one was changed',
      { '0001-things.sql': 'CREATE TABLE things (id bigint)' },
      '0001-things.sql must be what was applied as 0001-things.sql',
    ],
    [
      'one comes before the newest applied one',
      { ...first, '0000-late.sql': 'SELECT 1' },
      '0000-late.sql must be numbered above 1, the newest applied one',
    ],
    ['one is named otherwise', { ...first, 'two.sql': 'SELECT 1' }, 'two.sql must be named NNNN-name.sql'],
    ['two have one number', { ...first, '0001-twin.sql': 'SELECT 1' }, 'must be the only file with the number 1'],
  ])('%s', async (_, files, reason) => {
    await freshDatabase();
    await run(first);
    await expect(run(files)).rejects.toMatchObject({
      code: 'MIGRATION_INVALID',
      detail: expect.stringContaining(reason),
    });
  });
});
