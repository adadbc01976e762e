import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestPostgres } from '#tests/support/postgres.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { secretOf } from '../secrets.ts';
import { createPool, type Database, grantRead } from './index.ts';

let postgres: TestPostgres;
let owner: Database;
let reader: Database;

beforeAll(async () => {
  postgres = await TestPostgres.start();
  const telemetry = await quietTelemetry();
  const options = await postgres.database('accounts');
  await postgres.engine.ensureRole({ name: 'odd"reader', password: 'reading' });
  owner = createPool(telemetry, options);
  const url = options.url.replace('tester', encodeURIComponent('odd"reader'));
  reader = createPool(telemetry, { ...options, name: 'reader', url, password: secretOf('reading') });
  await owner.query('CREATE TABLE now (id integer)');
});
afterAll(async () => {
  await Promise.all([owner.stop(), reader.stop()]);
  await postgres.stop();
});

describe('a role that may read', () => {
  test('reads the tables there are and the ones that come later, and writes none; granting again changes nothing', async () => {
    await expect(reader.query('SELECT * FROM now')).rejects.toMatchObject({ code: '42501' });
    await grantRead(owner, ['odd"reader']);
    await grantRead(owner, ['odd"reader']);
    await owner.query('CREATE TABLE later (id integer)');
    expect((await reader.query('SELECT * FROM now, later')).rows).toEqual([]);
    await expect(reader.query('INSERT INTO now VALUES (1)')).rejects.toMatchObject({ code: '42501' });
  });

  test('is nobody where nobody is named', async () => {
    await expect(grantRead(owner, [])).resolves.toBeUndefined();
    await expect(grantRead(owner, ['nobody'])).rejects.toMatchObject({ code: '42704' });
  });
});
