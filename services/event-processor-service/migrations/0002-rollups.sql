-- Rollups: what the KPI answers are read from. The processor changes them in the transaction that stores the events and
-- moves the consumer positions, so they are exact at every moment: late, backfilled and refunded events restate the
-- days that they belong to, and a duplicate changes nothing. Aggregates survive the events and the players in them.
--
-- `day` is a day in the tenant's time zone; `minute` and `hour` are UTC. Where a table has a `shard`, concurrent
-- processors write different shards instead of waiting for each other's row locks: readers sum over it (the views do).

CREATE TABLE event_store.event_counts_minute (
  series_id integer NOT NULL, minute timestamptz NOT NULL, shard smallint NOT NULL, events bigint NOT NULL,
  PRIMARY KEY (series_id, minute, shard)
) WITH (fillfactor = 70);

CREATE TABLE event_store.event_counts_hour (
  series_id integer NOT NULL, hour timestamptz NOT NULL, shard smallint NOT NULL, events bigint NOT NULL,
  PRIMARY KEY (series_id, hour, shard)
) WITH (fillfactor = 70);

CREATE TABLE event_store.event_counts_day (
  series_id integer NOT NULL, day date NOT NULL, shard smallint NOT NULL, events bigint NOT NULL,
  PRIMARY KEY (series_id, day, shard)
) WITH (fillfactor = 70);

-- One row a player. first_seen_at is the earliest event_timestamp; last_seen_at is the minute of the latest one.
CREATE TABLE event_store.players (
  tenant_id integer NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  first_seen_at timestamptz NOT NULL,
  first_day date NOT NULL,
  last_seen_at timestamptz NOT NULL,
  last_day date NOT NULL,
  active_days integer NOT NULL,
  -- Active minutes: bit n is the minute online_minute - n. Only events received soon after they happened set it.
  online_minute integer NOT NULL DEFAULT 0,
  online_bits bigint NOT NULL DEFAULT 0,
  sessions integer NOT NULL DEFAULT 0,
  playtime_millis bigint NOT NULL DEFAULT 0,
  purchases integer NOT NULL DEFAULT 0,
  refunds integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, player_id)
) WITH (fillfactor = 70);

-- The days on which a player did anything.
CREATE TABLE event_store.player_days (
  tenant_id integer NOT NULL, player_id text COLLATE "C" NOT NULL, day date NOT NULL,
  PRIMARY KEY (tenant_id, player_id, day)
);

-- Distinct players with an event on the `window_days` days that end with `day`: 1 (DAU), 7 (WAU), 30 (MAU). Days ahead
-- of today have rows too: who was active yesterday counts for the MAU of the 29 days after it.
CREATE TABLE event_store.active_players (
  tenant_id integer NOT NULL, window_days smallint NOT NULL, day date NOT NULL, shard smallint NOT NULL,
  players bigint NOT NULL,
  PRIMARY KEY (tenant_id, window_days, day, shard)
) WITH (fillfactor = 70);

-- Of the players whose first day is `cohort_day`, how many were active `day_number` days later. Day 0 is the cohort's
-- size, which is also the number of new players of that day.
CREATE TABLE event_store.cohort_days (
  tenant_id integer NOT NULL, cohort_day date NOT NULL, day_number integer NOT NULL, shard smallint NOT NULL,
  players bigint NOT NULL,
  PRIMARY KEY (tenant_id, cohort_day, day_number, shard)
) WITH (fillfactor = 70);

-- Distinct players with an event in the five minutes that end with `minute`, of events that were received within
-- 50 minutes of their timestamp: what was online then, not what was learnt later.
CREATE TABLE event_store.online_minutes (
  tenant_id integer NOT NULL, minute timestamptz NOT NULL, shard smallint NOT NULL, players bigint NOT NULL,
  PRIMARY KEY (tenant_id, minute, shard)
) WITH (fillfactor = 70);

-- One row for each session_id that a session_start or session_end of a player named: the earliest start, and the latest
-- end with the length that it reported.
CREATE TABLE event_store.sessions (
  tenant_id integer NOT NULL,
  player_id text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  length_millis bigint,
  PRIMARY KEY (tenant_id, player_id, session_id)
) WITH (fillfactor = 70);
CREATE INDEX sessions_started ON event_store.sessions (tenant_id, started_at);

-- `started` counts session_start, `ended` session_end, each on the day of its own event_timestamp; `length_millis` sums
-- the duration_seconds of the ended ones (rounded to milliseconds, at most 7 days each).
CREATE TABLE event_store.session_days (
  tenant_id integer NOT NULL, day date NOT NULL, shard smallint NOT NULL,
  started bigint NOT NULL, ended bigint NOT NULL, length_millis bigint NOT NULL,
  PRIMARY KEY (tenant_id, day, shard)
) WITH (fillfactor = 70);

-- Money in minor units. `amount` is net: a refund is a negative event and lowers the day of its own event_timestamp.
-- numeric, because a sum of 64-bit amounts may leave 64 bits and must not stop a batch.
CREATE TABLE event_store.revenue_days (
  tenant_id integer NOT NULL, day date NOT NULL, currency text COLLATE "C" NOT NULL, shard smallint NOT NULL,
  purchases bigint NOT NULL, refunds bigint NOT NULL, amount numeric NOT NULL,
  PRIMARY KEY (tenant_id, day, currency, shard)
) WITH (fillfactor = 70);

-- The same by player: distinct payers of any range of days, lifetime value.
CREATE TABLE event_store.player_revenue_days (
  tenant_id integer NOT NULL, player_id text COLLATE "C" NOT NULL, day date NOT NULL,
  currency text COLLATE "C" NOT NULL,
  purchases bigint NOT NULL, refunds bigint NOT NULL, amount numeric NOT NULL,
  PRIMARY KEY (tenant_id, player_id, day, currency)
) WITH (fillfactor = 70);
CREATE INDEX player_revenue_days_day ON event_store.player_revenue_days (tenant_id, day);

-- Items of item_viewed (currency is empty) and item_purchased; quantity and amount are net of refunds.
CREATE TABLE event_store.item_days (
  tenant_id integer NOT NULL, day date NOT NULL, item_id text COLLATE "C" NOT NULL, currency text COLLATE "C" NOT NULL,
  shard smallint NOT NULL,
  views bigint NOT NULL, purchases bigint NOT NULL, refunds bigint NOT NULL,
  quantity numeric NOT NULL, amount numeric NOT NULL,
  PRIMARY KEY (tenant_id, day, item_id, currency, shard)
) WITH (fillfactor = 70);

-- The best score of a player on a board: `level:<level>` of level_completed, `match:<mode>` of match_end. Of equal
-- scores the earlier one stands.
CREATE TABLE event_store.leaderboard_scores (
  tenant_id integer NOT NULL, board text COLLATE "C" NOT NULL, player_id text COLLATE "C" NOT NULL,
  score bigint NOT NULL, achieved_at timestamptz NOT NULL, event_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, board, player_id)
) WITH (fillfactor = 70);
CREATE INDEX leaderboard_scores_rank
  ON event_store.leaderboard_scores (tenant_id, board, score DESC, achieved_at, player_id);
