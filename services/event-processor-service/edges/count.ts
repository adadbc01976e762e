import { PROBE } from '#catalog/events/index.ts';
import type { Slice, StorableEvent } from '../domain/event.ts';
import type { ProcessorMetrics } from '../metrics.ts';
import type { Committed } from './store/event-store.ts';

type PerGame =
  | 'processor_events_stored_total'
  | 'processor_events_deduplicated_total'
  | 'processor_events_suppressed_total';

function countEvents(metrics: ProcessorMetrics, name: PerGame, events: readonly StorableEvent[]): void {
  const byTenant = new Map<StorableEvent['series']['tenant'], number>();
  for (const { series } of events) byTenant.set(series.tenant, (byTenant.get(series.tenant) ?? 0) + 1);
  for (const [{ gameId: game_id }, count] of byTenant) {
    metrics[name].inc({ game_id }, count);
    metrics.processor_events_consumed_total.inc({ game_id }, count);
  }
}

/** A game that does not exist must not make a series of metrics. */
const gameOf = (tenant: Committed['poison'][number]['tenant']) => tenant?.gameId ?? 'unknown';

/** What a committed batch changes in the metrics; nothing is counted that was rolled back. */
export function countCommitted(metrics: ProcessorMetrics, committed: Committed, slices: readonly Slice[]): void {
  countEvents(metrics, 'processor_events_stored_total', committed.stored);
  countEvents(metrics, 'processor_events_deduplicated_total', committed.deduplicated);
  countEvents(metrics, 'processor_events_suppressed_total', committed.suppressed);
  for (const { tenant, poison } of committed.poison) {
    metrics.processor_events_dead_lettered_total.inc({ game_id: gameOf(tenant), reason: poison.reason });
    metrics.processor_events_consumed_total.inc({ game_id: gameOf(tenant) });
  }
  metrics.processor_batch_events.observe(slices.reduce((sum, { records }) => sum + records.length, 0));
  const now = Date.now();
  for (const { series, receivedMillis } of committed.stored) {
    if (series.tenant.gameId !== PROBE.game) continue;
    metrics.processor_freshness_seconds.observe(Math.max(0, now - receivedMillis) / 1000);
  }
}
