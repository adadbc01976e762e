import { type Static, Type } from 'typebox';
import { authEnvironment } from '#kit/auth/index.ts';
import { readEnvironment, serviceEnvironment } from '#kit/environment.ts';
import { httpEnvironment } from '#kit/http/index.ts';
import { kafkaEnvironment } from '#kit/kafka/index.ts';
import { databaseEnvironment } from '#kit/postgres/index.ts';

const LONGEST_HORIZON_HOURS = 14 * 24;

/** Everything that this service reads; the values come from its catalog entry. */
export const environment = Type.Object({
  ...httpEnvironment,
  ...authEnvironment,
  ...kafkaEnvironment,
  ...databaseEnvironment('events'),
  ...databaseEnvironment('accounts'),
  BATCH_MAX_EVENTS: Type.Integer({ minimum: 1, maximum: 50_000 }),
  BATCH_MAX_WAIT_MILLIS: Type.Integer({ minimum: 0, maximum: 10_000 }),
  /** At most one period of identities, so that two periods hold all that has to be compared. */
  DEDUPLICATION_HORIZON_HOURS: Type.Integer({ minimum: 1, maximum: LONGEST_HORIZON_HOURS }),
});
export type ProcessorEnvironment = Static<typeof environment>;

/** What the migrations need of it. */
export const readMigrationEnvironment = () =>
  readEnvironment(Type.Object({ LOG_LEVEL: serviceEnvironment.LOG_LEVEL, ...databaseEnvironment('events') }));
