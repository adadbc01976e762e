import type { Registry } from 'prom-client';
import { createLogger, type Logger, type LoggerOptions } from './logger.ts';
import { createRegistry } from './metrics.ts';
import { createTracing, type Tracing, type TracingOptions } from './tracing.ts';

/** What every part of a process is given to make itself visible. */
export interface Telemetry {
  /** The service's name in the catalog. */
  readonly name: string;
  readonly version: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly tracing: Tracing;
}

export type TelemetryOptions = LoggerOptions & TracingOptions;

export async function createTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  return {
    name: options.service,
    version: options.version,
    logger: createLogger(options),
    registry: createRegistry(options),
    tracing: await createTracing(options),
  };
}
