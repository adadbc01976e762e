import { describe, expect, test } from '@jest/globals';
import { createRegistry, defineMetrics, type Metric } from './metrics.ts';

const table = [
  { name: 'things_total', type: 'counter', help: 'Things.', labels: ['kind'] },
  { name: 'things_waiting', type: 'gauge', help: 'Waiting.', labels: [] },
  { name: 'thing_seconds', type: 'histogram', help: 'Time.', labels: [], buckets: [1, 2] },
] as const satisfies readonly Metric[];

const registryOf = () => createRegistry({ service: 'probe', version: '1.2.3' });

describe('metrics', () => {
  test('of a table are there by name, with the labels of their row', async () => {
    const registry = registryOf();
    const metrics = defineMetrics(registry, table);
    metrics.things_total.inc({ kind: 'a' }, 2);
    metrics.things_waiting.set(3);
    metrics.thing_seconds.observe(1.5);
    const text = await registry.metrics();
    expect(text).toContain('things_total{kind="a",service="probe"} 2');
    expect(text).toContain('things_waiting{service="probe"} 3');
    expect(text).toContain('thing_seconds_bucket{le="2",service="probe"} 1');
  });

  test('that are defined twice are shared', () => {
    const registry = registryOf();
    expect(defineMetrics(registry, table).things_total).toBe(defineMetrics(registry, table).things_total);
  });

  test.each([
    'nodejs_eventloop_lag_p99_seconds',
    'process_resident_memory_bytes',
    'service_build_info',
    'nodejs_heap_size_used_bytes',
  ])('of the process itself include %s', async (name) => {
    expect(await registryOf().metrics()).toContain(`\n${name}`);
  });
});
