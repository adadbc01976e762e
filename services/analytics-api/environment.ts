import { type Static, Type } from 'typebox';
import { authEnvironment } from '#kit/auth/index.ts';
import { httpEnvironment } from '#kit/http/index.ts';
import { kafkaEnvironment } from '#kit/kafka/index.ts';
import { databaseEnvironment } from '#kit/postgres/index.ts';
import { redisEnvironment } from '#kit/redis/index.ts';

export const environment = Type.Object({
  ...httpEnvironment,
  ...authEnvironment,
  ...databaseEnvironment('events'),
  ...databaseEnvironment('accounts'),
  ...redisEnvironment,
  ...kafkaEnvironment,
  QUERY_MAX_DEPTH: Type.Integer({ minimum: 1, maximum: 50 }),
  QUERY_MAX_COST: Type.Integer({ minimum: 1, maximum: 100_000 }),
  QUERY_TIMEOUT_MILLIS: Type.Integer({ minimum: 10, maximum: 60_000 }),
  CACHE_TTL_SECONDS: Type.Integer({ minimum: 0, maximum: 3_600 }),
});
export type Environment = Static<typeof environment>;
