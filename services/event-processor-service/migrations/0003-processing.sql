-- How far processing is, what became of every event, and what could not be processed.

-- The positions of the consumer group live here, not in Kafka: they move in the transaction that stores the events.
-- `owner` is a random token that a process writes when it is given the partition. A batch commits only where owner and
-- next_offset are still what the process believes; a zombie therefore stores nothing.
-- Records from published_offset to next_offset are stored, and are published again after a crash.
CREATE TABLE event_store.consumer_positions (
  topic text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  owner uuid NOT NULL,
  next_offset bigint NOT NULL,
  published_offset bigint NOT NULL,
  -- received_at of the last record that was processed, and when the partition was last seen without a backlog.
  last_received_at timestamptz,
  caught_up_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- accepted (and replayed) = stored + deduplicated + dead_lettered + suppressed + in flight, by minute of received_at.
CREATE TABLE event_store.conservation_minutes (
  tenant_id integer NOT NULL, minute timestamptz NOT NULL, shard smallint NOT NULL,
  consumed bigint NOT NULL, stored bigint NOT NULL, deduplicated bigint NOT NULL,
  dead_lettered bigint NOT NULL, suppressed bigint NOT NULL,
  PRIMARY KEY (tenant_id, minute, shard)
) WITH (fillfactor = 70);

-- Events that could not be processed: poison of the raw topic (written in the transaction that skips it, published to
-- dlq.events after it) and what ingestion rejected (read from dlq.events). The id follows from where the record came
-- from, so reading it twice changes nothing. `original` are the bytes as they came; `fixed` is what an operator made
-- of them.
CREATE TABLE event_store.dead_letters (
  dead_letter_id uuid PRIMARY KEY,
  game_id text COLLATE "C",
  player_id text COLLATE "C",
  event_id text COLLATE "C",
  event_type text COLLATE "C",
  reason text COLLATE "C" NOT NULL,
  detail text NOT NULL,
  failed_by text COLLATE "C" NOT NULL,
  failed_at timestamptz NOT NULL,
  -- The message on dlq.events as it was or will be published.
  message json NOT NULL,
  original bytea NOT NULL,
  original_topic text COLLATE "C",
  original_partition integer,
  original_offset bigint,
  published boolean NOT NULL,
  status text COLLATE "C" NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
  fixed bytea,
  changed_at timestamptz,
  changed_by text,
  replays integer NOT NULL DEFAULT 0
);
CREATE INDEX dead_letters_newest ON event_store.dead_letters (failed_at DESC, dead_letter_id DESC);
CREATE INDEX dead_letters_by_game ON event_store.dead_letters (game_id, failed_at DESC, dead_letter_id DESC);
CREATE INDEX dead_letters_player ON event_store.dead_letters (player_id) WHERE player_id IS NOT NULL;
CREATE INDEX dead_letters_unpublished ON event_store.dead_letters (original_partition) WHERE NOT published;

-- Every replay, so that it can be answered again without being done again, and counted as a second acceptance.
CREATE TABLE event_store.dead_letter_replays (
  dead_letter_id uuid NOT NULL REFERENCES event_store.dead_letters ON DELETE CASCADE,
  replay integer NOT NULL,
  game_id text COLLATE "C" NOT NULL,
  received_at timestamptz NOT NULL,
  replayed_by text NOT NULL,
  PRIMARY KEY (dead_letter_id, replay)
);

-- Erased players: their events are dropped for as long as the row stands. No games means every game. The version of a
-- change is above all earlier ones, so a processor sees with one number whether the list that it holds is complete.
CREATE TABLE event_store.suppressions (
  player_id text COLLATE "C" PRIMARY KEY,
  games text[] COLLATE "C" NOT NULL,
  erasure_id uuid NOT NULL,
  requested_at timestamptz NOT NULL,
  lifted boolean NOT NULL DEFAULT false,
  version bigint NOT NULL,
  -- Rows removed by table, once the erasure is done.
  removed json,
  completed_at timestamptz
);
CREATE UNIQUE INDEX suppressions_version ON event_store.suppressions (version);
CREATE SEQUENCE event_store.suppression_version;
