import { expect, test } from '@jest/globals';
import { eventIngestionService } from '#catalog/services/event-ingestion-service.ts';
import type { PublishedRecord } from '#kit/kafka/index.ts';
import { defineMetrics } from '#kit/telemetry/metrics.ts';
import { decode } from '#services/event-processor-service/domain/decode.ts';
import { metricValue, quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import { sendProbes } from './probe.ts';

test('probes are events that the processor takes, of a game of their own, and a broker that is away ends none of it', async () => {
  const telemetry = await quietTelemetry();
  const metrics = defineMetrics(telemetry.registry, eventIngestionService.metrics);
  const taken: PublishedRecord[] = [];
  let calls = 0;
  const publish = async (_topic: string, records: readonly PublishedRecord[]) => {
    calls += 1;
    if (calls === 2) throw new Error('away');
    taken.push(...records);
  };
  const probes = sendProbes({ producer: { publish }, metrics }, 5);
  await until(() => taken.length >= 4);
  await probes.stop();
  const decoded = taken.map(({ value }) => decode(Buffer.from(value)));
  expect(decoded.map(({ kind }) => kind)).toEqual(taken.map(() => 'event'));
  expect(new Set(taken.map(({ key }) => key)).size).toBe(taken.length);
  expect(decoded[0]).toMatchObject({ known: false, event: { game_id: 'gamemetrics.probe', data_class: 'sandbox' } });
  expect(await metricValue(telemetry, 'ingestion_probes_failed_total')).toBe(1);
  const none = sendProbes({ producer: { publish }, metrics }, 0);
  await none.stop();
});
