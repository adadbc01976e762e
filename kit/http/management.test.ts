import { afterEach, describe, expect, test } from '@jest/globals';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { createManagementServer, type HealthCheck, type ManagementServer, type Phase } from './management.ts';

let server: ManagementServer | undefined;
afterEach(() => server?.stop());

async function setUp(checks: HealthCheck[], phase: Phase = 'running') {
  const { registry } = await quietTelemetry();
  const options = {
    port: 0,
    host: '127.0.0.1',
    registry,
    checks: () => checks,
    phase: () => phase,
    checkTimeoutMillis: 50,
  };
  server = await createManagementServer(options);
  const { port } = server;
  return (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
}

const up: HealthCheck = { name: 'store', critical: true, check: async () => ({ rows: 1 }) };
const down = (critical: boolean): HealthCheck => ({
  name: 'broker',
  critical,
  check: async () => Promise.reject(new Error('away')),
});
const hanging: HealthCheck = { name: 'cache', critical: false, check: () => new Promise(() => undefined) };

describe('readiness', () => {
  test.each([
    ['everything answers', [up], 200, 'ready'],
    ['a dependency that can be ridden out fails', [up, down(false)], 200, 'degraded'],
    ['such a dependency never answers', [up, hanging], 200, 'degraded'],
    ['a critical dependency fails', [up, down(true)], 503, 'unready'],
  ])('when %s', async (_, checks, status, expected) => {
    const ask = await setUp(checks);
    const answer = await ask('/health/ready');
    expect([answer.status, (await answer.json()).status]).toEqual([status, expected]);
  });

  test.each(['starting', 'stopping'] as const)('is refused while the process is %s', async (phase) => {
    const ask = await setUp([up], phase);
    expect((await ask('/health/ready')).status).toBe(503);
  });

  test('shows every check with its state and detail', async () => {
    const ask = await setUp([up, down(false), hanging]);
    expect((await (await ask('/health/ready')).json()).checks).toMatchObject([
      { name: 'store', critical: true, status: 'up', detail: { rows: 1 } },
      { name: 'broker', critical: false, status: 'down', detail: 'away' },
      { name: 'cache', critical: false, status: 'down', detail: 'no answer within 50 ms' },
    ]);
  });
});

describe('a dependency', () => {
  test('is a metric, by name, after each look', async () => {
    const ask = await setUp([up, down(false)]);
    await ask('/health/ready');
    const text = await (await ask('/metrics')).text();
    expect(text).toMatch(/service_dependency_up\{dependency="store",critical="true".*\} 1\n/);
    expect(text).toMatch(/service_dependency_up\{dependency="broker",critical="false".*\} 0\n/);
  });
});

describe('the management port', () => {
  test('is live whatever the checks say', async () => {
    const ask = await setUp([down(true)], 'starting');
    expect((await ask('/health/live')).status).toBe(200);
  });

  test('gives the metrics of the process', async () => {
    const ask = await setUp([]);
    expect(await (await ask('/metrics')).text()).toContain('process_cpu_seconds_total');
  });

  test.each([
    ['/secrets', 'GET'],
    ['/metrics', 'POST'],
  ])('has nothing at %s for %s', async (path, method) => {
    const ask = await setUp([]);
    expect((await ask(path, method)).status).toBe(404);
  });
});
