import { eventIngestionService } from '#catalog/services/event-ingestion-service.ts';
import { authOptions, createTokenVerifier } from '#kit/auth/index.ts';
import { createGameDirectory } from '#kit/games/index.ts';
import { httpOptions, serveHttp } from '#kit/http/index.ts';
import { createProducer, kafkaConnection } from '#kit/kafka/index.ts';
import { runService } from '#kit/lifecycle.ts';
import { createPool, databaseOptions } from '#kit/postgres/index.ts';
import { createRedis, redisOptions } from '#kit/redis/index.ts';
import { bounds } from './domain/bounds.ts';
import { Judge } from './domain/judge.ts';
import { QuotaLedger } from './domain/quota.ts';
import { RecentIds } from './domain/recent-ids.ts';
import { SuppressionList } from './domain/suppression.ts';
import { createAuthenticator } from './edges/credentials.ts';
import { followErasures } from './edges/erasures.ts';
import { Intake } from './edges/intake.ts';
import { sendProbes } from './edges/probe.ts';
import { exchangeQuotas } from './edges/quota-exchange.ts';
import { eventRoutes } from './edges/routes.ts';
import { environment } from './environment.ts';

await runService({
  service: eventIngestionService,
  version: '0.1.0',
  environment,
  start: async (service) => {
    const { config, metrics } = service;
    const connection = kafkaConnection(config);
    const { maxMessageBytes, maxEventBytes, recentIds, quotaWindowMillis } = bounds;

    const accounts = await service.part('accounts', () => createPool(service, databaseOptions(config, 'accounts')), {
      critical: false,
    });
    const cache = await service.part(
      'cache',
      () => createRedis(service, { name: 'quota', keyPrefix: `${service.name}:`, ...redisOptions(config) }),
      { critical: false },
    );
    const producer = await service.part(
      'producer',
      () => createProducer(service, { connection, maxMessageBytes, maxBufferedMessages: config.BUFFER_EVENTS }),
      { critical: false },
    );

    const suppression = new SuppressionList();
    const erasures = await service.part('erasures', () =>
      followErasures(service, { list: suppression, metrics }, connection),
    );
    await service.part('erasure reader', () => ({ check: () => erasures.following() }), { critical: false });
    const quota = new QuotaLedger(config.GAME_QUOTA_EVENTS_PER_SECOND, quotaWindowMillis);
    await service.part('quotas', () => exchangeQuotas(cache, quota, quotaWindowMillis));

    await service.part('probes', () => sendProbes({ producer, metrics }, config.PROBE_INTERVAL_MILLIS));

    const recent = new RecentIds(recentIds);
    const judge = new Judge({ recent, suppression, maxEventBytes });
    const maxBatchEvents = config.MAX_BATCH_EVENTS;
    const intake = new Intake({ producer, judge, recent, quota, metrics, maxBatchEvents });
    const authenticate = createAuthenticator(createGameDirectory(accounts), createTokenVerifier(authOptions(config)));
    const limits = {
      requestsPerSecond: config.RATE_LIMIT_PER_SECOND,
      maxBodyBytes: config.MAX_BODY_BYTES,
      maxInflightBytes: config.MAX_INFLIGHT_BYTES,
    };
    await service.part('http', () =>
      serveHttp(service, {
        ...httpOptions(config),
        bodyLimitBytes: config.MAX_BODY_BYTES,
        openapi: { title: 'GameMetrics event ingestion', description: eventIngestionService.summary },
        routes: [eventRoutes({ authenticate, erasures, intake, limits, metrics })],
      }),
    );
  },
});
