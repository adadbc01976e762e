import { type Static, Type } from 'typebox';
import { authEnvironment } from '#kit/auth/index.ts';
import { httpEnvironment } from '#kit/http/index.ts';
import { kafkaEnvironment } from '#kit/kafka/index.ts';
import { databaseEnvironment } from '#kit/postgres/index.ts';
import { redisEnvironment } from '#kit/redis/index.ts';

const Positive = () => Type.Integer({ minimum: 1 });

/** Everything that this service reads; the values come from its catalog entry. */
export const environment = Type.Object({
  ...httpEnvironment,
  ...authEnvironment,
  ...kafkaEnvironment,
  ...redisEnvironment,
  ...databaseEnvironment('accounts'),
  RATE_LIMIT_PER_SECOND: Positive(),
  GAME_QUOTA_EVENTS_PER_SECOND: Positive(),
  MAX_BATCH_EVENTS: Positive(),
  MAX_BODY_BYTES: Type.Integer({ minimum: 1024 }),
  MAX_INFLIGHT_BYTES: Type.Integer({ minimum: 1024 * 1024 }),
  BUFFER_EVENTS: Positive(),
  /** 0: none. */
  PROBE_INTERVAL_MILLIS: Type.Integer({ minimum: 0 }),
});
export type IngestionEnvironment = Static<typeof environment>;
