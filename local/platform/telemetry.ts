import { createTelemetry, type Telemetry } from '#kit/telemetry/index.ts';

/** For commands and the runner itself: their output is a table for a person, so parts of the kit that they use stay silent. */
export const quietTelemetry = (service: string): Promise<Telemetry> =>
  createTelemetry({ service, version: '0', level: 'fatal', environment: 'local', samplingRatio: 0 });
