import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { StandIn, TestDashboard } from '#tests/support/dashboard.ts';
import { type Figures, resolversOf } from '#tests/support/dashboard-figures.ts';
import { Listener } from '#tests/support/graphql-listener.ts';
import { until } from '#tests/support/kafka.ts';
import { ServiceProcess } from '#tests/support/service-process.ts';

const figures: Figures = {
  games: [{ id: 'demo', name: 'Demo', timeZone: 'UTC' }],
  empty: false,
  failure: undefined,
  activeToday: 7,
  eventsPerSecond: 3,
  unaccounted: 0,
  arriving: [],
};
const upstream = new StandIn(resolversOf(figures));
let dashboard: TestDashboard;
let pages: string;

beforeAll(async () => {
  await upstream.start();
  pages = await mkdtemp(join(tmpdir(), 'gm-test-pages-'));
  await writeFile(join(pages, 'index.html'), '<!doctype html><title>pages</title>');
  dashboard = await TestDashboard.start({ upstreamPort: upstream.port, settings: { PAGES_FOLDER: pages } });
});
afterEach(() => upstream.start());
afterAll(async () => {
  expect(await dashboard.stop()).toBe(0);
  await upstream.stop();
  await rm(pages, { recursive: true });
});

const post = (query: string) =>
  fetch(`${dashboard.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-browser' },
    body: JSON.stringify({ query }),
  });

describe('the dashboard server', () => {
  test('serves the page with a policy for this origin alone', async () => {
    const { status, headers } = await fetch(dashboard.url);
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split(';').sort()).toEqual([
      ...["base-uri 'none'", "connect-src 'self'", "default-src 'none'", "form-action 'none'"],
      ...["frame-ancestors 'none'", "img-src 'self' data:", "script-src 'self'", "style-src 'self'"],
    ]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-cache',
    });
    expect(headers.get('server')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  test('hands the token of the local platform to visitors of this machine, to be kept nowhere', async () => {
    const answer = await fetch(`${dashboard.url}/session`);
    expect(await answer.json()).toEqual({ kind: 'development', token: dashboard.token });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    ['/graphql', 'POST', '/graphql'],
    ['/dead-letters', 'GET', '/api/v1/dead-letters'],
    ['/dead-letters/1/replay', 'POST', '/api/v1/dead-letters/1/replay'],
    ['/dead-letters?status=open', 'GET', '/api/v1/dead-letters?status=open'],
  ])("passes %s on with the browser's own token and no other", async (path, method, expected) => {
    upstream.seen.length = 0;
    const body = method === 'POST' ? { body: JSON.stringify({ query: '{ games { id } }' }) } : {};
    const headers = { authorization: 'Bearer of-the-browser', 'content-type': 'application/json' };
    expect((await fetch(dashboard.url + path, { method, headers, ...body })).status).toBe(200);
    expect(upstream.seen).toEqual([{ url: expected, method, authorization: 'Bearer of-the-browser' }]);
  });

  test('cannot be led past the prefix that it passes on', async () => {
    upstream.seen.length = 0;
    await fetch(`${dashboard.url}/dead-letters/%2e%2e/%2e%2e/metrics`);
    await fetch(`${dashboard.url}/dead-letters/..%2f..%2fmetrics`);
    expect(upstream.seen.filter(({ url }) => !url.startsWith('/api/v1/dead-letters'))).toEqual([]);
  });

  test('does not begin to pass on a body that is too large', async () => {
    upstream.seen.length = 0;
    const answer = await post('x'.repeat(1_100_000));
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(upstream.seen).toEqual([]);
  });

  test('passes live messages through, and the end of the connection', async () => {
    const listener = await Listener.open(`${dashboard.url.replace('http', 'ws')}/graphql`, {
      authorization: 'Bearer x',
    });
    const heard = listener.subscribe('subscription { liveRate(gameId: "demo") { eventsPerSecond } }');
    await until(() => heard.data.length > 1);
    expect(heard.data[0]).toEqual({ liveRate: { eventsPerSecond: 3 } });
    await upstream.stop();
    await listener.closed;
  });

  test('says that a service is away, and how long to wait; then it answers again', async () => {
    await upstream.stop();
    const answer = await post('{ games { id } }');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      detail: 'analytics-api cannot be reached.',
    });
    expect(await dashboard.metrics()).toMatch(/dashboard_upstream_errors_total\{.*analytics-api.*\} [1-9]/);
    await upstream.start();
    expect((await post('{ games { id } }')).status).toBe(200);
  });

  test('closes the WebSocket of a service that is away', async () => {
    await upstream.stop();
    const opening = Listener.open(`${dashboard.url.replace('http', 'ws')}/graphql`, {});
    await expect(opening).rejects.toBeDefined();
  });

  test('has nothing but pages at other addresses', async () => {
    expect((await fetch(`${dashboard.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${dashboard.url}/..%2f..%2fpackage.json`)).status).not.toBe(200);
  });
});

describe('the report on cost', () => {
  const ask = async (roles: string[]) => {
    const token = await dashboard.mint.mint({ subject: 'x', roles, games: ['*'], lifetimeSeconds: 60 });
    const answer = await fetch(`${dashboard.url}/reports/cost`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as { code?: string; withinBudgets?: boolean } };
  };

  test('is shown to operators once it was written, and what is in it beyond the page is not', async () => {
    expect(await ask(['operator'])).toMatchObject({ status: 404, body: { code: 'REPORT_NOT_FOUND' } });
    await mkdir(dashboard.reportsFolder, { recursive: true });
    const place = { name: 'dev', kind: 'environment', region: 'eu-central-1', verdict: 'within', byOwner: [] };
    const total = { base: 10, peak: 20 };
    const report = { withinBudgets: true, places: [{ ...place, total, byAwsService: [], lines: ['secret'] }] };
    await writeFile(join(dashboard.reportsFolder, 'cost.json'), JSON.stringify(report));
    const { status, body } = await ask(['admin']);
    expect([status, body]).toEqual([200, { withinBudgets: true, places: [{ ...place, total, byAwsService: [] }] }]);
    await writeFile(join(dashboard.reportsFolder, 'cost.json'), '{"places":');
    expect(await ask(['admin'])).toMatchObject({ status: 500, body: { code: 'REPORT_UNREADABLE' } });
  });

  test('is refused to an analyst, and to nobody in particular', async () => {
    expect(await ask(['analyst'])).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    expect((await fetch(`${dashboard.url}/reports/cost`)).status).toBe(401);
  });
});

describe('a development token', () => {
  test('keeps the service from starting anywhere but on one machine', async () => {
    const token = join(pages, 'token');
    await writeFile(token, 'x');
    const service = new ServiceProcess(join(import.meta.dirname, 'index.ts'), {
      ...{ ENVIRONMENT: 'prod', PORT: '0', MANAGEMENT_PORT: '0', PAGES_FOLDER: pages },
      ...{ ANALYTICS_API_URL: 'http://localhost:1', EVENT_PROCESSOR_SERVICE_URL: 'http://localhost:1' },
      ...{ USER_SERVICE_URL: 'http://localhost:1', OIDC_CLIENT_ID: 'x', ARTIFACTS_URL: 'file:///nonexistent' },
      ...{ TOKEN_ISSUER: 'x', TOKEN_AUDIENCE: 'x', TOKEN_JWKS_URL: 'http://localhost:1/jwks' },
      DEVELOPMENT_TOKEN_FILE: token,
    });
    expect(await service.end()).toBe(1);
    expect(service.lines.at(-1)).toMatchObject({ code: 'DEVELOPMENT_TOKEN_FORBIDDEN' });
  });
});
