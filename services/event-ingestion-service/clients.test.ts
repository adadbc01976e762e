import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Analytics } from '@segment/analytics-node';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { GameMetrics } from '#sdk/index.ts';
import { TestIngestion } from '#tests/support/ingestion.ts';
import { TestKafka, until } from '#tests/support/kafka.ts';

const RAW = 'player.events.raw';

let kafka: TestKafka;
let ingestion: TestIngestion;

beforeAll(async () => {
  kafka = await TestKafka.start({ own: true });
  ingestion = await TestIngestion.start({ kafkaPort: Number(kafka.brokers[0]?.split(':')[1]) });
});
afterAll(async () => {
  await ingestion?.stop();
  await kafka?.stop();
});

/** What stands in the topic of one player, in the order of the partition. */
async function stored(playerId: string): Promise<readonly Record<string, unknown>[]> {
  const records = await ingestion.records(RAW);
  return records.map(({ value }) => JSON.parse(String(value))).filter(({ player_id }) => player_id === playerId);
}

describe('clients that exist', () => {
  test("Segment's own Node client sends to us unchanged: what it tracked arrives once, in our envelope", async () => {
    const failures: unknown[] = [];
    const analytics = new Analytics({ writeKey: ingestion.key, host: ingestion.url, flushAt: 5, maxRetries: 3 });
    analytics.on('error', (error) => failures.push(error));
    for (let level = 1; level <= 12; level += 1)
      analytics.track({ userId: 'segment-player', event: 'level_started', properties: { level } });
    analytics.track({ userId: 'segment-player', event: 'Boss Defeated', properties: { boss: 'dragon' } });
    await analytics.closeAndFlush();

    const events = await stored('segment-player');
    expect(failures).toEqual([]);
    expect(events.length).toBe(13);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(13);
    expect(events[0]).toMatchObject({ event_type: 'level_started', game_id: 'demo', properties: { level: 1 } });
    expect(events[12]).toMatchObject({ event_type: 'boss_defeated', properties: { boss: 'dragon' } });
  });

  test('a producer of the AWS Game Analytics Pipeline sends to us unchanged, and repeats what was not taken', async () => {
    const produce = (records: readonly object[]) =>
      ingestion.post(INGESTION_API.awsGameAnalyticsPath('demo'), { events: records }, { authorization: ingestion.key });
    const record = (event_data: object) => ({
      event_id: crypto.randomUUID(),
      event_type: 'progression',
      event_name: 'lobby_opened',
      event_timestamp: Math.floor(Date.now() / 1_000),
      event_version: '1.0.0',
      app_version: '2.4.1',
      event_data,
    });
    const player = { player_id: 'aws-player', room: 'north' };
    const records = [record(player), record({ room: 'nobody is in it' }), record(player)];
    const answer = (await (await produce(records)).json()) as { Events: { Result: string; EventId: string }[] };
    const failed = answer.Events.filter(({ Result }) => Result !== 'Ok').map(({ EventId }) => EventId);
    expect(failed).toEqual([records[1]?.event_id]);

    const mended = { ...records[1], event_data: player };
    expect(await (await produce([mended])).json()).toMatchObject({ Total: 1, FailedRecordCount: 0 });
    const events = await stored('aws-player');
    expect(events.map(({ event_id }) => event_id).sort()).toEqual(records.map(({ event_id }) => event_id).sort());
    expect(events[0]).toMatchObject({ event_type: 'lobby_opened', app_version: '2.4.1', game_id: 'demo' });
  });

  test('our own client loses and doubles nothing when the service is killed while it sends', async () => {
    const problems: unknown[] = [];
    const client = new GameMetrics({
      ...{ endpoint: ingestion.url, apiKey: ingestion.key, gameId: 'demo', playerId: 'sdk-player', consent: 'granted' },
      ...{ batchEvents: 20, retryBaseMillis: 50, retryMaxMillis: 200, onProblem: (problem) => problems.push(problem) },
    });
    const play = async (levels: number) => {
      for (let level = 1; level <= levels; level += 1) {
        client.track('level_started', { level });
        if (level % 25 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await play(300);
    await ingestion.process.end('SIGKILL');
    await play(300);
    await ingestion.startAgain();
    await until(() => client.queued === 0);
    await client.shutdown();

    const ids = (await stored('sdk-player')).map(({ event_id }) => event_id);
    expect(problems).toEqual([]);
    // A request whose answer was lost stands in the topic twice; the processor counts each id once.
    expect(new Set(ids).size).toBe(600);
  });
});
