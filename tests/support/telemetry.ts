import { createTelemetry, type Telemetry } from '#kit/telemetry/index.ts';

/** Telemetry of a test: everything counted, nothing printed, nothing sent. */
export function quietTelemetry(service = 'test'): Promise<Telemetry> {
  return createTelemetry({ service, version: '0.0.0', environment: 'test', level: 'fatal', samplingRatio: 0 });
}
