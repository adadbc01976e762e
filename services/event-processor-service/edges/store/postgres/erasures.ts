import type pg from 'pg';
import type { DataClass, ErasureRequest } from '#catalog/events/index.ts';
import { type Database, transaction } from '#kit/postgres/index.ts';
import type { Suppression } from '../../../domain/suppression.ts';
import type { Erased, ErasureStore } from '../event-store.ts';

/** Batches share it while they store; a change of the list takes it alone, so it waits for those in flight. */
const LOCK_KEY = 4_120_877_351;

/** The newest version of the list, which no erasure changes before the client's transaction is over. */
export async function lockedVersion(client: pg.ClientBase): Promise<bigint> {
  await client.query(`SELECT pg_advisory_xact_lock_shared(${LOCK_KEY})`);
  const { rows } = await client.query<{ version: string }>(
    'SELECT coalesce(max(version), 0) AS version FROM event_store.suppressions',
  );
  return BigInt(rows[0]?.version ?? 0);
}

const suppressStatement = `
  INSERT INTO event_store.suppressions AS s (player_id, games, erasure_id, requested_at, version)
  VALUES ($1, $2, $3, $4, nextval('event_store.suppression_version'))
  ON CONFLICT (player_id) DO UPDATE SET games = excluded.games, erasure_id = excluded.erasure_id,
    requested_at = excluded.requested_at, lifted = false, version = excluded.version, removed = NULL, completed_at = NULL
  WHERE s.erasure_id <> excluded.erasure_id OR s.lifted OR s.games <> excluded.games`;

const liftStatement = `
  UPDATE event_store.suppressions SET lifted = true, version = nextval('event_store.suppression_version')
  WHERE player_id = $1 AND NOT lifted`;

async function changeList(pool: Database, statement: string, values: readonly unknown[]): Promise<void> {
  await transaction(
    pool,
    async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(${LOCK_KEY})`);
      await client.query(statement, [...values]);
    },
    { idempotent: true },
  );
}

/** Tables with rows of a player, and how they know the game. `$1` is the player, `$2` the games or NULL for all. */
const personalTables = {
  events: `series_id IN (SELECT series_id FROM event_store.series JOIN event_store.tenants USING (tenant_id)
    WHERE $2::text[] IS NULL OR game_id = ANY ($2))`,
  players: '',
  player_days: '',
  player_revenue_days: '',
  sessions: '',
  dead_letters: '($2::text[] IS NULL OR game_id IS NULL OR game_id = ANY ($2))',
} as const satisfies Readonly<Record<string, string>>;

const ofTenants =
  'tenant_id IN (SELECT tenant_id FROM event_store.tenants WHERE $2::text[] IS NULL OR game_id = ANY ($2))';

async function deleteRows(client: pg.ClientBase, values: readonly unknown[]): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  for (const [table, condition] of Object.entries(personalTables)) {
    const { rowCount } = await client.query(
      `DELETE FROM event_store.${table} WHERE player_id = $1 AND ${condition || ofTenants}`,
      [...values],
    );
    removed[table] = rowCount ?? 0;
  }
  return removed;
}

async function deleteScores(client: pg.ClientBase, values: readonly unknown[]): Promise<Erased['boards']> {
  const { rows } = await client.query<{ gameId: string; dataClass: DataClass; board: string }>(
    `DELETE FROM event_store.leaderboard_scores l USING event_store.tenants t
     WHERE l.tenant_id = t.tenant_id AND l.player_id = $1 AND ($2::text[] IS NULL OR t.game_id = ANY ($2))
     RETURNING t.game_id AS "gameId", t.data_class AS "dataClass", l.board`,
    [...values],
  );
  return rows;
}

const recordRemoved = `
  UPDATE event_store.suppressions SET completed_at = now(), removed = (
    SELECT json_object_agg(name, coalesce((s.removed ->> name)::bigint, 0) + (added.value)::bigint)
    FROM json_each_text($2) AS added (name, value))
  FROM (SELECT removed FROM event_store.suppressions WHERE player_id = $1) s
  WHERE player_id = $1 RETURNING suppressions.removed`;

async function erase(client: pg.ClientBase, { player_id, games }: ErasureRequest): Promise<Erased> {
  // One player by a hash index in every day, also where statistics are missing.
  await client.query('SET LOCAL statement_timeout = 0');
  const values = [player_id, games.length === 0 ? null : games];
  const boards = await deleteScores(client, values);
  const removed = { ...(await deleteRows(client, values)), leaderboard_scores: boards.length };
  const { rows } = await client.query<{ removed: Record<string, number> }>(recordRemoved, [
    player_id,
    JSON.stringify(removed),
  ]);
  return { boards, removed: rows[0]?.removed ?? removed };
}

export function createErasureStore(pool: Database): ErasureStore {
  return {
    suppress: ({ player_id, games, erasure_id, requested_at }) =>
      changeList(pool, suppressStatement, [player_id, games, erasure_id, requested_at]),
    lift: (playerId) => changeList(pool, liftStatement, [playerId]),
    since: async (version) => {
      const { rows } = await pool.query<{ player_id: string; games: string[]; lifted: boolean; version: string }>(
        'SELECT player_id, games, lifted, version FROM event_store.suppressions WHERE version > $1 ORDER BY version',
        [String(version)],
      );
      return rows.map(
        ({ player_id: playerId, games, lifted, version: at }): Suppression => ({
          playerId,
          games,
          lifted,
          version: BigInt(at),
        }),
      );
    },
    erase: (request) => transaction(pool, (client) => erase(client, request), { idempotent: true }),
  };
}
