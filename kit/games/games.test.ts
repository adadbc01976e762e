import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TestPostgres } from '#tests/support/postgres.ts';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { createPool, type Database, migrate } from '../postgres/index.ts';
import {
  createGameDirectory,
  type GameDirectory,
  gamesMigrations,
  generateKey,
  looksLikeKey,
  revocationMillis,
} from './index.ts';

let postgres: TestPostgres;
let pool: Database;
let directory: GameDirectory;
let now = 0;
const game = { id: 'demo', name: 'Demo', timeZone: 'Europe/Berlin' };

beforeAll(async () => {
  postgres = await TestPostgres.start();
  pool = createPool(await quietTelemetry(), await postgres.database('accounts'));
  await migrate({ pool, dir: gamesMigrations, owner: 'games' });
});
beforeEach(async () => {
  await pool.query('TRUNCATE games CASCADE');
  now = 0;
  directory = createGameDirectory(pool, () => now);
  await directory.ensureGame(game);
});
afterAll(async () => {
  await pool.stop();
  await postgres.stop();
});

describe('a game', () => {
  test('is made once and then brought to the values given', async () => {
    await directory.ensureGame({ ...game, name: 'Demo 2', unknownEvents: 'reject' });
    expect(await directory.listGames()).toMatchObject([{ id: 'demo', name: 'Demo 2', unknownEvents: 'reject' }]);
    expect(await directory.findGame('demo')).toMatchObject({ timeZone: 'Europe/Berlin' });
    expect(await directory.findGame('other')).toBeUndefined();
  });

  test('may not have the id of the freshness probes', async () => {
    await expect(directory.ensureGame({ ...game, id: 'gamemetrics.probe' })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });

  test('has a time zone that exists', async () => {
    const refusal = directory.ensureGame({ ...game, timeZone: 'Mars/Olympus' });
    await expect(refusal).rejects.toMatchObject({ code: 'REQUEST_INVALID', problems: [{ value: 'Mars/Olympus' }] });
  });
});

describe('an API key', () => {
  test.each(['production', 'sandbox'] as const)('of class %s leads to its game and class', async (dataClass) => {
    const { key, id, prefix } = await directory.createKey('demo', dataClass);
    expect(key).toMatch(new RegExp(`^gmk_${dataClass}_[A-Za-z0-9_-]{32}$`));
    expect(key.startsWith(prefix)).toBe(true);
    expect(await directory.findKey(key)).toMatchObject({
      keyId: id,
      dataClass,
      game: { id: 'demo', timeZone: 'Europe/Berlin' },
    });
  });

  test('is nowhere in the database', async () => {
    const { key } = await directory.createKey('demo', 'production');
    const { rows } = await pool.query('SELECT api_keys::text AS row FROM api_keys');
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(key).toString('hex'));
  });

  test('may be one of several, each revoked alone', async () => {
    const one = await directory.createKey('demo', 'production');
    const two = await directory.createKey('demo', 'production');
    expect(await directory.revokeKey(one.id)).toBe(true);
    expect(await directory.revokeKey(one.id)).toBe(false);
    expect([await directory.findKey(one.key), (await directory.findKey(two.key))?.keyId]).toEqual([undefined, two.id]);
    expect((await directory.listKeys('demo')).map(({ revokedAt }) => revokedAt !== null)).toEqual([true, false]);
  });

  test('revoked elsewhere stops working within the stated time', async () => {
    const { key, id } = await directory.createKey('demo', 'production');
    await directory.findKey(key);
    await createGameDirectory(pool).revokeKey(id);
    expect(await directory.findKey(key)).toBeDefined();
    now += revocationMillis;
    expect(await directory.findKey(key)).toBeUndefined();
  });

  test('is looked up once, also by many at once', async () => {
    const { key } = await directory.createKey('demo', 'production');
    let queries = 0;
    const counting = new Proxy(pool, {
      get: (target, name) => {
        if (name === 'query') queries += 1;
        return Reflect.get(target, name, target);
      },
    });
    const counted = createGameDirectory(counting);
    await Promise.all(Array.from({ length: 50 }, () => counted.findKey(key)));
    await counted.findKey(key);
    expect(queries).toBe(1);
  });

  test('of a game that does not exist is refused', async () => {
    await expect(directory.createKey('other', 'production')).rejects.toMatchObject({ code: 'GAME_UNKNOWN' });
  });

  test('that was chosen elsewhere can be stored again and again', async () => {
    const { key } = generateKey('sandbox');
    expect(await directory.findKey(key)).toBeUndefined();
    await directory.ensureKey('demo', key);
    await directory.ensureKey('demo', key);
    expect(await directory.findKey(key)).toMatchObject({ dataClass: 'sandbox' });
  });

  test.each(['', 'gmk_production_short', `gmk_test_${'a'.repeat(32)}`, `gmk_production_${'ä'.repeat(32)}`])(
    'of the form "%s" is none',
    async (text) => {
      expect(looksLikeKey(text)).toBe(false);
      expect(await directory.findKey(text)).toBeUndefined();
    },
  );
});

describe('while the database is away', () => {
  test('keys that were good stay good for a while, and others are refused as unavailable', async () => {
    const lonely = createPool(await quietTelemetry(), await postgres.database('accounts'));
    const directoryThere = createGameDirectory(lonely, () => now);
    const { key } = await directory.createKey('demo', 'production');
    await directoryThere.findKey(key);
    const away = new Error('Connection terminated unexpectedly');
    lonely.query = () => Promise.reject(away);
    now += revocationMillis;
    expect(await directoryThere.findKey(key)).toMatchObject({ game: { id: 'demo' } });
    await expect(directoryThere.findKey(generateKey('production').key)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    now += 3_600_000;
    await expect(directoryThere.findKey(key)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await lonely.stop();
  });
});
