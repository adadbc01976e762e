-- After the migrations that every PostgreSQL has, where the extension is installed: events become a hypertable by day.
-- The columns, indexes and the view over them stay what they are, so the same queries run on both.

DO $$
DECLARE
  seen text := pg_get_viewdef('analytics.events'::regclass);
BEGIN
  IF EXISTS (SELECT FROM event_store.events) THEN
    RAISE EXCEPTION 'event_store.events has rows in native partitions; export them, empty the table, then migrate again';
  END IF;
  DROP VIEW analytics.events;
  ALTER TABLE event_store.events RENAME TO events_native;
  CREATE TABLE event_store.events (LIKE event_store.events_native INCLUDING ALL);
  DROP TABLE event_store.events_native;
  PERFORM create_hypertable('event_store.events', by_range('event_timestamp', INTERVAL '1 day'),
    create_default_indexes => false);
  EXECUTE 'CREATE VIEW analytics.events WITH (security_barrier) AS ' || seen;
  GRANT SELECT ON analytics.events TO analytics_api;
END $$;
