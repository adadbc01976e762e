import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TestPostgres } from '#tests/support/postgres.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { copyIn, createPool, type Database, transaction } from './index.ts';

let postgres: TestPostgres;
let pool: Database;

beforeAll(async () => {
  postgres = await TestPostgres.start();
  pool = createPool(await quietTelemetry(), await postgres.database('copies'));
  await pool.query(
    'CREATE TABLE "odd ""name" (position integer, text text, number float8, whole bigint, flag boolean, at timestamptz, bytes bytea, json jsonb)',
  );
});
afterAll(async () => {
  await pool.stop();
  await postgres.stop();
});

const columns = ['position', 'text', 'number', 'whole', 'flag', 'at', 'bytes', 'json'];
const target = { table: 'odd "name', columns };

// PostgreSQL has no text with the character 0, and jsonb no lone surrogates.
const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));
const row = fc.tuple(
  fc.oneof(text, fc.constantFrom('\\N', '\\.', '\t\n\r\\', '\\x41', '')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null))),
);

describe('copyIn', () => {
  test('stores any value as it is', async () => {
    const law = fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      const count = await transaction(pool, async (client) => {
        await client.query('TRUNCATE "odd ""name"');
        return copyIn(
          client,
          target,
          rows.map((values, index) => [index, ...values]),
        );
      });
      expect(count).toBe(rows.length);
      const stored = await pool.query({
        text: `SELECT ${columns.slice(1).join(', ')} FROM "odd ""name" ORDER BY position`,
        rowMode: 'array',
      });
      expect(stored.rows).toEqual(
        rows.map((values) => values.map((value) => (typeof value === 'bigint' ? String(value) : value))),
      );
    });
    await fc.assert(law, { numRuns: 40 });
  });

  test('stores null as null, also for objects and text', async () => {
    await transaction(pool, async (client) => {
      await client.query('TRUNCATE "odd ""name"');
      await copyIn(client, target, [[1, ...columns.slice(1).map(() => null)]]);
    });
    const { rows } = await pool.query(
      'SELECT count(*)::integer AS count FROM "odd ""name" WHERE text IS NULL AND json IS NULL',
    );
    expect(rows).toEqual([{ count: 1 }]);
  });

  test('streams more rows than fit into one chunk', async () => {
    function* many() {
      for (let index = 0; index < 20_000; index += 1) yield [index, 'x', 1, 1n, true, new Date(0), Buffer.alloc(1), {}];
    }
    const count = await transaction(pool, (client) => copyIn(client, target, many()));
    expect(count).toBe(20_000);
  });

  test('belongs to its transaction: a row that does not fit takes all of it back', async () => {
    await pool.query('TRUNCATE "odd ""name"');
    const copying = transaction(pool, (client) =>
      copyIn(client, { table: 'odd "name', columns: ['position'] }, [[1], ['one']]),
    );
    await expect(copying).rejects.toMatchObject({ code: '22P02' });
    expect((await pool.query('SELECT 1 FROM "odd ""name"')).rowCount).toBe(0);
  });
});
