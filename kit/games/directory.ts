import { join } from 'node:path';
import { PROBE } from '#catalog/events/index.ts';
import { describeProblem, errorCode, errors } from '../errors.ts';
import { ExpiringMap } from '../expiring-map.ts';
import { type Database, isConnectionLost } from '../postgres/index.ts';
import { type DataClass, generateKey, hashKey, looksLikeKey } from './keys.ts';

export interface Game {
  readonly id: string;
  readonly name: string;
  /** IANA name, such as Europe/Berlin. */
  readonly timeZone: string;
  /** What happens to an event whose type has no schema: kept as custom, or rejected. */
  readonly unknownEvents: 'accept' | 'reject';
  readonly createdAt: Date;
}

export interface KeyOwner {
  readonly keyId: string;
  readonly dataClass: DataClass;
  readonly game: Game;
}

export interface ApiKey {
  readonly id: string;
  readonly gameId: string;
  readonly dataClass: DataClass;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export type GameSpecification = Pick<Game, 'id' | 'name' | 'timeZone'> & Partial<Pick<Game, 'unknownEvents'>>;

/** Games and their API keys, until user-service owns them. */
export interface GameDirectory {
  /** Whose key this is; undefined for a wrong or revoked one. Errors: DATABASE_UNAVAILABLE. */
  findKey(key: string): Promise<KeyOwner | undefined>;
  findGame(id: string): Promise<Game | undefined>;
  listGames(): Promise<readonly Game[]>;
  /** Creates the game, or brings an existing one to these values. */
  ensureGame(game: GameSpecification): Promise<Game>;
  /** The key itself is in this answer only. Errors: GAME_UNKNOWN. */
  createKey(gameId: string, dataClass: DataClass): Promise<ApiKey & { readonly key: string }>;
  /** Stores a key that was chosen elsewhere (a demo, a test); repeating it changes nothing. */
  ensureKey(gameId: string, key: string): Promise<void>;
  listKeys(gameId: string): Promise<readonly ApiKey[]>;
  /** False when there is no such key that is not revoked yet. */
  revokeKey(keyId: string): Promise<boolean>;
}

export const gamesMigrations = join(import.meta.dirname, 'migrations');

/** A revocation is effective everywhere within this time, while the database answers. */
export const revocationMillis = 30_000;
/** While the database is away, a key that was good this long ago stays good. */
const staleMillis = 10 * 60_000;
/** A key that was just made works within this time where it was tried before. */
const unknownMillis = 2000;
const maxKeys = 10_000;

const gameColumns = `id, name, time_zone AS "timeZone", unknown_events AS "unknownEvents", created_at AS "createdAt"`;
const keyColumns = `id, game_id AS "gameId", data_class AS "dataClass", prefix, created_at AS "createdAt", revoked_at AS "revokedAt"`;
const foreignKeyViolation = '23503';

interface KeyRow extends Game {
  readonly keyId: string;
  readonly dataClass: DataClass;
}

function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    const rule = 'must be an IANA time zone such as Europe/Berlin';
    const problem = { path: 'timeZone', value: timeZone, rule, fix: 'Choose a name from the IANA list.' };
    throw errors.REQUEST_INVALID({ detail: `${describeProblem(problem)}.`, problems: [problem], cause });
  }
}

function requireOwnGame(id: string): void {
  if (id !== PROBE.game) return;
  const rule = 'must not be the game of the freshness probes';
  const problem = { path: 'id', value: id, rule, fix: 'Choose another id.' };
  throw errors.REQUEST_INVALID({ detail: `${describeProblem(problem)}.`, problems: [problem] });
}

class PostgresGameDirectory implements GameDirectory {
  readonly #pool: Database;
  readonly #fresh: ExpiringMap<KeyOwner | null>;
  readonly #stale: ExpiringMap<KeyOwner>;
  readonly #asking = new Map<string, Promise<KeyOwner | undefined>>();

  constructor(pool: Database, now: () => number) {
    this.#pool = pool;
    this.#fresh = new ExpiringMap(maxKeys, now);
    this.#stale = new ExpiringMap(maxKeys, now);
  }

  async findKey(key: string): Promise<KeyOwner | undefined> {
    if (!looksLikeKey(key)) return undefined;
    const id = hashKey(key).toString('base64');
    const known = this.#fresh.get(id);
    if (known !== undefined) return known ?? undefined;
    const running = this.#asking.get(id) ?? this.#ask(id).finally(() => this.#asking.delete(id));
    this.#asking.set(id, running);
    return running;
  }

