import { PROBE } from '#catalog/events/index.ts';
import type { TopicName } from '#catalog/topics.ts';
import type { Producer } from '#kit/kafka/index.ts';
import { probeAt } from '../domain/probe.ts';
import type { IngestionMetrics } from '../metrics.ts';

const topic: TopicName = 'player.events.raw';

export interface ProbeParts {
  readonly producer: Pick<Producer, 'publish'>;
  readonly metrics: IngestionMetrics;
}

/** Accepts a probe every so often; 0 accepts none. What the broker does not take is counted, and the next one tries. */
export function sendProbes({ producer, metrics }: ProbeParts, intervalMillis: number) {
  let turn = 0;
  const send = async (): Promise<void> => {
    const probe = probeAt(Date.now(), turn);
    turn += 1;
    await producer.publish(topic, [{ key: probe.player_id, value: JSON.stringify(probe) }]);
    metrics.ingestion_events_total.inc({ game_id: PROBE.game, outcome: 'accepted' });
  };
  const probe = () => void send().catch(() => metrics.ingestion_probes_failed_total.inc());
  const timer = intervalMillis > 0 ? setInterval(probe, intervalMillis) : undefined;
  return { stop: async () => clearInterval(timer) };
}
