import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toAwsGameAnalytics } from '../traffic/aws.ts';
import { simulate } from '../traffic/simulate.ts';
import { sendEvents, sendFile } from './index.ts';
import { MAX_LINE_BYTES, readLines } from './lines.ts';

let folder: string;
let server: Server;
/** What to answer next instead of a success: a status, or `null` to hang up. */
const troubles: (number | null)[] = [];
const posts: {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly events: Record<string, unknown>[];
}[] = [];
let inFlight = 0;
let mostInFlight = 0;

/** A service that takes everything that has an id, in the shapes of the real one. */
function answerTo(url: string, events: readonly Record<string, unknown>[]): unknown {
  if (url.startsWith('/applications/')) {
    return {
      Events: events.map(({ event_id }) =>
        event_id
          ? { Result: 'Ok' }
          : { Result: 'Error', Reason: { path: '/event_id', rule: '"event_id" is required', fix: 'Add it.' } },
      ),
    };
  }
  return { results: events.map(({ event_id }) => ({ event_id, status: event_id ? 'accepted' : 'duplicate' })) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gm-test-send-'));
  server = createServer((request, response) => {
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      await new Promise((wake) => setTimeout(wake, 5));
      inFlight -= 1;
      const trouble = troubles.shift();
      if (trouble === null) return request.socket.destroy();
      response.setHeader('content-type', 'application/json');
      if (trouble !== undefined)
        return response
          .writeHead(trouble, { 'retry-after': '0' })
          .end('{"detail":"The key is revoked.","fix":"Use another."}');
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const url = request.url ?? '';
      const events = Array.isArray(body) ? body : body.events;
      posts.push({ url, headers: request.headers, events });
      return response.end(JSON.stringify(answerTo(url, events)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  posts.length = 0;
  troubles.length = 0;
  mostInFlight = 0;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const target = () => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'k', game: 'demo' });
const fresh = (number: number) => ({
  event_id: `id-${number}`,
  event_type: 'item_viewed',
  event_timestamp: new Date().toISOString(),
});

async function fileOf(content: string | Buffer): Promise<string> {
  const file = join(folder, crypto.randomUUID());
  await writeFile(file, content);
  return file;
}

const linesOf = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');

describe('sending a file', () => {
  test('posts every line once, in batches, and answers with counts', async () => {
    const events = Array.from({ length: 1234 }, (_, number) => fresh(number));
    const summary = await sendFile({ ...target(), file: await fileOf(linesOf(events)) });
    expect(summary).toMatchObject({ format: 'gamemetrics', lines: 1234, accepted: 1234, rejected: 0, problems: [] });
    expect(posts.map(({ events: sent }) => sent.length).sort()).toEqual([234, 500, 500]);
    expect(posts.flatMap(({ events: sent }) => sent.map(({ event_id }) => event_id)).sort()).toEqual(
      events.map(({ event_id }) => event_id).sort(),
    );
  });

  test('never has more requests in flight than allowed', async () => {
    const events = Array.from({ length: 60 }, (_, number) => fresh(number));
    await sendFile({ ...target(), file: await fileOf(linesOf(events)), maxBatchEvents: 2, concurrency: 3 });
    expect(posts).toHaveLength(30);
    expect(mostInFlight).toBeLessThanOrEqual(3);
  });

  test('reads gzip whatever its name, Windows line ends, empty lines and no last newline', async () => {
    const content = gzipSync(`\uFEFF${JSON.stringify(fresh(1))}\r\n\r\n\n${JSON.stringify(fresh(2))}`);
    expect(await sendFile({ ...target(), file: await fileOf(content) })).toMatchObject({ lines: 2, accepted: 2 });
  });

  test('tells the AWS Game Analytics Pipeline format by itself, also wrapped as its stream has it', async () => {
    const [event] = [
      ...simulate({ seed: 1, game: 'demo', players: 1, from: new Date(Date.now() - 3_600_000).toISOString(), days: 1 }),
    ];
    if (!event) throw new Error('a player always registers');
    const own = { ...toAwsGameAnalytics(event), event_timestamp: Date.now() / 1000 };
    for (const lines of [[own], [{ event: own, application_id: 'demo', aws_ga_api_validated_flag: true }]]) {
      const summary = await sendFile({ ...target(), file: await fileOf(linesOf(lines)) });
      expect(summary).toMatchObject({ format: 'aws-game-analytics', accepted: 1 });
    }
    expect(posts.map(({ url }) => url)).toEqual(['/applications/demo/events', '/applications/demo/events']);
    expect(posts.map(({ events }) => events[0])).toEqual([own, own]);
  });

  test('sends old events only as a backfill, and says so in a header', async () => {
    const old = { ...fresh(1), event_timestamp: '2026-01-01T00:00:00Z' };
    const file = await fileOf(linesOf([fresh(0), old]));
    expect(await sendFile({ ...target(), file })).toMatchObject({
      accepted: 1,
      rejected: 1,
      problems: [
        { line: 2, path: '/event_timestamp', value: old.event_timestamp, fix: 'Send the file with --backfill.' },
      ],
    });
    expect(await sendFile({ ...target(), file, backfill: true })).toMatchObject({ accepted: 2, rejected: 0 });
    expect(posts.map(({ headers }) => headers['x-backfill'])).toEqual([undefined, 'true']);
  });

  test('reports bad lines by number, value, rule and fix, and sends the others', async () => {
    const content = [
      JSON.stringify(fresh(1)),
      '{"event_id":',
      '[1]',
      JSON.stringify({ ...fresh(2), event_id: '' }),
      'x'.repeat(MAX_LINE_BYTES + 1),
      JSON.stringify(fresh(3)),
    ];
    const summary = await sendFile({ ...target(), file: await fileOf(content.join('\n')) });
    expect(summary).toMatchObject({ lines: 6, accepted: 2, duplicates: 1, rejected: 3 });
    expect(summary.problems.map(({ line }) => line)).toEqual([2, 3, 5]);
    for (const { rule, fix } of summary.problems)
      expect([rule, fix].every((sentence) => sentence.length > 5)).toBe(true);
  });

  test('lists a bounded number of problems and counts all', async () => {
    const summary = await sendFile({
      ...target(),
      file: await fileOf(`${JSON.stringify(fresh(1))}\n${'{\n'.repeat(5000)}`),
    });
    expect(summary).toMatchObject({ rejected: 5000, accepted: 1 });
    expect(summary.problems).toHaveLength(100);
  });

  test('repeats what was answered «later» or not at all', async () => {
    troubles.push(503, 429, null, 502);
    const summary = await sendFile({ ...target(), file: await fileOf(linesOf([fresh(1)])) });
    expect(summary).toMatchObject({ accepted: 1, retries: 4 });
  });

  test('gives up in time, with what the platform said', async () => {
    troubles.push(...Array.from({ length: 50 }, () => 503));
    const file = await fileOf(linesOf([fresh(1)]));
    await expect(sendFile({ ...target(), file, giveUpAfterMillis: 300 })).rejects.toMatchObject({
      code: 'SEND_GAVE_UP',
      detail: expect.stringContaining('The key is revoked'),
    });
  });

  test.each([401, 403, 404])(
    'stops at once when the platform answers %d for good, with its reason and fix',
    async (status) => {
      troubles.push(...Array.from({ length: 4 }, () => status));
      const events = Array.from({ length: 400 }, (_, number) => fresh(number));
      const file = await fileOf(linesOf(events));
      await expect(sendFile({ ...target(), file, maxBatchEvents: 1 })).rejects.toMatchObject({
        code: 'SEND_REFUSED',
        detail: 'The key is revoked.',
        fix: 'Use another.',
      });
      expect(posts.length).toBeLessThan(100);
    },
  );

  test('halves a request that is too large, down to the event that is', async () => {
    troubles.push(413, 413);
    const summary = await sendFile({
      ...target(),
      file: await fileOf(linesOf([fresh(1), fresh(2), fresh(3)])),
      concurrency: 1,
    });
    expect(summary).toMatchObject({ accepted: 3, rejected: 0 });
    troubles.push(413, 413);
    const one = await sendFile({ ...target(), file: await fileOf(linesOf([fresh(1), fresh(2)])), concurrency: 1 });
    expect(one).toMatchObject({ accepted: 1, rejected: 1, problems: [{ line: 1 }] });
  });

  test.each([
    ['a file that is not there', join(tmpdir(), 'no-such-file'), 'FILE_UNREADABLE'],
    ['a folder', tmpdir(), 'FILE_UNREADABLE'],
  ])('says in one sentence what is wrong with %s', async (_, file, code) => {
    await expect(sendFile({ ...target(), file })).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(file),
    });
  });

  test('asks for the format of a file that it does not know, and takes it', async () => {
    const file = await fileOf(linesOf([{ what: 'ever' }]));
    await expect(sendFile({ ...target(), file })).rejects.toMatchObject({
      code: 'FORMAT_UNKNOWN',
      detail: expect.stringContaining('what'),
    });
    expect(await sendFile({ ...target(), file, format: 'gamemetrics' })).toMatchObject({ lines: 1 });
  });

  test('tells its progress as it goes', async () => {
    const seen: number[] = [];
    const events = Array.from({ length: 6 }, (_, number) => fresh(number));
    const onProgress = ({ accepted }: { accepted: number }) => void seen.push(accepted);
    await sendFile({ ...target(), file: await fileOf(linesOf(events)), maxBatchEvents: 2, concurrency: 1, onProgress });
    expect(seen).toEqual([2, 4, 6]);
  });
});

test('lines come out as they went in, wherever the chunks of the file end', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '🎮', ' ', '"') }).filter((line) => line.trim() !== '');
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (lines) => {
      const found: unknown[] = [];
      for await (const line of readLines(await fileOf(lines.join('\n')))) found.push(line);
      expect(found).toEqual(lines.map((line, place) => ({ number: place + 1, text: line })));
    }),
    { numRuns: 30 },
  );
});

test('events that are made as they are sent arrive like a file', async () => {
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const events = [...simulate({ seed: 5, game: 'demo', players: 4, from, days: 1 })];
  const summary = await sendEvents(events, target());
  expect(summary).toMatchObject({ accepted: events.length, rejected: 0 });
  expect(posts.flatMap((post) => post.events)).toEqual(events);
});
