-- What analytics-api may read. The base tables are revoked from it; every view below shows only the games and the data
-- class that the transaction was opened for:
--   BEGIN READ ONLY;
--   SELECT set_config('gamemetrics.game_ids', '["demo"]', true), set_config('gamemetrics.data_class', 'production', true);
-- Game ids are a JSON array. Without both settings every view is empty. The views are security barriers: a reader's own
-- conditions run only after the tenant's, except for leakproof ones (=, <, >= … on text, date, timestamptz, uuid,
-- numbers), which still use the indexes.

CREATE SCHEMA analytics;

CREATE VIEW event_store.visible_tenants AS
  SELECT tenant_id, game_id, data_class::text COLLATE "C" AS data_class, time_zone
  FROM event_store.tenants
  WHERE tenant_id > 0
    AND game_id = ANY (ARRAY(
      SELECT jsonb_array_elements_text(nullif(current_setting('gamemetrics.game_ids', true), '')::jsonb) COLLATE "C"))
    AND data_class = nullif(current_setting('gamemetrics.data_class', true), '')::event_store.data_class;

CREATE VIEW analytics.games WITH (security_barrier) AS
  SELECT game_id, data_class, time_zone FROM event_store.visible_tenants;

-- The event types that a game has ever sent. For the newest events of a type, look its series_id up here first and
-- compare analytics.events.series_id with that constant: then ORDER BY event_timestamp DESC LIMIT n reads n rows.
CREATE VIEW analytics.event_series WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, s.event_type, s.series_id, s.created_at
  FROM event_store.visible_tenants t JOIN event_store.series s USING (tenant_id);

-- Always give a range of event_timestamp: it selects the partitions.
CREATE VIEW analytics.events WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, s.event_type, e.series_id, e.event_id, e.event_version, e.event_timestamp,
    e.received_at, e.player_id, e.session_id, e.app_version, e.platform, e.device_class, e.segment, e.country, e.region,
    e.properties, e.marks
  FROM event_store.visible_tenants t
  JOIN event_store.series s USING (tenant_id)
  JOIN event_store.events e USING (series_id);

CREATE VIEW analytics.event_counts_minute WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, s.event_type, c.minute, sum(c.events)::bigint AS events
  FROM event_store.visible_tenants t
  JOIN event_store.series s USING (tenant_id) JOIN event_store.event_counts_minute c USING (series_id)
  GROUP BY t.game_id, t.data_class, s.event_type, c.minute;

CREATE VIEW analytics.event_counts_hour WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, s.event_type, c.hour, sum(c.events)::bigint AS events
  FROM event_store.visible_tenants t
  JOIN event_store.series s USING (tenant_id) JOIN event_store.event_counts_hour c USING (series_id)
  GROUP BY t.game_id, t.data_class, s.event_type, c.hour;

CREATE VIEW analytics.event_counts_day WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, s.event_type, c.day, sum(c.events)::bigint AS events
  FROM event_store.visible_tenants t
  JOIN event_store.series s USING (tenant_id) JOIN event_store.event_counts_day c USING (series_id)
  GROUP BY t.game_id, t.data_class, s.event_type, c.day;

-- DAU, WAU, MAU: window_days 1, 7, 30. A day without a row has 0.
CREATE VIEW analytics.active_players WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, a.window_days, a.day, sum(a.players)::bigint AS players
  FROM event_store.visible_tenants t JOIN event_store.active_players a USING (tenant_id)
  GROUP BY t.game_id, t.data_class, a.window_days, a.day;

-- Retention: players(day_number) / players(0). New players of a day: day_number 0.
CREATE VIEW analytics.cohort_days WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, c.cohort_day, c.day_number, sum(c.players)::bigint AS players
  FROM event_store.visible_tenants t JOIN event_store.cohort_days c USING (tenant_id)
  GROUP BY t.game_id, t.data_class, c.cohort_day, c.day_number;

-- Concurrent players of each minute; for "now" read the last whole minute.
CREATE VIEW analytics.online_minutes WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, o.minute, sum(o.players)::bigint AS players
  FROM event_store.visible_tenants t JOIN event_store.online_minutes o USING (tenant_id)
  GROUP BY t.game_id, t.data_class, o.minute;

