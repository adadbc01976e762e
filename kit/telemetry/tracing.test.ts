import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { createTracing, type Tracing, traceContext, traceHeaders } from './tracing.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
let tracing: Tracing | undefined;

afterEach(async () => {
  await tracing?.stop();
  trace.disable();
  context.disable();
});

const start = async (endpoint?: string) => {
  tracing = await createTracing({ service: 'probe', version: '1', environment: 'test', endpoint, samplingRatio: 1 });
  return tracing;
};

describe('a trace', () => {
  test('goes on behind a hop: the caller’s trace id is the one that is sent on', async () => {
    const { span } = await start();
    const caller = traceContext({ traceparent });
    const sent = await context.with(caller, () => span('work', async () => traceHeaders()));
    expect(sent.traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
    expect(sent.traceparent).not.toBe(traceparent);
  });

  test.each([
    '',
    'garbage',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    `${traceparent}-extra-${'x'.repeat(9999)}`,
  ])('of a malformed header is a new one', async (header) => {
    await start();
    expect(trace.getSpanContext(traceContext({ traceparent: header }))).toBeUndefined();
  });

  test('has nothing to send outside of a span', async () => {
    await start();
    expect(traceHeaders()).toEqual({});
  });

  test('gives back what the work gives, and lets its error through', async () => {
    const { span } = await start();
    expect(await span('work', async () => 7)).toBe(7);
    await expect(span('work', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  test('is exported over OTLP/HTTP when there is a collector', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.end('{}'));
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const { span, stop } = await start(`http://127.0.0.1:${port}/`);
    await span('visible work', async () => undefined);
    await stop();
    collector.close();
    collector.closeAllConnections();
    expect(bodies.join('')).toContain('visible work');
  });

  test('does not stop the process when the collector is away', async () => {
    const { span, stop } = await start('http://127.0.0.1:9');
    await span('work', async () => undefined);
    await expect(stop()).resolves.toBeUndefined();
  });
});
