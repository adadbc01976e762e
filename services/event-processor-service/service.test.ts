import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { names } from '#catalog/names.ts';
import { probeAt } from '#services/event-ingestion-service/domain/probe.ts';
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

const GROUP = names.consumerGroup('event-processor-service', 'player.events.raw');

/** Positions as the group shows them, and then as the store has them: in between the store can only have gone on. */
async function positionsOf(): Promise<readonly { partition: number; shown: bigint; stored: bigint }[]> {
  const shown = await platform.kafka.admin.groupPositions(GROUP, ['player.events.raw']);
  const { rows } = await platform.owner.query<{ partition: number; next: string }>(
    'SELECT partition, next_offset AS next FROM event_store.consumer_positions',
  );
  const stored = new Map(rows.map(({ partition, next }) => [partition, BigInt(next)]));
  return shown.map(({ partition, offset }) => ({ partition, shown: offset, stored: stored.get(partition) ?? -1n }));
}

/** Looks until it is told to stop; the positions that were ahead of the store. */
async function watchGroup(signal: AbortSignal): Promise<readonly object[]> {
  const ahead: object[] = [];
  while (!signal.aborted) {
    ahead.push(...(await positionsOf()).filter(({ shown, stored }) => shown > stored));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return ahead;
}

describe('event-processor-service', () => {
  test('a SIGKILL in the middle loses nothing, stores nothing twice and publishes everything; its group never shows more than is stored', async () => {
    const stop = new AbortController();
    const watched = watchGroup(stop.signal);
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
    await until(async () => {
      const positions = await positionsOf();
      const shown = positions.reduce((sum, one) => sum + Number(one.shown), 0);
      return shown === events.length && positions.every((one) => one.shown === one.stored);
    });
    stop.abort();
    expect(await watched).toEqual([]);
    // A member that was killed is missed after 15 s only.
  }, 60_000);

  test('a probe measures how fresh the store is, and is in nothing that games or consumers see', async () => {
    const running = await platform.run();
    const before = await platform.count(`SELECT count(*) FROM event_store.events`);
    await platform.accept([probeAt(Date.now(), 7)]);
    await until(async () => (await platform.stored()) === before + 1);
    const counted = (text: string) => Number(/^processor_freshness_seconds_count\S* (\d+)$/m.exec(text)?.[1] ?? 0);
    await until(async () => {
      const texts = await Promise.all(platform.running.map((one) => one.metrics()));
      return texts.reduce((sum, text) => sum + counted(text), 0) === 1;
    });
    const reader = await platform.reader(['demo', 'other'], 'sandbox');
    const { rows } = await reader.query(`SELECT count(*)::integer AS seen FROM analytics.events`);
    expect(rows).toEqual([{ seen: 0 }]);
    await reader.end();
    await running.process.end('SIGTERM');
    const published = await platform.records('player.events.processed');
    expect(published.filter(({ key }) => String(key).startsWith('probe-'))).toEqual([]);
  });
});
