import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { metricValue, quietTelemetry } from '#tests/support/telemetry.ts';
import { until } from '#tests/support/until.ts';
import { errors } from '../errors.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { traceHeaders } from '../telemetry/tracing.ts';
import { createHttpServer, type HttpOptions, type HttpServer, type ListeningServer, serveHttp } from './index.ts';

const Thing = Type.Object(
  { n: Type.Integer({ minimum: 0 }), id: Type.Optional(Type.String({ format: 'uuid' })) },
  { additionalProperties: false },
);

function routes(server: HttpServer): void {
  server.post(
    '/things/:room',
    { schema: { params: Type.Object({ room: Type.Integer() }), body: Thing } },
    async (request) => ({
      sum: request.params.room + request.body.n,
    }),
  );
  server.get(
    '/things',
    { schema: { querystring: Type.Object({ limit: Type.Integer({ default: 7 }) }) } },
    async (request) => request.query,
  );
  server.get('/broken', async () => {
    throw new Error('the password is hunter2');
  });
  server.get('/busy', async () => {
    throw errors.BROKER_UNAVAILABLE({ detail: 'No broker answers.', retryAfterSeconds: 3 });
  });
  server.get('/trace', async () => traceHeaders());
  server.get('/slow', async () => new Promise((resolve) => setTimeout(() => resolve({ done: true }), 200)));
}

const options: HttpOptions = {
  port: 0,
  host: '127.0.0.1',
  corsOrigins: ['https://game.example'],
  requestTimeoutMillis: 400,
  bodyLimitBytes: 1000,
  openapi: { title: 'Things' },
  routes: [routes],
};

const running: ListeningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function setUp(overrides: Partial<HttpOptions> = {}): Promise<{ server: HttpServer; telemetry: Telemetry }> {
  const telemetry = await quietTelemetry();
  return { server: await createHttpServer(telemetry, { ...options, ...overrides }), telemetry };
}

async function listening(): Promise<{ url: string; port: number; stop: () => Promise<void> }> {
  const one = await serveHttp(await quietTelemetry(), options);
  running.push(one);
  return { url: `http://127.0.0.1:${one.port}`, port: one.port, stop: one.stop };
}

