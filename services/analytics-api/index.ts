import { authOptions, createTokenVerifier } from '#kit/auth/index.ts';
import { createGameDirectory } from '#kit/games/index.ts';
import { httpOptions, serveHttp } from '#kit/http/index.ts';
import { kafkaConnection } from '#kit/kafka/index.ts';
import { runService } from '#kit/lifecycle.ts';
import { createPool, databaseOptions } from '#kit/postgres/index.ts';
import { Cache, createRedis, redisOptions } from '#kit/redis/index.ts';
import { Answers } from './edges/answers.ts';
import { Changes } from './edges/changes.ts';
import { graphqlRoutes } from './edges/graphql/routes.ts';
import { LiveGames } from './edges/live.ts';
import { followStatistics } from './edges/statistics.ts';
import { AnalyticsStore } from './edges/store.ts';
import { createVisitors } from './edges/visitors.ts';
import { environment } from './environment.ts';
import { service as entry } from './metrics.ts';

/** What it can ride out: answers come from the store alone, and live out their time instead of following changes. */
const degraded = { critical: false } as const;

await runService({
  service: entry,
  version: '1.0.0',
  environment,
  start: async (service) => {
    const { config, logger, metrics } = service;
    const redisSettings = { ...redisOptions(config), name: 'cache', keyPrefix: `${entry.name}:` };

    const events = await service.part('event store', () => createPool(service, databaseOptions(config, 'events')));
    const accounts = await service.part('accounts', () => createPool(service, databaseOptions(config, 'accounts')));
    const redis = await service.part('cache', () => createRedis(service, redisSettings), degraded);

    const changes = new Changes();
    await service.part('statistics', () => followStatistics(service, changes, kafkaConnection(config)), degraded);

    const store = new AnalyticsStore(events);
    const cache = new Cache(service, redis, 'answers');
    const answers = new Answers({ store, cache, changes, ttlMillis: config.CACHE_TTL_SECONDS * 1_000 });
    const live = await service.part('live', () => new LiveGames({ store, answers, changes, metrics, logger }));

    const visitorOf = createVisitors(createTokenVerifier(authOptions(config)), createGameDirectory(accounts));
    const limits = { depth: config.QUERY_MAX_DEPTH, cost: config.QUERY_MAX_COST };
    const routes = [graphqlRoutes({ answers, live, metrics, visitorOf, logger, limits })];
    await service.part('http', () =>
      serveHttp(service, { ...httpOptions(config), openapi: { title: entry.name }, routes }),
    );
  },
});
