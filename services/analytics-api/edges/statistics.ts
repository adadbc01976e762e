import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { PlayerStatistics } from '#catalog/events/index.ts';
import { names } from '#catalog/names.ts';
import { analyticsApi } from '#catalog/services/analytics-api.ts';
import { type Batch, type Consumer, createConsumer, type KafkaConnection } from '#kit/kafka/index.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import { type Changes, tenantKey } from './changes.ts';

const [{ topic, delivery }] = analyticsApi.consumes;
/** All that matters here: whose player it was, not which one. */
const Changed = Type.Pick(PlayerStatistics, ['game_id', 'data_class']);
const changed = Compile(Changed);

function parse(value: Buffer): Static<typeof Changed> | undefined {
  try {
    const statistics: unknown = JSON.parse(value.toString('utf8'));
    return changed.Check(statistics) ? statistics : undefined;
  } catch {
    return undefined;
  }
}

/** Notes every game of a batch once, however many of its players changed. Returns how many messages cannot be read. */
export function noteBatch(changes: Changes, messages: Batch['messages']): number {
  const newest = new Map<
    string,
    { readonly gameId: string; readonly dataClass: 'production' | 'sandbox'; at: number }
  >();
  let unreadable = 0;
  for (const { value, timestampMillis } of messages) {
    const statistics = value && parse(value);
    if (!statistics) {
      unreadable += 1;
      continue;
    }
    const tenant = { gameId: statistics.game_id, dataClass: statistics.data_class };
    const at = Math.max(timestampMillis, newest.get(tenantKey(tenant))?.at ?? 0);
    newest.set(tenantKey(tenant), { ...tenant, at });
  }
  for (const { at, ...tenant } of newest.values()) changes.note(tenant, at);
  return unreadable;
}

/** Hears of every change from now on. While the brokers are away nothing is heard, and answers live out their time. */
export function followStatistics(telemetry: Telemetry, changes: Changes, connection: KafkaConnection): Consumer {
  return createConsumer(telemetry, {
    connection,
    group: names.consumerGroup(telemetry.name, topic),
    delivery,
    topics: [topic],
    positions: 'none',
    beginning: 'latest',
    onBatch: async ({ messages, partition }) => {
      const unreadable = noteBatch(changes, messages);
      if (unreadable > 0) telemetry.logger.error({ topic, partition, unreadable }, 'statistics cannot be read');
    },
  });
}
