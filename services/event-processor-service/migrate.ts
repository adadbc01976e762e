import { join } from 'node:path';
import { eventProcessorService } from '#catalog/services/event-processor-service.ts';
import { isAppError } from '#kit/errors.ts';
import { exitCodes } from '#kit/lifecycle.ts';
import { createPool, databaseOptions } from '#kit/postgres/index.ts';
import { createTelemetry } from '#kit/telemetry/index.ts';
import { migrateEventStore } from './edges/store/postgres/schema.ts';
import { readMigrationEnvironment } from './environment.ts';

/** Brings the event store forward, before the service starts. Safe to repeat and to run from several places at once. */
async function run(): Promise<void> {
  const telemetry = await createTelemetry({
    service: eventProcessorService.name,
    version: '0.1.0',
    environment: 'migration',
    level: 'info',
    samplingRatio: 0,
  });
  try {
    const pool = createPool(telemetry, { ...databaseOptions(readMigrationEnvironment(), 'events'), max: 1 });
    const applied = await migrateEventStore(pool, join(import.meta.dirname, 'migrations'));
    telemetry.logger.info({ applied }, applied.length > 0 ? 'migrated' : 'nothing to migrate');
    await pool.stop();
  } catch (error) {
    telemetry.logger.fatal({ error }, 'the event store was not migrated');
    process.exitCode = isAppError(error) ? exitCodes.environment : exitCodes.bug;
  }
}

await run();
