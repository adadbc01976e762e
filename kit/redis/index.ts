export { Cache } from './cache.ts';
export {
  createRedis,
  type RedisClient,
  type RedisConnectionOptions,
  type RedisEnvironment,
  redisEnvironment,
  redisOptions,
} from './redis.ts';