CREATE VIEW analytics.players WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, p.player_id, p.first_seen_at, p.first_day, p.last_seen_at, p.last_day, p.active_days,
    p.sessions, p.playtime_millis, p.purchases, p.refunds
  FROM event_store.visible_tenants t JOIN event_store.players p USING (tenant_id);

CREATE VIEW analytics.player_days WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, d.player_id, d.day
  FROM event_store.visible_tenants t JOIN event_store.player_days d USING (tenant_id);

CREATE VIEW analytics.sessions WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, s.player_id, s.session_id, s.started_at, s.ended_at, s.length_millis
  FROM event_store.visible_tenants t JOIN event_store.sessions s USING (tenant_id);

-- Mean length: length_millis / ended.
CREATE VIEW analytics.session_days WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, s.day, sum(s.started)::bigint AS started, sum(s.ended)::bigint AS ended,
    sum(s.length_millis)::bigint AS length_millis
  FROM event_store.visible_tenants t JOIN event_store.session_days s USING (tenant_id)
  GROUP BY t.game_id, t.data_class, s.day;

CREATE VIEW analytics.revenue_days WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, r.day, r.currency, sum(r.purchases)::bigint AS purchases,
    sum(r.refunds)::bigint AS refunds, sum(r.amount) AS amount
  FROM event_store.visible_tenants t JOIN event_store.revenue_days r USING (tenant_id)
  GROUP BY t.game_id, t.data_class, r.day, r.currency;

-- Payers of a period: distinct player_id with purchases > 0 on one of its days (a payment above nothing); a refund
-- lowers the amount and makes nobody a payer.
CREATE VIEW analytics.player_revenue_days WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, r.player_id, r.day, r.currency, r.purchases, r.refunds, r.amount
  FROM event_store.visible_tenants t JOIN event_store.player_revenue_days r USING (tenant_id);

CREATE VIEW analytics.item_days WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, i.day, i.item_id, i.currency, sum(i.views)::bigint AS views,
    sum(i.purchases)::bigint AS purchases, sum(i.refunds)::bigint AS refunds, sum(i.quantity) AS quantity,
    sum(i.amount) AS amount
  FROM event_store.visible_tenants t JOIN event_store.item_days i USING (tenant_id)
  GROUP BY t.game_id, t.data_class, i.day, i.item_id, i.currency;

-- ORDER BY score DESC, achieved_at, player_id is the rank, and the index.
CREATE VIEW analytics.leaderboard_scores WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, l.board, l.player_id, l.score, l.achieved_at, l.event_id
  FROM event_store.visible_tenants t JOIN event_store.leaderboard_scores l USING (tenant_id);

CREATE VIEW analytics.conservation_minutes WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, c.minute, sum(c.consumed)::bigint AS consumed, sum(c.stored)::bigint AS stored,
    sum(c.deduplicated)::bigint AS deduplicated, sum(c.dead_lettered)::bigint AS dead_lettered,
    sum(c.suppressed)::bigint AS suppressed
  FROM event_store.visible_tenants t JOIN event_store.conservation_minutes c USING (tenant_id)
  GROUP BY t.game_id, t.data_class, c.minute;

-- The dead letters of a game, by reason and day, without what they contain.
CREATE VIEW analytics.dead_letter_counts WITH (security_barrier) AS
  SELECT t.game_id, d.reason, d.status, (d.failed_at AT TIME ZONE t.time_zone)::date AS day, count(*) AS dead_letters
  FROM event_store.visible_tenants t JOIN event_store.dead_letters d USING (game_id)
  GROUP BY t.game_id, d.reason, d.status, (d.failed_at AT TIME ZONE t.time_zone)::date;

-- Everything accepted before this moment is in the answers: the oldest partition counts, and one that has no backlog
-- is complete up to when that was last seen. NULL until anything was processed. Holds for all games alike.
CREATE VIEW analytics.data_as_of WITH (security_barrier) AS
  SELECT min(greatest(caught_up_at, last_received_at)) AS data_as_of FROM event_store.consumer_positions;

REVOKE ALL ON SCHEMA event_store FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA event_store FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA event_store FROM PUBLIC;
GRANT USAGE ON SCHEMA analytics TO analytics_api;
GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO analytics_api;
