import { Type } from 'typebox';
import { readEnvironment, Secret } from '#kit/environment.ts';
import { isAppError } from '#kit/errors.ts';
import { createLogger } from '#kit/telemetry/logger.ts';

/** Reads one secret as a service would, and logs what came of it. */
const { DATABASE_PASSWORD } = readEnvironment(Type.Object({ DATABASE_PASSWORD: Secret() }));
const logger = createLogger({ service: 'probe', version: '0.0.1', level: 'info' });
try {
  const { length } = await DATABASE_PASSWORD.reveal();
  logger.info({ length, printed: DATABASE_PASSWORD }, 'revealed');
} catch (error) {
  if (!isAppError(error)) throw error;
  logger.info({ code: error.code, detail: error.detail }, 'refused');
}
process.exit();
