-- Chunks of a week ago are compressed by player, so that the rows of one player are found and deleted without unpacking
-- those of others; chunks of 90 days ago are dropped (spec: 90 days online). Rollups stay.

ALTER TABLE event_store.events SET (
  timescaledb.compress,
  timescaledb.compress_segmentby = 'player_id',
  timescaledb.compress_orderby = 'event_timestamp DESC'
);
SELECT add_compression_policy('event_store.events', INTERVAL '7 days');
SELECT add_retention_policy('event_store.events', INTERVAL '90 days');
