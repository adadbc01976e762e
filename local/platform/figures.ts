/** Sums of Prometheus samples in the text exposition format. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;

/** The sum over all samples of a metric whose labels contain the given text; 0 when there is none. */
export function sumOf(exposition: string, metric: string, labels = ''): number {
  return exposition
    .split('\n')
    .map((line) => SAMPLE.exec(line))
    .filter((match) => match?.[1] === metric && (match[2] ?? '').includes(labels))
    .reduce((sum, match) => sum + Number(match?.[3] ?? 0), 0);
}

/** What the platform's table shows of the events on their way. */
export interface Flow {
  readonly accepted: number;
  readonly stored: number;
  readonly deduplicated: number;
  readonly deadLettered: number;
  readonly lagRecords: number;
}

/** From the metrics that the two services export; a service that does not answer counts as silent. */
export function flowOf(ingestion: string, processor: string): Flow {
  return {
    accepted: sumOf(ingestion, 'ingestion_events_total', 'outcome="accepted"'),
    stored: sumOf(processor, 'processor_events_stored_total'),
    deduplicated: sumOf(processor, 'processor_events_deduplicated_total'),
    deadLettered: sumOf(processor, 'processor_events_dead_lettered_total'),
    lagRecords: sumOf(processor, 'processor_consumer_lag_records', 'topic="player.events.raw"'),
  };
}
