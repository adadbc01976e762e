import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Plugin } from 'esbuild';
import type { AcceptedEvent } from '#catalog/events/index.ts';
import { until } from '#tests/support/kafka.ts';
import { type RunningProcessor, TestProcessorService } from '#tests/support/processor.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FIELD_BEFORE = 'stars: Type.Optional(Count),';
const FIELDS_AFTER = `${FIELD_BEFORE} streak: Type.Optional(Count),`;

/** The sources with one more optional property of `level_completed`: a compatible change. */
const evolve: Plugin = {
  name: 'evolve',
  setup: ({ onLoad }) => {
    onLoad({ filter: /catalog\/events\/gameplay\.ts$/ }, async ({ path }) => {
      const before = await readFile(path, 'utf8');
      const contents = before.replace(FIELD_BEFORE, FIELDS_AFTER);
      if (contents === before) throw new Error(`${path} has no «${FIELD_BEFORE}» to evolve`);
      return { contents, loader: 'ts' };
    });
  },
};

let folder: string;
let platform: TestProcessorService;

beforeAll(async () => {
  // Below the root, so that packages are found.
  folder = mkdtempSync(join(ROOT, 'node_modules/.evolved-'));
  await build({
    entryPoints: [join(ROOT, 'services/event-processor-service/index.ts')],
    outfile: join(folder, 'index.mjs'),
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node24', plugins: [evolve] },
    // Ours by subpath are bundled; packages are not.
    external: [
      '@*',
      'ajv',
      'ajv-formats',
      'fastify',
      'fastify-plugin',
      'jose',
      'pg',
      'pg-copy-streams',
      'pino',
      'prom-client',
      'ioredis',
      'typebox',
      'ws',
    ],
  });
  platform = await TestProcessorService.start();
});
afterAll(async () => {
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const completed = (number: number, properties: object): AcceptedEvent => ({
  event_id: crypto.randomUUID(),
  event_type: 'level_completed',
  event_version: 1,
  game_id: 'demo',
  data_class: 'production',
  player_id: `player-${number % 40}`,
  event_timestamp: '2026-11-20T12:00:00.000Z',
  received_at: new Date().toISOString(),
  marks: [],
  properties: { level: 3, duration_seconds: 61, ...properties },
});

const streaks = () =>
  platform.count(`SELECT count(*) FROM event_store.events WHERE properties ->> 'streak' IS NOT NULL`);

/** What a replica has stored, by its own metrics. */
async function storedBy(replica: RunningProcessor): Promise<number> {
  const series = (await replica.metrics()).matchAll(/^processor_events_stored_total(?:\{[^}]*\})? (\d+)$/gm);
  return [...series].reduce((sum, [, value]) => sum + Number(value), 0);
}

let old: RunningProcessor;
let evolved: RunningProcessor;
let sent = 0;

/** Events of all players, so that they are in every partition; half of them have the new property. */
async function sendWave(streak: (number: number) => unknown): Promise<void> {
  const numbers = Array.from({ length: WAVE }, (_, index) => sent + index);
  await platform.accept(numbers.map((number) => completed(number, number % 2 ? { streak: streak(number) } : {})));
  sent += WAVE;
}

const WAVE = 200;

describe('a compatible change of an event, while old and new processors run at once', () => {
  test('flows through both: every event is stored once, none is put aside, and no property is lost', async () => {
    old = await platform.run();
    evolved = await platform.run({}, { entry: join(folder, 'index.mjs') });
    // Until the group has shared its partitions out, one of them stores everything.
    await until(async () => {
      await sendWave((number) => number);
      await until(async () => (await platform.stored()) >= sent);
      return (await storedBy(old)) > 0 && (await storedBy(evolved)) > 0;
    });
    await sendWave((number) => number);
    await until(async () => (await platform.stored()) >= sent);
    expect(await platform.stored()).toBe(sent);
    expect(await streaks()).toBe(sent / 2);
    expect(await platform.records('dlq.events')).toEqual([]);
  });

  test('is judged by those alone that know it: the others store what they do not know as it came', async () => {
    const before = { stored: await platform.stored(), streaks: await streaks() };
    await sendWave(() => 'long');
    const aside = async () => (await platform.records('dlq.events')).length;
    await until(async () => (await platform.stored()) - before.stored + (await aside()) >= WAVE);
    expect(await aside()).toBeGreaterThan(0);
    expect(await aside()).toBeLessThan(WAVE / 2);
    expect((await streaks()) - before.streaks).toBe(WAVE / 2 - (await aside()));
  });
});
