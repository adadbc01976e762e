import pg from 'pg';

/** What the event store of the benchmark holds. */
export interface History {
  readonly game: string;
  readonly days: number;
  readonly players: number;
  /** Of a player on a day on which they play, which is every third. */
  readonly eventsOfDay: number;
}

/** Types by the place of an event in a player's day, with what their properties are. The rest is item_viewed. */
const TYPES = [
  ['session_start', 'n = 1', `'{}'`],
  ['session_end', 'n = 2', `'{"duration_seconds":' || 60 + h % 3000 || '}'`],
  ['match_start', 'n BETWEEN 3 AND 5', `'{"match_id":"m","mode":"duel"}'`],
  ['match_end', 'n BETWEEN 6 AND 8', `'{"match_id":"m","mode":"duel","result":"win","duration_seconds":90}'`],
  ['level_started', 'n BETWEEN 9 AND 11', `'{"level":' || 1 + h % 20 || '}'`],
  [
    'level_completed',
    'n BETWEEN 12 AND 14',
    `'{"level":' || 1 + h % 20 || ',"duration_seconds":30,"score":' || h % 100000 || '}'`,
  ],
  [
    'performance_sample',
    'n BETWEEN 15 AND 18',
    `'{"fps":' || 20 + h % 100 || ',"ping_millis":' || 10 + h % 300 || '}'`,
  ],
  [
    'item_purchased',
    'n = 19 AND h % 20 = 0',
    `'{"item_id":"item-' || h % 40 || '","currency":"EUR","amount":' || 99 + 100 * (h % 9) || '}'`,
  ],
  ['item_viewed', 'true', `'{"item_id":"item-' || h % 200 || '"}'`],
] as const;

/** Of (tenant, day, player) tuples the same pseudo-random number at every run. */
const hash = (d: number): string => `(hashint8extended(p::bigint * 1000003 + ${d} * 1009 + n, 7) & 2147483647)`;
const DAY = `date_trunc('day', now() AT TIME ZONE 'UTC')::date - d`;

const caseOf = (column: (type: (typeof TYPES)[number]) => string): string =>
  `CASE ${TYPES.map((type) => `WHEN ${type[1]} THEN ${column(type)}`).join(' ')} END`;

const prepare = ({ game }: History): readonly string[] => [
  `INSERT INTO event_store.tenants (game_id, data_class, time_zone) VALUES ('${game}', 'production', 'UTC')
   ON CONFLICT DO NOTHING`,
  ...TYPES.map(
    ([type]) => `INSERT INTO event_store.series (tenant_id, event_type)
      SELECT tenant_id, '${type}' FROM event_store.tenants WHERE game_id = '${game}' AND data_class = 'production'
      ON CONFLICT DO NOTHING`,
  ),
  `CREATE TEMPORARY TABLE own_series AS SELECT event_type, series_id, tenant_id FROM event_store.series
   JOIN event_store.tenants USING (tenant_id) WHERE game_id = '${game}' AND data_class = 'production'`,
];

/** A day is loaded without indexes and gets them when it is attached. */
const loadDay = ({ players, eventsOfDay }: History, d: number): readonly string[] => [
  // The processor makes room for today and the days to come; that room is empty.
  `DO $$ BEGIN EXECUTE format('DROP TABLE IF EXISTS event_store.%I',
     'events_' || to_char(date_trunc('day', now() AT TIME ZONE 'UTC')::date - ${d}, 'YYYYMMDD')); END $$`,
  `CREATE TABLE event_store.bench_day_${d} (LIKE event_store.events INCLUDING ALL EXCLUDING INDEXES)`,
  `INSERT INTO event_store.bench_day_${d}
   SELECT s.series_id, 1, 0, at, at + interval '1 second', gen_random_uuid(), 'player-' || p, 's-' || p || '-' || d,
     '1.0', (ARRAY['ios', 'android', 'web'])[1 + h % 3], 'phone', 'active', 'DE', 'eu', properties::json
   FROM (
     SELECT *, ${caseOf(([type]) => `'${type}'`)} AS event_type, ${caseOf(([, , properties]) => properties)} AS properties,
       (${DAY})::timestamp AT TIME ZONE 'UTC' + make_interval(secs => (h + n * 977) % 86400) AS at
     FROM (SELECT p, n, ${d} AS d, ${hash(d)} AS h
           FROM generate_series(1, ${players}) AS p, generate_series(1, ${eventsOfDay}) AS n WHERE (p + ${d}) % 3 = 0) x) e
   JOIN own_series s USING (event_type)`,
  `DO $$ BEGIN EXECUTE format('ALTER TABLE event_store.events ATTACH PARTITION event_store.bench_day_${d} FOR VALUES FROM (%L) TO (%L)',
     (date_trunc('day', now() AT TIME ZONE 'UTC')::date - ${d})::text || ' 00:00:00+00',
     (date_trunc('day', now() AT TIME ZONE 'UTC')::date - ${d} + 1)::text || ' 00:00:00+00'); END $$`,
];

const own = 'FROM event_store.events e JOIN own_series s USING (series_id)';
const day = `(e.event_timestamp AT TIME ZONE 'UTC')::date`;
const property = (name: string): string => `e.properties->>'${name}'`;

