-- What the answers on performance and dead letters are read from.

-- How the game ran: samples of performance_sample by rounded value. `metric` is fps or ping_millis, whose values are
-- whole numbers up to 1000 and whole hundreds above, at most 60000: few rows a day, and percentiles that are exact for
-- the rounded values. For crashed the value is 1 of a sample that followed a crash and 0 of every other.
CREATE TABLE event_store.performance_days (
  tenant_id integer NOT NULL, day date NOT NULL, metric text COLLATE "C" NOT NULL, value integer NOT NULL,
  shard smallint NOT NULL, samples bigint NOT NULL,
  PRIMARY KEY (tenant_id, day, metric, value, shard)
) WITH (fillfactor = 70);

CREATE VIEW analytics.performance_days WITH (security_barrier) AS
  SELECT t.game_id, t.data_class, p.day, p.metric, p.value, sum(p.samples)::bigint AS samples
  FROM event_store.visible_tenants t JOIN event_store.performance_days p USING (tenant_id)
  GROUP BY t.game_id, t.data_class, p.day, p.metric, p.value;

-- The dead letters of a game without what they contain; of both data classes, and also before its first stored event.
CREATE VIEW analytics.dead_letters WITH (security_barrier) AS
  SELECT d.game_id, d.dead_letter_id, d.reason, d.event_type, d.failed_by, d.failed_at, d.status
  FROM event_store.dead_letters d
  WHERE d.game_id = ANY (ARRAY(
    SELECT jsonb_array_elements_text(nullif(current_setting('gamemetrics.game_ids', true), '')::jsonb) COLLATE "C"))
    AND nullif(current_setting('gamemetrics.data_class', true), '') IS NOT NULL;

REVOKE ALL ON event_store.performance_days FROM PUBLIC;
GRANT SELECT ON analytics.performance_days, analytics.dead_letters TO analytics_api;
