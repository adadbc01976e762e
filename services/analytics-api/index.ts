import { authOptions, createTokenVerifier } from '#kit/auth/index.ts';
import { createGameDirectory } from '#kit/games/index.ts';
import { httpOptions, serveHttp } from '#kit/http/index.ts';
import { kafkaConnection } from '#kit/kafka/index.ts';
import { runService } from '#kit/lifecycle.ts';
import { createPool, databaseOptions } from '#kit/postgres/index.ts';
import { Cache, createRedis, redisOptions } from '#kit/redis/index.ts';
import { AnswerCache } from './edges/answer-cache.ts';
import { Answers } from './edges/answers.ts';
import { Boards } from './edges/boards.ts';
import { Changes } from './edges/changes.ts';
import { Explorer } from './edges/explorer.ts';
import { KeptAnswers } from './edges/graphql/kept-answers.ts';
import { PersistedQueries } from './edges/graphql/persisted.ts';
import { graphqlRoutes } from './edges/graphql/routes.ts';
import { Insights } from './edges/insights.ts';
import { LiveGames } from './edges/live.ts';
import { RollupLoads } from './edges/loads.ts';
import { Minutes } from './edges/minutes.ts';
import { Polling } from './edges/polling.ts';
import { TenantReader } from './edges/reading.ts';
import { followStatistics } from './edges/statistics.ts';
import { AnalyticsStore } from './edges/store.ts';
import { createVisitors } from './edges/visitors.ts';
import { Watches } from './edges/watches.ts';
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

    const eventsOptions = {
      ...databaseOptions(config, 'events'),
      statementTimeoutMillis: config.QUERY_TIMEOUT_MILLIS,
    };
    const events = await service.part('event store', () => createPool(service, eventsOptions));
    const accounts = await service.part('accounts', () => createPool(service, databaseOptions(config, 'accounts')));
    const redis = await service.part('cache', () => createRedis(service, redisSettings), degraded);

    const changes = new Changes();
    await service.part('statistics', () => followStatistics(service, changes, kafkaConnection(config)), degraded);

    const ttlMillis = config.CACHE_TTL_SECONDS * 1_000;
    const reader = new TenantReader(events);
    const store = new AnalyticsStore(reader);
    const cache = new AnswerCache({ cache: new Cache(service, redis, 'answers'), changes, ttlMillis });
    const answers = new Answers({ store, loads: new RollupLoads(store), cache });
    const boards = new Boards(reader);
    const lists = {
      boards,
      explorer: new Explorer(reader),
      insights: new Insights(reader),
      minutes: new Minutes(reader),
    };

    const polling = await service.part('watches', () => new Polling({ logger, open: metrics.analytics_subscriptions }));
    const watches = new Watches({ boards, changes, polling });
    const live = await service.part('live', () => new LiveGames({ store, answers, changes, metrics, logger }));

    const visitorOf = createVisitors(createTokenVerifier(authOptions(config)), createGameDirectory(accounts));
    const limits = { depth: config.QUERY_MAX_DEPTH, cost: config.QUERY_MAX_COST };
    const ways = { kept: new KeptAnswers({ ttlMillis }), persisted: new PersistedQueries(redis), visitorOf, limits };
    const routes = [graphqlRoutes({ ...lists, ...ways, answers, cache, live, watches, changes, metrics, logger })];
    await service.part('http', () =>
      serveHttp(service, { ...httpOptions(config), openapi: { title: entry.name }, routes }),
    );
  },
});
