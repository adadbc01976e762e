import { createTelemetry, type Telemetry } from '#kit/telemetry/index.ts';

/** Telemetry of a test: everything counted, nothing printed, nothing sent. */
export function quietTelemetry(service = 'test'): Promise<Telemetry> {
  return createTelemetry({ service, version: '0.0.0', environment: 'test', level: 'fatal', samplingRatio: 0 });
}

/** The sum of a metric's values whose labels include the given ones; a histogram counts its observations. */
export async function metricValue(
  { registry }: Telemetry,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get();
  const values: readonly MetricValue[] = metric?.values ?? [];
  return values
    .filter(({ metricName = name }) => metricName === name || metricName === `${name}_count`)
    .filter((one) => Object.entries(labels).every(([label, value]) => String(one.labels[label]) === value))
    .reduce((sum, { value }) => sum + value, 0);
}

interface MetricValue {
  readonly value: number;
  readonly labels: Partial<Record<string, string | number>>;
  readonly metricName?: string;
}
