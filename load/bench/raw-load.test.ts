import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { rawLoad } from './raw-load.ts';

test('requests made beforehand arrive whole and in turn, and answers are counted by their status', async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    const status = bodies.length % 5 === 0 ? 503 : 200;
    // Large enough to come in several pieces.
    const answer = 'x'.repeat(200_000);
    response.writeHead(status, { 'content-length': answer.length }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sent = ['{"a":1}', '{"b":2}'];
  const result = await rawLoad({
    url: `http://127.0.0.1:${port}/graphql`,
    headers: { authorization: 'Bearer x' },
    bodies: sent.map((body) => Buffer.from(body)),
    connections: 2,
    seconds: 0.3,
  });
  server.closeAllConnections();
  server.close();
  expect(new Set(bodies)).toEqual(new Set(sent));
  expect(result.requests).toBe(bodies.filter((_, index) => (index + 1) % 5 !== 0).length);
  expect(result.refused).toEqual({ 503: Math.floor(bodies.length / 5) });
  expect(result.p99Millis).toBeGreaterThan(0);
});
