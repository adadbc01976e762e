import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One metric as data; the same shape as the catalog's. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Also says what a sustained bad value means. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

type LabelOf<Row extends Metric> = Row['labels'][number];
type InstrumentOf<Row extends Metric> = Row extends { type: 'counter' }
  ? Counter<LabelOf<Row>>
  : Row extends { type: 'gauge' }
    ? Gauge<LabelOf<Row>>
    : Histogram<LabelOf<Row>>;

/** The instruments of a table, by metric name. */
export type Instruments<Table extends readonly Metric[]> = {
  readonly [Row in Table[number] as Row['name']]: InstrumentOf<Row>;
};

/** Seconds; from a fast cache answer to a request at its timeout. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** A registry of one service with the standard process metrics: event-loop delay percentiles, memory, GC, CPU. */
export function createRegistry(labels: { readonly service: string; readonly version: string }): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service: labels.service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10 });
  new Gauge({
    name: 'service_build_info',
    help: 'Always 1; the labels say which version runs. Two versions for long mean a rollout that does not finish.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: labels.version }, 1);
  return registry;
}

function instrument(registry: Registry, row: Metric) {
  const settings = { name: row.name, help: row.help, labelNames: [...row.labels], registers: [registry] };
  if (row.type === 'counter') return new Counter(settings);
  if (row.type === 'gauge') return new Gauge(settings);
  return new Histogram({ ...settings, buckets: [...(row.buckets ?? durationBuckets)] });
}

/**
 * Registers every row of a table. A row that is registered already (two pools, two producers of one process)
 * is shared. Errors: a name that is registered with another type or other labels throws.
 */
export function defineMetrics<const Table extends readonly Metric[]>(
  registry: Registry,
  table: Table,
): Instruments<Table> {
  const entries = table.map((row) => [row.name, registry.getSingleMetric(row.name) ?? instrument(registry, row)]);
  // Every row of the table made one entry of its own kind just above.
  return Object.fromEntries(entries) as Instruments<Table>;
}
