import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { until } from '#tests/support/kafka.ts';
import { TestProcessorService } from '#tests/support/processor.ts';

let platform: TestProcessorService;
beforeAll(async () => {
  platform = await TestProcessorService.start();
});
afterAll(() => platform.stop());

function event(more: Partial<AcceptedEvent> = {}): AcceptedEvent {
  return {
    event_id: crypto.randomUUID(),
    event_type: 'session_start',
    event_version: 1,
    game_id: 'demo',
    data_class: 'production',
    player_id: `player-${Math.floor(Math.random() * 50)}`,
    session_id: 's',
    event_timestamp: '2026-11-20T12:00:00.000Z',
    received_at: new Date().toISOString(),
    marks: [],
    properties: {},
    ...more,
  };
}

describe('event-processor-service', () => {
  test('a SIGKILL in the middle loses nothing, stores nothing twice and publishes everything', async () => {
    const events = Array.from({ length: 20_000 }, () => event());
    const first = await platform.run({ BATCH_MAX_EVENTS: '500' });
    await platform.accept(events);
    await until(async () => (await platform.stored()) > 3_000);
    await first.process.end('SIGKILL');
    expect(await platform.stored()).toBeLessThan(events.length);
    await platform.run();
    await until(async () => (await platform.stored()) >= events.length);
    const published = new Set<string>();
    await until(async () => {
      for (const { value } of await platform.records('player.events.processed'))
        published.add(JSON.parse(String(value)).event_id);
      return published.size >= events.length;
    });
    expect(await platform.count('SELECT count(DISTINCT event_id) FROM event_store.events')).toBe(events.length);
    expect(await platform.stored()).toBe(events.length);
  });
});
