import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '#tests/support/kafka.ts';
import { type RunningProcessor, TestProcessorService } from '#tests/support/processor.ts';
import { run } from '../run.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { dlq } from './dlq.ts';

let platform: TestProcessorService;
let processor: RunningProcessor;
let folder: string;
let access: string[];

/** What a person sees; in this process, because a new one takes a second for each line. */
async function gm(words: readonly string[]) {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof texts) => {
    const write = (text: string) => {
      texts[name] += text;
      return true;
    };
    return { isTTY: false, write } as unknown as NodeJS.WriteStream;
  };
  const code = await run([dlq], words, createTerminal(stream('stdout'), stream('stderr')));
  return { code, ...texts };
}

const poison = (game: string, player: string) => ({
  event_id: crypto.randomUUID(),
  event_type: 'level_started',
  event_version: 1,
  game_id: game,
  data_class: 'production' as const,
  player_id: player,
  event_timestamp: '2026-11-20T12:00:00.000Z',
  received_at: new Date().toISOString(),
  marks: [],
  properties: { level: 'not a level' },
});

beforeAll(async () => {
  platform = await TestProcessorService.start();
  processor = await platform.run();
  folder = await mkdtemp(join(tmpdir(), 'gm-test-dlq-'));
  const token = await platform.mint.mint({ subject: 'op', roles: ['operator'], games: ['demo'], lifetimeSeconds: 600 });
  await writeFile(join(folder, 'token'), token);
  access = ['--url', processor.url, '--token-file', join(folder, 'token')];
  await platform.accept([poison('demo', 'a'), poison('demo', 'b'), poison('other', 'c')]);
  await until(async () => (await platform.count('SELECT count(*) FROM event_store.dead_letters')) === 3);
}, 60_000);
afterAll(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

const json = async (words: readonly string[]) => {
  const { code, stdout } = await gm(['dlq', ...words, ...access, '--json']);
  return { code, value: JSON.parse(stdout) };
};
const openIds = async (): Promise<string[]> => {
  const { value } = await json(['list']);
  return value.deadLetters.map(({ dead_letter_id }: { dead_letter_id: string }) => dead_letter_id);
};

describe('gm dlq', () => {
  test('lists what is open in the games of the token, and shows one with what it contains', async () => {
    const [id = '', ...others] = await openIds();
    expect(others).toHaveLength(1);
    const { value } = await json(['show', id]);
    expect(value).toMatchObject({ dead_letter_id: id, game_id: 'demo', event_type: 'level_started', status: 'open' });
    const { stdout, code } = await gm(['dlq', 'show', id, ...access]);
    expect(code).toBe(0);
    for (const text of ['not a level', 'player.events.raw', value.reason]) expect(stdout).toContain(text);
    expect((await gm(['dlq', 'list', ...access])).stdout).toMatch(new RegExp(`${id} .* open +${value.reason} +demo`));
  });

  test('filters, and says when nothing fits', async () => {
    expect((await json(['list', '--reason', 'nothing_such'])).value).toEqual({ deadLetters: [] });
    expect((await gm(['dlq', 'list', '--status', 'discarded', ...access])).stdout).toContain('No dead letter fits.');
    expect((await json(['list', '--limit', '1'])).value.deadLetters).toHaveLength(1);
  });

  test('replays each letter once, however often it is asked', async () => {
    const [id = ''] = await openIds();
    const first = await json(['replay', id]);
    expect(first).toMatchObject({ code: 0, value: { results: [{ dead_letter_id: id, replayed_now: true }] } });
    expect((await json(['replay', id])).value.results[0].replayed_now).toBe(false);
    const { value } = await json(['list', '--status', 'replayed']);
    expect(value.deadLetters).toHaveLength(1);
  });

  test('replays all that fit, goes on after one that is refused, and then says no', async () => {
    const unknown = crypto.randomUUID();
    const [id = ''] = await openIds();
    const { code, value } = await json(['replay', unknown, id]);
    expect(code).toBe(1);
    expect(value.results).toMatchObject([
      { dead_letter_id: unknown, code: 'DEAD_LETTER_NOT_FOUND' },
      { dead_letter_id: id, replayed_now: true },
    ]);
    const all = await json(['replay', '--all', '--reason', 'nothing_such']);
    expect(all).toEqual({ code: 0, value: { results: [] } });
  });

  test.each([
    ['an unknown action', ['burn'], 2, '«burn» is no action of dlq. Use one of: list, show, replay.'],
    ['no letter to show', ['show'], 2, 'Name one dead letter'],
    ['nothing to replay', ['replay'], 2, 'or give --all'],
    ['an address without a token', ['list', '--url', 'http://127.0.0.1:9'], 2, '--url and --token-file come together'],
    [
      'a limit of nothing',
      ['list', '--limit', '0', '--url', 'http://127.0.0.1:9', '--token-file', '/dev/null'],
      2,
      '--limit «0»',
    ],
    [
      'a token that is not there',
      ['list', '--url', 'http://127.0.0.1:9', '--token-file', '/nonexistent'],
      2,
      'cannot be read',
    ],
    ['no platform', ['list', '--data', '/nonexistent'], 1, 'No platform runs in /nonexistent.'],
    [
      'a service that is away',
      ['list', '--url', 'http://127.0.0.1:9', '--token-file', '/dev/null'],
      1,
      'http://127.0.0.1:9 cannot be reached',
    ],
  ])('answers %s with one clear sentence', async (_, words, code, sentence) => {
    const finished = await gm(['dlq', ...words]);
    expect([finished.code, finished.stderr]).toEqual([code, expect.stringContaining(sentence)]);
    expect(finished.stderr).not.toMatch(/^\s+at /m);
  });

  test('says why a token is refused', async () => {
    await writeFile(join(folder, 'wrong'), 'nonsense');
    const { code, stderr } = await gm(['dlq', 'list', '--url', processor.url, '--token-file', join(folder, 'wrong')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The token is refused')]);
  });
});
