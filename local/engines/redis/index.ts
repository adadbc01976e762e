export { findSystemRedis, type RedisEngine, type RedisOptions, startRedis } from './engine.ts';
