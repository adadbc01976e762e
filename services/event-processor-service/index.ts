import { eventProcessorService } from '#catalog/services/event-processor-service.ts';
import { authOptions, createTokenVerifier } from '#kit/auth/index.ts';
import { createGameDirectory } from '#kit/games/index.ts';
import { httpOptions, serveHttp } from '#kit/http/index.ts';
import { createProducer, kafkaConnection } from '#kit/kafka/index.ts';
import { runService } from '#kit/lifecycle.ts';
import { createPool, databaseOptions } from '#kit/postgres/index.ts';
import { collectDeadLetters } from './edges/dead-letters.ts';
import { carryOutErasures } from './edges/erasures.ts';
import { deadLetterRoutes } from './edges/http/dead-letters.ts';
import { RecordJudge } from './edges/judge.ts';
import { Memory } from './edges/memory.ts';
import { Publisher } from './edges/publisher.ts';
import { RAW_TOPIC, readRawEvents } from './edges/raw-events.ts';
import { createPostgresEventStore } from './edges/store/postgres/index.ts';
import { createTimeZones } from './edges/time-zones.ts';
import { keepUp } from './edges/upkeep.ts';
import { BatchWriter } from './edges/writer.ts';
import { environment } from './environment.ts';

const HOUR_MILLIS = 3_600_000;
/** What the service can ride out: it waits, says so, and goes on where it was. */
const degrading = { critical: false } as const;

await runService({
  service: eventProcessorService,
  version: '0.1.0',
  environment,
  start: async (service) => {
    const { config, metrics } = service;
    const connection = kafkaConnection(config);
    const maxEvents = config.BATCH_MAX_EVENTS;

    const events = await service.part(
      'event store',
      () => createPool(service, databaseOptions(config, 'events')),
      degrading,
    );
    const accounts = await service.part(
      'accounts',
      () => createPool(service, { ...databaseOptions(config, 'accounts'), max: 2 }),
      degrading,
    );
    const producer = await service.part('producer', () => createProducer(service, { connection }), degrading);

    const horizonMillis = config.DEDUPLICATION_HORIZON_HOURS * HOUR_MILLIS;
    const store = createPostgresEventStore(events, { topic: RAW_TOPIC, service: service.name, horizonMillis });
    const games = createGameDirectory(accounts);
    const memory = new Memory();
    const judge = new RecordJudge(store.series, createTimeZones(games));
    await service.part('upkeep', () => keepUp(service, store));
    const publisher = await service.part(
      'publisher',
      () => new Publisher(service, { store, producer, memory, metrics }, 2 * maxEvents),
      degrading,
    );
    const writer = await service.part(
      'writer',
      () =>
        new BatchWriter(
          service,
          { store, memory, judge, publisher, metrics },
          { maxEvents, maxWaitMillis: config.BATCH_MAX_WAIT_MILLIS },
        ),
      degrading,
    );

    await service.part(
      'raw events',
      () => readRawEvents(service, { store, memory, judge, writer, publisher, metrics }, connection),
      degrading,
    );
    await service.part('dead letters', () => collectDeadLetters(service, store, connection), degrading);
    await service.part('erasures', () => carryOutErasures(service, { store, producer }, connection), degrading);

    const tokens = createTokenVerifier(authOptions(config));
    await service.part('http', () =>
      serveHttp(service, {
        ...httpOptions(config),
        openapi: { title: 'GameMetrics dead letters', description: eventProcessorService.summary },
        routes: [deadLetterRoutes({ store, producer, games, metrics, tokens })],
      }),
    );
  },
});
