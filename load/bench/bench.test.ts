import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventBodies } from './event-bodies.ts';
import { httpLoad } from './http-load.ts';
import { benchBatches, benchSingles } from './ingestion.ts';
import { secondsOf, usageOf } from './processes.ts';
import { isMet } from './report.ts';

const seen = new Set<string>();
let twice = 0;
let server: Server;

/** Counts ids, refuses every tenth single event, and shows the metrics that a service shows. */
beforeAll(async () => {
  let singles = 0;
  server = createServer((request, response) => {
    if (request.url === '/metrics')
      return response.end(
        `process_cpu_seconds_total{service="x"} ${process.cpuUsage().user / 1e6}\nprocess_resident_memory_bytes 104857600\n`,
      );
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      for (const { event_id } of [body].flat()) {
        if (seen.has(event_id)) twice += 1;
        seen.add(event_id);
      }
      if (!Array.isArray(body)) singles += 1;
      response.writeHead(singles % 10 === 9 ? 429 : 200).end('{}');
    });
    return response;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const subject = () => ({
  ingestion: { url: url(), managementUrl: url() },
  processorUrl: '',
  game: 'demo',
  key: 'k',
  eventsUrl: '',
  processes: () => new Map(),
});
const short = { seconds: 0.3, warmUpSeconds: 0.1 };

describe('the ingestion benchmarks', () => {
  test('measure batches against a bare server of the same run, no id twice', async () => {
    const report = await benchBatches(subject(), short);
    const figure = (name: string) => report.figures.find((one) => one.name === name);
    expect(figure('ratio to bare')?.value).toBeCloseTo(
      (figure('batches of 100')?.value ?? 0) / (figure('bare node:http and JSON.parse')?.value ?? 1),
      2,
    );
    expect(figure('resident memory after the load')?.value).toBe(100);
    expect(report.hardware.cores).toBeGreaterThan(0);
    expect([seen.size > 1000, twice]).toEqual([true, 0]);
  });

  test('tell of refusals', async () => {
    const report = await benchSingles(subject(), short);
    expect(report.notes.join()).toContain('429');
  });
});

test('a figure is met within its bound, and without one is only told', () => {
  const figure = { name: 'x', value: 2, unit: '' };
  expect([isMet({ ...figure, atLeast: 2 }), isMet({ ...figure, atMost: 1 }), isMet(figure)]).toEqual([
    true,
    false,
    undefined,
  ]);
});

test('the use of processes is read as ps prints it, children with their parent', async () => {
  expect(['0:05', '01:02:03', '2-00:00:01', '1:02.50'].map(secondsOf)).toEqual([5, 3723, 172_801, 62.5]);
  const usage = await usageOf(new Map([['tests', process.pid]]));
  expect(usage.get('tests')?.residentMiB).toBeGreaterThan(10);
});

test('bodies are valid JSON of as many events as wanted', () => {
  const bodies = new EventBodies('demo', 7);
  const players = new Set<string>();
  for (let times = 0; times < 300; times += 1) {
    const events = JSON.parse(bodies.next().toString());
    expect(events).toHaveLength(7);
    expect(events[0].event_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(Math.abs(Date.parse(events[0].event_timestamp) - Date.now())).toBeLessThan(60_000);
    players.add(events[0].player_id);
  }
  expect(players.size).toBeGreaterThan(50);
});

test('a load keeps to its connections and counts what it got', async () => {
  const result = await httpLoad({
    url: url(),
    headers: {},
    body: () => Buffer.from('[]'),
    connections: 3,
    seconds: 0.2,
  });
  expect(result.requests).toBeGreaterThan(3);
  expect(result.p99Millis).toBeGreaterThanOrEqual(result.p50Millis);
});
