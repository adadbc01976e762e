import { setTimeout as sleep } from 'node:timers/promises';
import { type Static, type TObject, Type } from 'typebox';
import { readEnvironment, type ServiceEnvironment, serviceEnvironment } from './environment.ts';
import { isAppError, isError } from './errors.ts';
import { createManagementServer, type HealthCheck, type Phase } from './http/management.ts';
import { createTelemetry, type Telemetry } from './telemetry/index.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import { defineMetrics, type Instruments, type Metric } from './telemetry/metrics.ts';

/** A started part of a process: a server, a pool, a consumer. */
export interface Part {
  /** Drains what is in flight, then lets go. */
  stop?(): Promise<void>;
  /** Rejects when the part cannot do its work; shown at `/health/ready` under the part's name. */
  check?(): Promise<unknown>;
}

export interface PartOptions {
  /** False for a dependency that the service can ride out: failing, it makes it degraded, not unready. */
  readonly critical?: boolean;
}

/** What kit needs of a service's catalog entry. */
export interface ServiceFacts<Table extends readonly Metric[] = readonly Metric[]> {
  readonly name: string;
  readonly metrics: Table;
  readonly personalData: readonly { readonly field: string }[];
}

export interface ServiceContext<Config, Table extends readonly Metric[]> extends Telemetry {
  readonly config: Config & ServiceEnvironment;
  readonly metrics: Instruments<Table>;
  /** Starts a part, after the ones before it; they stop in reverse order. Returns what `start` returns. */
  part<P extends Part>(name: string, start: () => P | Promise<P>, options?: PartOptions): Promise<P>;
}

export interface ServiceDefinition<Schema extends TObject, Table extends readonly Metric[]> {
  readonly service: ServiceFacts<Table>;
  readonly version: string;
  /** The service's own variables; `serviceEnvironment` is always read too. */
  readonly environment: Schema;
  readonly start: (service: ServiceContext<Static<Schema>, Table>) => Promise<void>;
}

/** What the shell and Kubernetes see: our user's mistake (1, 2), a stop that took too long (75), our bug (70). */
export const exitCodes = { clean: 0, environment: 1, configuration: 2, bug: 70, slowStop: 75 } as const;

interface StartedPart extends HealthCheck {
  readonly stop: () => Promise<void>;
  readonly checked: boolean;
}

const forcedExitMillis = 500;

/**
 * Runs one service until SIGTERM, SIGINT or the end of its parent: reads the configuration, makes telemetry,
 * serves health and metrics, starts the parts in order, logs one `ready`, stops them in reverse, drained and bounded.
 * Writes nothing but JSON logs. Exits with one of `exitCodes`.
 */
export async function runService<Schema extends TObject, const Table extends readonly Metric[]>(
  definition: ServiceDefinition<Schema, Table>,
): Promise<void> {
  const process = new ServiceProcess(definition.service.name, definition.version);
  await process.guard(async () => {
    const schema: TObject = Type.Object({ ...serviceEnvironment, ...definition.environment.properties });
    // The merged schema that is read here holds both parts.
    const config = readEnvironment(schema) as ServiceEnvironment & Static<Schema>;
    await process.start<Schema, Table>(definition, config);
  });
}

class ServiceProcess {
  readonly #startedAt = performance.now();
  readonly #parts: StartedPart[] = [];
  #logger: Logger;
  #phase: Phase = 'starting';
  #telemetry: Telemetry | undefined;
  #limits = { timeoutMillis: 25_000, delayMillis: 0 };

  constructor(service: string, version: string) {
    this.#logger = createLogger({ service, version, level: 'info' });
    process.on('uncaughtException', (error) => this.#die(error));
    process.on('unhandledRejection', (error) => this.#die(error));
  }

  async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#abandonStart(error);
    }
  }

