import { describe, expect, test } from '@jest/globals';
import { gm } from '#tests/support/command-line.ts';
import { commands } from './index.ts';

describe('the commands', () => {
  test('have each a name of their own, a sentence and an example', () => {
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
    for (const { name, summary, examples } of commands) {
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(examples.filter((example) => example.includes(` ${name}`) || example.startsWith('npm '))).not.toEqual([]);
    }
  });

  test.each([
    [
      'synth of an unknown environment',
      ['synth', '--env', 'live'],
      1,
      'Environment «live» does not exist. Use one of: dev, staging, prod.',
    ],
    ['verify of nothing', ['verify', '--from', '/nonexistent'], 1, '/nonexistent'],
    [
      'status where nothing runs',
      ['status', '--data', '/nonexistent'],
      1,
      'No platform runs in /nonexistent. Start one with `npm start`',
    ],
    ['a port that is no number', ['up', '--port', 'kafka=x'], 2, '--port «kafka=x» is not NAME=NUMBER'],
    ['a log that is not there', ['logs', 'kafka', '--data', '/nonexistent'], 2, 'There is no log «kafka»'],
    [
      'a file that is not there',
      ['send', '/nonexistent.ndjson', '--url', 'http://127.0.0.1:9', '--key-file', '/dev/null'],
      1,
      '/nonexistent.ndjson',
    ],
    ['an address without a key', ['send', 'x', '--url', 'http://127.0.0.1:9'], 2, '--url and --key-file come together'],
  ])('answer %s with one clear sentence', async (_what, words, code, sentence) => {
    const finished = await gm(words);
    expect(finished.stderr).toContain(sentence);
    expect(finished.stderr).not.toMatch(/^\s+at /m);
    expect(finished.code).toBe(code);
  });

  test('print JSON alone on stdout when asked', async () => {
    const { stdout } = await gm(['doctor', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ part: 'node' })]),
    });
  });
});
