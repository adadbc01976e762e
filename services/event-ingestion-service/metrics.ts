import type { eventIngestionService } from '#catalog/services/event-ingestion-service.ts';
import type { Instruments } from '#kit/telemetry/metrics.ts';

/** The metrics of the catalog entry, as instruments. */
export type IngestionMetrics = Instruments<typeof eventIngestionService.metrics>;