  async findGame(id: string): Promise<Game | undefined> {
    const { rows } = await this.#pool.query<Game>(`SELECT ${gameColumns} FROM games WHERE id = $1`, [id]);
    return rows[0];
  }

  async listGames(): Promise<readonly Game[]> {
    const { rows } = await this.#pool.query<Game>(`SELECT ${gameColumns} FROM games ORDER BY id`);
    return rows;
  }

  async ensureGame({ id, name, timeZone, unknownEvents = 'accept' }: GameSpecification): Promise<Game> {
    requireTimeZone(timeZone);
    requireOwnGame(id);
    const { rows } = await this.#pool.query<Game>(
      `INSERT INTO games (id, name, time_zone, unknown_events) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET name = $2, time_zone = $3, unknown_events = $4
       RETURNING ${gameColumns}`,
      [id, name, timeZone, unknownEvents],
    );
    return first(rows);
  }

  async createKey(gameId: string, dataClass: DataClass): Promise<ApiKey & { readonly key: string }> {
    const { key, hash, prefix } = generateKey(dataClass);
    const { rows } = await this.#insertKey([gameId, dataClass, hash, prefix]);
    return { ...first(rows), key };
  }

  async ensureKey(gameId: string, key: string): Promise<void> {
    const dataClass = key.split('_')[1];
    if (!looksLikeKey(key))
      throw errors.API_KEY_INVALID({ detail: 'The key is not of the form gmk_<class>_<random>.' });
    await this.#insertKey([gameId, dataClass, hashKey(key), key.slice(0, `gmk_${dataClass}_`.length + 6)]);
    this.#fresh.delete(hashKey(key).toString('base64'));
  }

  async listKeys(gameId: string): Promise<readonly ApiKey[]> {
    const order = 'ORDER BY created_at, id';
    const { rows } = await this.#pool.query<ApiKey>(`SELECT ${keyColumns} FROM api_keys WHERE game_id = $1 ${order}`, [
      gameId,
    ]);
    return rows;
  }

  async revokeKey(keyId: string): Promise<boolean> {
    const statement = 'UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING key_hash';
    const { rows } = await this.#pool.query<{ key_hash: Buffer }>(statement, [keyId]);
    for (const { key_hash: hash } of rows) {
      this.#fresh.delete(hash.toString('base64'));
      this.#stale.delete(hash.toString('base64'));
    }
    return rows.length > 0;
  }

  async #ask(id: string): Promise<KeyOwner | undefined> {
    try {
      const owner = await this.#query(id);
      this.#fresh.set(id, owner ?? null, owner ? revocationMillis : unknownMillis);
      if (owner) this.#stale.set(id, owner, staleMillis);
      else this.#stale.delete(id);
      return owner;
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      const owner = this.#stale.get(id);
      if (owner) return owner;
      throw errors.DATABASE_UNAVAILABLE({ detail: 'API keys cannot be looked up now.', cause: error });
    }
  }

  async #query(id: string): Promise<KeyOwner | undefined> {
    const { rows } = await this.#pool.query<KeyRow>(
      `SELECT api_keys.id AS "keyId", data_class AS "dataClass", games.id, name, time_zone AS "timeZone",
              unknown_events AS "unknownEvents", games.created_at AS "createdAt"
       FROM api_keys JOIN games ON games.id = game_id
       WHERE key_hash = $1 AND revoked_at IS NULL`,
      [Buffer.from(id, 'base64')],
    );
    return rows.map(({ keyId, dataClass, ...game }) => ({ keyId, dataClass, game }))[0];
  }

  async #insertKey(values: readonly unknown[]) {
    const statement = `INSERT INTO api_keys (game_id, data_class, key_hash, prefix) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (key_hash) DO NOTHING RETURNING ${keyColumns}`;
    try {
      return await this.#pool.query<ApiKey>(statement, [...values]);
    } catch (error) {
      if (errorCode(error) !== foreignKeyViolation) throw error;
      throw errors.GAME_UNKNOWN({ detail: `There is no game "${values[0]}".`, cause: error });
    }
  }
}

function first<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('a statement with RETURNING gave no row');
  return row;
}

/** The directory over a database that `gamesMigrations` were applied to. */
export function createGameDirectory(pool: Database, now: () => number = Date.now): GameDirectory {
  return new PostgresGameDirectory(pool, now);
}
