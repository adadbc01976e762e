/** What the ingestion service and everything that sends to it agree on. */
export const INGESTION_API = {
  /** Our own format: one event or a list. */
  eventsPath: '/api/v1/events',
  /** The AWS Game Analytics Pipeline's events API. */
  awsGameAnalyticsPath: (applicationId: string): string => `/applications/${applicationId}/events`,
  /** Segment's batch call. */
  segmentPath: '/v1/batch',
  /** `true`: old events are wanted and marked as backfill instead of late. */
  backfillHeader: 'x-backfill',
  /** The game to write to, for a token that is good for several. */
  gameHeader: 'x-game-id',
  apiKeyHeader: 'x-api-key',
  /** Events and bytes of one request, the bytes also after decompression (spec, event-ingestion-service). */
  maxBatchEvents: 500,
  maxBodyBytes: 1_048_576,
} as const;
