import type pg from 'pg';
import type { Fold, ScoreChange, SessionChange } from '../../../domain/fold.ts';

const upsertSessions = `
  INSERT INTO event_store.sessions AS s (tenant_id, player_id, session_id, started_at, ended_at, length_millis)
  SELECT tenant_id, player_id, session_id, to_timestamp(started / 1000.0), to_timestamp(ended / 1000.0), length_millis
  FROM unnest($1::integer[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::bigint[])
    AS x (tenant_id, player_id, session_id, started, ended, length_millis)
  ON CONFLICT (tenant_id, player_id, session_id) DO UPDATE SET
    started_at = least(s.started_at, excluded.started_at),
    ended_at = greatest(s.ended_at, excluded.ended_at),
    length_millis = CASE
      WHEN excluded.ended_at IS NULL OR s.ended_at > excluded.ended_at THEN s.length_millis
      WHEN s.ended_at = excluded.ended_at THEN greatest(s.length_millis, excluded.length_millis)
      ELSE excluded.length_millis END`;

/** The earliest start and the latest end of each session, whatever order they come in. */
export async function writeSessions(client: pg.ClientBase, sessions: readonly SessionChange[]): Promise<void> {
  if (sessions.length === 0) return;
  const values = [
    sessions.map(({ tenantId }) => tenantId),
    sessions.map(({ playerId }) => playerId),
    sessions.map(({ sessionId }) => sessionId),
    sessions.map(({ startedMillis }) => startedMillis ?? null),
    sessions.map(({ ended }) => ended?.atMillis ?? null),
    sessions.map(({ ended }) => ended?.lengthMillis ?? null),
  ];
  await client.query({ name: 'upsert-sessions', text: upsertSessions, values });
}

const upsertScores = `
  INSERT INTO event_store.leaderboard_scores AS l (tenant_id, board, player_id, score, achieved_at, event_id)
  SELECT tenant_id, board, player_id, score, to_timestamp(achieved / 1000.0), event_id
  FROM unnest($1::integer[], $2::text[], $3::text[], $4::bigint[], $5::float8[], $6::uuid[])
    AS x (tenant_id, board, player_id, score, achieved, event_id)
  ON CONFLICT (tenant_id, board, player_id) DO UPDATE SET
    score = excluded.score, achieved_at = excluded.achieved_at, event_id = excluded.event_id
  WHERE (excluded.score, l.achieved_at, l.event_id) > (l.score, excluded.achieved_at, excluded.event_id)
  RETURNING event_id`;

/** The scores that became a player's best; the others changed nothing. */
export async function writeScores(client: pg.ClientBase, scores: Fold['scores']): Promise<readonly ScoreChange[]> {
  if (scores.length === 0) return [];
  const values = [
    scores.map(({ tenant }) => tenant.id),
    scores.map(({ board }) => board),
    scores.map(({ playerId }) => playerId),
    scores.map(({ score }) => score),
    scores.map(({ achievedMillis }) => achievedMillis),
    scores.map(({ eventId }) => eventId),
  ];
  const { rows } = await client.query<{ event_id: string }>({ name: 'upsert-scores', text: upsertScores, values });
  const changed = new Set(rows.map((row) => row.event_id));
  return scores.filter(({ eventId }) => changed.has(eventId));
}