describe('a request', () => {
  test('that matches the schema is answered', async () => {
    const { server } = await setUp();
    const answer = await server.inject({ method: 'POST', url: '/things/2', payload: { n: 1 } });
    expect([answer.statusCode, answer.json()]).toEqual([200, { sum: 3 }]);
  });

  test('has the numbers of its query as numbers, with defaults', async () => {
    const { server } = await setUp();
    expect((await server.inject('/things')).json()).toEqual({ limit: 7 });
    expect((await server.inject('/things?limit=3')).json()).toEqual({ limit: 3 });
  });

  test('keeps its trace', async () => {
    const { server } = await setUp();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await server.inject({ url: '/trace', headers: { traceparent } });
    expect(answer.json().traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  test('is counted under its route pattern and status, and nothing stays counted as active', async () => {
    const { server, telemetry } = await setUp();
    await server.inject({ method: 'POST', url: '/things/2', payload: { n: 1 } });
    await server.inject('/nowhere/4711');
    const count = (labels: Record<string, string>) =>
      metricValue(telemetry, 'http_server_request_duration_seconds', labels);
    expect(await count({ method: 'POST', route: '/things/:room', status: '200' })).toBe(1);
    expect(await count({ method: 'GET', route: 'unmatched', status: '404' })).toBe(1);
    expect(await telemetry.registry.metrics()).not.toContain('4711');
    expect(await metricValue(telemetry, 'http_server_active_requests')).toBe(0);
  });
});

describe('a client that hangs up', () => {
  test('is not counted as active any more', async () => {
    const telemetry = await quietTelemetry();
    const one = await serveHttp(telemetry, options);
    running.push(one);
    const signal = AbortSignal.timeout(50);
    await expect(fetch(`http://127.0.0.1:${one.port}/slow`, { signal })).rejects.toThrow();
    await until(async () => (await metricValue(telemetry, 'http_server_active_requests')) === 0);
  });
});

describe('a refusal', () => {
  const json = { 'content-type': 'application/json' };
  const post = { method: 'POST', url: '/things/2' } as const;

  test.each([
    ['a body of the wrong shape', { ...post, payload: { n: 1, extra: 2 } }, 400, 'REQUEST_INVALID'],
    ['a body that is not JSON', { ...post, payload: '{', headers: json }, 400, 'BODY_UNREADABLE'],
    ['no body where JSON is announced', { ...post, payload: '', headers: json }, 400, 'BODY_UNREADABLE'],
    [
      'a body that poisons prototypes',
      { ...post, payload: '{"__proto__":{"a":1},"n":1}', headers: json },
      400,
      'BODY_UNREADABLE',
    ],
    ['a path of the wrong type', { ...post, url: '/things/x', payload: { n: 1 } }, 400, 'REQUEST_INVALID'],
    ['a path that does not exist', { method: 'GET', url: '/nowhere' } as const, 404, 'NOT_FOUND'],
    ['a method that the path lacks', { method: 'DELETE', url: '/things/2' } as const, 405, 'METHOD_NOT_ALLOWED'],
    ['a body above the limit', { ...post, payload: { n: 1, extra: 'x'.repeat(2000) } }, 413, 'BODY_TOO_LARGE'],
    [
      'a media type that nobody reads',
      { ...post, payload: '<n/>', headers: { 'content-type': 'text/xml' } },
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    ['a bug of ours', { method: 'GET', url: '/broken' } as const, 500, 'INTERNAL'],
    ['a dependency that is away', { method: 'GET', url: '/busy' } as const, 503, 'BROKER_UNAVAILABLE'],
  ])('of %s is a problem detail', async (_, request, status, code) => {
    const { server } = await setUp();
    const answer = await server.inject(request);
    expect([answer.statusCode, answer.json().code, answer.json().status]).toEqual([status, code, status]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({
      type: expect.stringMatching(/^urn:gamemetrics:error:[a-z-]+$/),
      fix: expect.any(String),
    });
    expect(answer.body).not.toContain('hunter2');
  });

  test('of a body names every problem with path, rule and fix, and takes no text for a number', async () => {
    const { server } = await setUp();
    const answer = await server.inject({ ...post, payload: { n: '1', id: 'x', extra: 2 } });
    expect(answer.json().problems).toEqual([
      { path: '/body', rule: 'must not have "extra"', fix: 'Correct /body: it must not have "extra".' },
      { path: '/body/n', rule: 'must be integer', fix: 'Correct /body/n: it must be integer.' },
      { path: '/body/id', rule: 'must match format "uuid"', fix: 'Correct /body/id: it must match format "uuid".' },
    ]);
  });

  test('says what is allowed, and when to try again', async () => {
    const { server } = await setUp();
    expect((await server.inject({ method: 'DELETE', url: '/things/2' })).headers.allow).toBe('POST');
    expect((await server.inject('/busy')).headers['retry-after']).toBe('3');
  });
});

describe('the server', () => {
  test('describes itself as OpenAPI 3.1, problems included', async () => {
    const { server } = await setUp();
    const document = (await server.inject('/openapi.json')).json();
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Things', version: '0.0.0' } });
    expect(Object.keys(document.paths)).toEqual(['/things/{room}', '/things', '/broken', '/busy', '/trace', '/slow']);
    expect(document.components.schemas.ProblemDetails.required).toContain('code');
    const answers = document.paths['/things/{room}'].post.responses;
    expect(answers.default.content['application/problem+json'].schema).toEqual({
      $ref: '#/components/schemas/ProblemDetails',
    });
  });

  test('sends security headers, and lets only the named origins call', async () => {
    const { server } = await setUp();
    const ask = async (origin: string) => (await server.inject({ url: '/things', headers: { origin } })).headers;
    const headers = await ask('https://game.example');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBe('https://game.example');
    expect((await ask('https://elsewhere.example'))['access-control-allow-origin']).toBeUndefined();
  });

  test('ends a connection whose headers do not arrive', async () => {
    const { port } = await listening();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /things/2 HTTP/1.1\r\nHost: x\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('408 Request Timeout');
    await once(socket, 'close');
  });

  test('answers what is in flight before it stops, and takes nothing after', async () => {
    const { url, stop } = await listening();
    const inFlight = fetch(`${url}/slow`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stop();
    expect(await (await inFlight).json()).toEqual({ done: true });
    await expect(fetch(`${url}/things`)).rejects.toThrow();
  });

  test('names a port that is taken', async () => {
    const { port } = await listening();
    const second = serveHttp(await quietTelemetry(), { ...options, port });
    await expect(second).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      detail: `Port ${port} is taken by another program.`,
    });
  });
});
