-- The event store: one row an event, in native day partitions (UTC days of the client's clock).
-- Readers never see these tables; they read the views of 0004.

CREATE SCHEMA event_store;

CREATE TYPE event_store.data_class AS ENUM ('production', 'sandbox');

-- A game in one data class. Everything below hangs on a tenant, so production and sandbox cannot meet in a key.
-- The time zone is taken when the first event arrives: days of the rollups are days in it.
CREATE TABLE event_store.tenants (
  tenant_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  game_id text COLLATE "C" NOT NULL,
  data_class event_store.data_class NOT NULL,
  time_zone text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (game_id, data_class)
);

-- Records of the raw topic that cannot be read belong to no game; they are counted under this one.
INSERT INTO event_store.tenants (tenant_id, game_id, data_class, time_zone)
OVERRIDING SYSTEM VALUE VALUES (0, '', 'production', 'UTC');

-- One event type of one tenant. Four bytes in every event and index entry instead of three texts: measured, an index
-- on the texts costs as much as the row itself, and on this key a third of it.
CREATE TABLE event_store.series (
  series_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  tenant_id integer NOT NULL REFERENCES event_store.tenants,
  event_type text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, event_type)
);

-- `properties` is json, not jsonb: it is stored as it came, and costs half the time of a row less.
-- Identity is not a key here: event_identities decides it before a row is written.
CREATE TABLE event_store.events (
  series_id integer NOT NULL,
  event_version smallint NOT NULL,
  -- Bits: 1 late, 2 backfill, 4 custom.
  marks smallint NOT NULL,
  event_timestamp timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  event_id uuid NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  session_id text COLLATE "C",
  app_version text COLLATE "C",
  platform text COLLATE "C",
  device_class text COLLATE "C" NOT NULL,
  segment text COLLATE "C" NOT NULL,
  country text COLLATE "C",
  region text COLLATE "C",
  properties json NOT NULL
) PARTITION BY RANGE (event_timestamp);

-- Funnels, samples, explorer: one type in a time range. For the newest N of a type, compare series_id with a constant.
CREATE INDEX events_series_time ON event_store.events (series_id, event_timestamp);
-- Timeline and erasure of one player. A hash, because it costs a third of a B-tree on the text.
CREATE INDEX events_player ON event_store.events USING hash (player_id);

-- Makes the partition of a day. Attaching takes a lock that lets readers and writers go on; creating in place would not.
CREATE FUNCTION event_store.ensure_event_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  partition_name text := 'events_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF to_regclass('event_store.' || partition_name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('event_store.ensure_event_day'));
  IF to_regclass('event_store.' || partition_name) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE event_store.%I (LIKE event_store.events INCLUDING ALL)', partition_name);
  EXECUTE format(
    'ALTER TABLE event_store.events ATTACH PARTITION event_store.%I FOR VALUES FROM (%L) TO (%L)',
    partition_name, day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
END $$;

-- What was stored: (tenant, event_id) exactly once. Partitioned by periods of 14 days of received_at, so that what is
-- past the horizon is dropped, not deleted. The unique key of a period is on the partition; the processor looks into
-- the neighbouring periods as far as the horizon reaches.
CREATE TABLE event_store.event_identities (
  tenant_id integer NOT NULL,
  period integer NOT NULL,
  event_id uuid NOT NULL
) PARTITION BY LIST (period);

CREATE FUNCTION event_store.ensure_identity_period(period integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  partition_name text := 'event_identities_' || period;
BEGIN
  IF to_regclass('event_store.' || partition_name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('event_store.ensure_identity_period'));
  IF to_regclass('event_store.' || partition_name) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE event_store.%I (LIKE event_store.event_identities INCLUDING ALL)', partition_name);
  EXECUTE format('CREATE UNIQUE INDEX ON event_store.%I (tenant_id, event_id)', partition_name);
  EXECUTE format(
    'ALTER TABLE event_store.event_identities ATTACH PARTITION event_store.%I FOR VALUES IN (%s)', partition_name, period);
END $$;

-- Detached first, so that the lock on the parent is short; nothing is dropped that the horizon still reaches.
CREATE FUNCTION event_store.drop_identity_periods(before_period integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  partition_name name;
BEGIN
  FOR partition_name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'event_store.event_identities'::regclass
      AND substring(c.relname FROM 'event_identities_(-?[0-9]+)$')::integer < before_period
  LOOP
    EXECUTE format('ALTER TABLE event_store.event_identities DETACH PARTITION event_store.%I', partition_name);
    EXECUTE format('DROP TABLE event_store.%I', partition_name);
  END LOOP;
END $$;