/** What the processor would have added up: the same tables, from the events in one pass each. */
const rollups: readonly string[] = [
  ...(['minute', 'hour'] as const).map(
    (unit) => `INSERT INTO event_store.event_counts_${unit}
      SELECT series_id, date_trunc('${unit}', e.event_timestamp), 0, count(*) ${own} GROUP BY 1, 2`,
  ),
  `INSERT INTO event_store.event_counts_day SELECT series_id, ${day}, 0, count(*) ${own} GROUP BY 1, 2`,
  `INSERT INTO event_store.player_days SELECT DISTINCT tenant_id, player_id, ${day} ${own}`,
  `INSERT INTO event_store.players (tenant_id, player_id, first_seen_at, first_day, last_seen_at, last_day, active_days)
   SELECT tenant_id, player_id, min(day)::timestamptz, min(day), max(day)::timestamptz, max(day), count(*)
   FROM event_store.player_days JOIN (SELECT DISTINCT tenant_id FROM own_series) o USING (tenant_id) GROUP BY 1, 2`,
  ...[1, 7, 30].map(
    (window) => `INSERT INTO event_store.active_players
      SELECT tenant_id, ${window}, d, 0, count(*) FROM (
        SELECT DISTINCT tenant_id, player_id, day + g AS d FROM event_store.player_days, generate_series(0, ${window - 1}) g) x
      GROUP BY 1, 3`,
  ),
  `INSERT INTO event_store.cohort_days SELECT tenant_id, first_day, day - first_day, 0, count(*)
   FROM event_store.players JOIN event_store.player_days USING (tenant_id, player_id) GROUP BY 1, 2, 3`,
  `INSERT INTO event_store.session_days SELECT tenant_id, ${day}, 0, count(*) FILTER (WHERE event_type = 'session_start'),
     count(*) FILTER (WHERE event_type = 'session_end'),
     coalesce(sum((${property('duration_seconds')})::bigint * 1000) FILTER (WHERE event_type = 'session_end'), 0)
   ${own} WHERE event_type IN ('session_start', 'session_end') GROUP BY 1, 2`,
  `INSERT INTO event_store.player_revenue_days SELECT tenant_id, player_id, ${day}, ${property('currency')}, count(*), 0,
     sum((${property('amount')})::numeric) ${own} WHERE event_type = 'item_purchased' GROUP BY 1, 2, 3, 4`,
  `INSERT INTO event_store.revenue_days SELECT tenant_id, day, currency, 0, sum(purchases), 0, sum(amount)
   FROM event_store.player_revenue_days GROUP BY 1, 2, 3`,
  `INSERT INTO event_store.item_days SELECT tenant_id, ${day}, ${property('item_id')}, coalesce(${property('currency')}, ''), 0,
     count(*) FILTER (WHERE event_type = 'item_viewed'), count(*) FILTER (WHERE event_type = 'item_purchased'), 0,
     count(*) FILTER (WHERE event_type = 'item_purchased'), coalesce(sum((${property('amount')})::numeric), 0)
   ${own} WHERE event_type IN ('item_viewed', 'item_purchased') GROUP BY 1, 2, 3, 4`,
  ...(['fps', 'ping_millis'] as const).map(
    (
      metric,
    ) => `INSERT INTO event_store.performance_days SELECT tenant_id, ${day}, '${metric}', (${property(metric)})::integer, 0, count(*)
      ${own} WHERE event_type = 'performance_sample' GROUP BY 1, 2, 4`,
  ),
  `INSERT INTO event_store.performance_days SELECT tenant_id, ${day}, 'crashed', 0, 0, count(*)
   ${own} WHERE event_type = 'performance_sample' GROUP BY 1, 2`,
  `INSERT INTO event_store.leaderboard_scores
   SELECT DISTINCT ON (tenant_id, board, player_id) tenant_id, 'level:' || (${property('level')}) AS board, player_id,
     (${property('score')})::bigint AS score, e.event_timestamp, e.event_id
   ${own} WHERE event_type = 'level_completed' ORDER BY tenant_id, board, player_id, score DESC`,
  `INSERT INTO event_store.online_minutes SELECT tenant_id, m, 0, 100 FROM (SELECT DISTINCT tenant_id FROM own_series) o,
     generate_series(date_trunc('minute', now()) - interval '1 day', date_trunc('minute', now()), interval '1 minute') m`,
  `INSERT INTO event_store.conservation_minutes SELECT tenant_id, m, 0, 1000, 990, 5, 3, 2
   FROM (SELECT DISTINCT tenant_id FROM own_series) o,
     generate_series(date_trunc('minute', now()) - interval '1 day', date_trunc('minute', now()), interval '1 minute') m`,
  `INSERT INTO event_store.consumer_positions (topic, partition, owner, next_offset, published_offset, last_received_at, caught_up_at)
   VALUES ('player.events.raw', 0, gen_random_uuid(), 1, 1, now(), now()) ON CONFLICT DO NOTHING`,
];

/** Fills an empty event store; resolves to the number of events. `databaseUrl` is its owner's. */
export async function loadHistory(databaseUrl: string, history: History): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off");
    for (const statement of prepare(history)) await client.query(statement);
    for (let d = 0; d < history.days; d += 1)
      for (const statement of loadDay(history, d)) await client.query(statement);
    for (const statement of rollups) await client.query(statement);
    await client.query('VACUUM (ANALYZE, PARALLEL 0)');
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM event_store.events');
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}