  async start<Schema extends TObject, Table extends readonly Metric[]>(
    definition: ServiceDefinition<Schema, Table>,
    config: ServiceEnvironment & Static<Schema>,
  ): Promise<void> {
    this.#limits = { timeoutMillis: config.SHUTDOWN_TIMEOUT, delayMillis: config.SHUTDOWN_DELAY };
    const telemetry = await this.#observe(definition, config);
    this.#listenForStop();
    await this.#manage(telemetry, config);
    const metrics = defineMetrics(telemetry.registry, definition.service.metrics);
    await definition.start({ ...telemetry, config, metrics, part: (...part) => this.#part(...part) });
    if (this.#phase !== 'starting') return;
    this.#phase = 'running';
    const startMillis = Math.round(performance.now() - this.#startedAt);
    this.#logger.info({ startMillis, parts: this.#parts.map((part) => part.name), pid: process.pid }, 'ready');
    // A parent that is gone is noticed by «disconnect»; the callback keeps a failed send from being an uncaught error.
    if (process.connected) process.send?.({ type: 'ready' }, undefined, undefined, () => undefined);
  }

  async #observe<Schema extends TObject, Table extends readonly Metric[]>(
    definition: ServiceDefinition<Schema, Table>,
    config: ServiceEnvironment,
  ): Promise<Telemetry> {
    const telemetry = await createTelemetry({
      service: definition.service.name,
      version: definition.version,
      level: config.LOG_LEVEL,
      personalFields: definition.service.personalData.map((datum) => datum.field),
      environment: config.ENVIRONMENT,
      endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
      samplingRatio: config.OTEL_TRACES_SAMPLER_ARG,
    });
    this.#logger = telemetry.logger;
    this.#telemetry = telemetry;
    return telemetry;
  }

  async #manage(telemetry: Telemetry, config: ServiceEnvironment): Promise<void> {
    const checks = () => this.#parts.filter((part) => part.checked);
    await this.#part('management', () =>
      createManagementServer({
        port: config.MANAGEMENT_PORT,
        host: config.LISTEN_HOST,
        registry: telemetry.registry,
        checks,
        phase: () => this.#phase,
      }),
    );
  }

  async #part<P extends Part>(name: string, start: () => P | Promise<P>, options: PartOptions = {}): Promise<P> {
    const startedAt = performance.now();
    const part = await start();
    this.#parts.push({
      name,
      critical: options.critical ?? true,
      checked: part.check !== undefined,
      check: async () => part.check?.(),
      stop: async () => part.stop?.(),
    });
    this.#logger.debug({ part: name, startMillis: Math.round(performance.now() - startedAt) }, 'part started');
    return part;
  }

  #listenForStop(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => (this.#phase === 'stopping' ? this.#exit(exitCodes.slowStop) : this.#stop(signal)));
    }
    // A parent that was killed closes the channel: nobody is left to stop this process later.
    process.on('disconnect', () => this.#phase !== 'stopping' && this.#stop('parent gone'));
  }

  async #stop(reason: string): Promise<void> {
    this.#phase = 'stopping';
    this.#logger.info({ reason }, 'stopping');
    await sleep(this.#limits.delayMillis);
    const clean = await Promise.race([
      this.#stopParts(),
      sleep(this.#limits.timeoutMillis, false as const, { ref: false }),
    ]);
    this.#logger.info({ clean }, 'stopped');
    this.#exit(clean ? exitCodes.clean : exitCodes.slowStop);
  }

  /** True when every part stopped without an error. */
  async #stopParts(): Promise<boolean> {
    let clean = true;
    for (const part of this.#parts.toReversed()) {
      try {
        await part.stop();
        this.#logger.debug({ part: part.name }, 'part stopped');
      } catch (error) {
        clean = false;
        this.#logger.error({ part: part.name, error }, 'part did not stop cleanly');
      }
    }
    await this.#telemetry?.tracing.stop();
    return clean;
  }

  async #abandonStart(error: unknown): Promise<void> {
    if (!isAppError(error)) return this.#die(error);
    const { code, problems, detail, fix } = error;
    this.#logger.fatal({ code, problems, fix }, detail);
    this.#phase = 'stopping';
    await Promise.race([this.#stopParts(), sleep(forcedExitMillis)]);
    this.#exit(code === 'CONFIGURATION_INVALID' ? exitCodes.configuration : exitCodes.environment);
  }

  #die(error: unknown): void {
    this.#logger.fatal({ error: isError(error) ? error : new Error(String(error)) }, 'unexpected error');
    this.#exit(exitCodes.bug);
  }

  #exit(code: number): void {
    this.#logger.flush();
    process.exit(code);
  }
}
