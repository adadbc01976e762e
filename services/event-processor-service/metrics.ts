import type { eventProcessorService } from '#catalog/services/event-processor-service.ts';
import type { Instruments } from '#kit/telemetry/metrics.ts';

/** The metrics of the catalog entry, as instruments. */
export type ProcessorMetrics = Instruments<typeof eventProcessorService.metrics>;
