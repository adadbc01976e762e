import type pg from 'pg';
import { enrich } from '../../../domain/enrich.ts';
import type { StorableEvent, Tenant } from '../../../domain/event.ts';
import type { ScoreChange } from '../../../domain/fold.ts';
import type { PlayerState, Segment } from '../../../domain/player.ts';
import type { EnrichedEvent, Publication, PublishablePlayer } from '../event-store.ts';
import { readStates } from './players.ts';

const selectStored = `
  SELECT x.place::integer, e.segment
  FROM unnest($1::integer[], $2::text[], $3::float8[], $4::uuid[])
    WITH ORDINALITY AS x (series_id, player_id, millis, event_id, place)
  JOIN event_store.events e ON e.player_id = x.player_id AND e.event_timestamp = to_timestamp(x.millis / 1000)
    AND e.event_id = x.event_id AND e.series_id = x.series_id`;

/** The segment is as it was stored; the rest of an enrichment follows from the event. */
async function readEvents(client: Pick<pg.ClientBase, 'query'>, events: readonly StorableEvent[]) {
  const { rows } = await client.query<{ place: number; segment: Segment }>(selectStored, [
    events.map(({ series }) => series.id),
    events.map(({ event }) => event.player_id),
    events.map(({ timestampMillis }) => timestampMillis),
    events.map(({ event }) => event.event_id),
  ]);
  return new Map(rows.map(({ place, segment }) => [place - 1, segment]));
}

const unknownPlayer: Pick<PlayerState, 'firstDay' | 'purchases'> = { firstDay: 0, purchases: 0 };

const selectScores = `
  SELECT l.tenant_id, l.board, l.player_id, l.score::float8, (extract(epoch FROM l.achieved_at) * 1000)::float8 AS achieved,
    l.event_id
  FROM unnest($1::integer[], $2::text[]) AS x (tenant_id, player_id)
  JOIN event_store.leaderboard_scores l USING (tenant_id, player_id)`;

interface ScoreRow {
  readonly tenant_id: number;
  readonly board: string;
  readonly player_id: string;
  readonly score: number;
  readonly achieved: number;
  readonly event_id: string;
}

async function readScores(
  client: Pick<pg.ClientBase, 'query'>,
  players: readonly PublishablePlayer[],
): Promise<ScoreChange[]> {
  const tenants = new Map<number, Tenant>(players.map(({ tenant }) => [tenant.id, tenant]));
  const { rows } = await client.query<ScoreRow>(selectScores, [
    players.map(({ tenant }) => tenant.id),
    players.map(({ playerId }) => playerId),
  ]);
  return rows.flatMap((row) => {
    const tenant = tenants.get(row.tenant_id);
    const { board, score, event_id: eventId, player_id: playerId, achieved: achievedMillis } = row;
    return tenant ? [{ tenant, board, playerId, score, achievedMillis, eventId }] : [];
  });
}

/** What is to be published of events that are stored: they, their players and scores as they are now. */
export async function recall(
  client: Pick<pg.ClientBase, 'query'>,
  events: readonly StorableEvent[],
): Promise<Publication> {
  if (events.length === 0) return { enriched: [], players: [], scores: [] };
  const segments = await readEvents(client, events);
  const enriched = events.flatMap((event, place): EnrichedEvent[] => {
    const segment = segments.get(place);
    if (!segment) return [];
    const player = { state: unknownPlayer, day: event.day, previousDay: undefined };
    return [{ event, enrichment: { ...enrich(event, player, undefined), segment } }];
  });
  const last = new Map(
    enriched.map(({ event, enrichment }) => [
      `${event.series.tenant.id} ${event.event.player_id}`,
      { tenant: event.series.tenant, playerId: event.event.player_id, segment: enrichment.segment as Segment },
    ]),
  );
  const known = [...last.values()];
  const states = await readStates(client, known);
  const players = known.flatMap((player, place): PublishablePlayer[] => {
    const state = states.get(place);
    return state ? [{ ...player, state }] : [];
  });
  return { enriched, players, scores: await readScores(client, players) };
}
