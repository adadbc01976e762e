import { describe, expect, test } from '@jest/globals';
import { createColors } from 'picocolors';
import { ExplainedError } from '#catalog/index.ts';
import { type Command, type Input, JSON_OPTION, UsageError } from './command.ts';
import { run } from './run.ts';
import type { Terminal } from './terminal/terminal.ts';

/** A terminal that remembers. */
function recorder(): Terminal & { readonly said: string[] } {
  const said: string[] = [];
  const keep = (text: string): void => void said.push(text);
  return {
    said,
    colours: createColors(false),
    interactive: false,
    columns: 80,
    print: keep,
    note: keep,
    progress: keep,
    json: (value) => keep(JSON.stringify(value)),
  };
}

function command(work: (input: Input) => Promise<number>): Command {
  return {
    name: 'greet',
    summary: 'Say hello.',
    arguments: [{ name: 'who', description: 'whom to greet', required: true }],
    options: [
      { name: 'often', value: 'N', description: 'how often', default: '1' },
      { name: 'to-port', value: 'X', description: 'repeatable', repeatable: true },
      { name: 'no-traffic', description: 'a switch that turns off' },
      JSON_OPTION,
    ],
    examples: ['gm greet you'],
    run: work,
  };
}

async function ran(words: readonly string[], work: (input: Input) => Promise<number> = async () => 0) {
  const terminal = recorder();
  return { code: await run([command(work)], words, terminal), said: terminal.said.join('\n') };
}

describe('the command line', () => {
  test('hands arguments and options over by the names that the command declared', async () => {
    const seen: unknown[] = [];
    await ran(
      ['greet', 'you', '--often', '3', '--to-port', 'a', '--to-port', 'b', '--no-traffic', '--json'],
      async (input) => {
        seen.push(
          input.argument(0),
          input.number('often', { min: 1, max: 5 }),
          input.list('to-port'),
          input.isSet('no-traffic'),
          input.isSet('json'),
        );
        return 0;
      },
    );
    expect(seen).toEqual(['you', 3, ['a', 'b'], true, true]);
  });

  test('leaves a switch that turns off unset when nobody typed it', async () => {
    const seen: boolean[] = [];
    await ran(['greet', 'you'], async (input) => {
      seen.push(input.isSet('no-traffic'));
      return 0;
    });
    expect(seen).toEqual([false]);
  });

  test("ends with the command's own exit code", async () => {
    expect((await ran(['greet', 'you'], async () => 4)).code).toBe(4);
  });

  test.each([
    ['an unknown command', ['dance'], 'dance'],
    ['an unknown option', ['greet', 'you', '--loud'], '--loud'],
    ['a missing argument', ['greet'], 'who'],
  ])('answers %s with exit code 2, one sentence and no stack', async (_what, words, named) => {
    const { code, said } = await ran(words);
    expect(code).toBe(2);
    expect(said).toContain(named);
    expect(said).not.toMatch(/^\s+at /m);
  });

  test('names value and bounds of a number that is out of them', async () => {
    const { code, said } = await ran(
      ['greet', 'you', '--often', '9'],
      async (input) => input.number('often', { min: 1, max: 5 }) ?? 0,
    );
    expect({ code, said }).toEqual({ code: 2, said: '--often «9» is not a number from 1 to 5.' });
  });

  test('shows the sentence of an error that explains itself, exit code 1, no stack', async () => {
    const { code, said } = await ran(['greet', 'you'], () =>
      Promise.reject(new ExplainedError('NOBODY', 'Nobody is there. Come later.')),
    );
    expect({ code, said }).toEqual({ code: 1, said: 'error Nobody is there. Come later.' });
  });

  test('shows wrong usage found by the command, exit code 2', async () => {
    expect((await ran(['greet', 'you'], () => Promise.reject(new UsageError('Not like this.')))).code).toBe(2);
  });

  test('calls every other error a bug of ours, with its stack and exit code 70', async () => {
    const { code, said } = await ran(['greet', 'you'], () => Promise.reject(new TypeError('x is undefined')));
    expect(code).toBe(70);
    expect(said).toMatch(/bug of GameMetrics[\s\S]*TypeError: x is undefined[\s\S]*\n\s+at /);
  });

  test('explains itself with --help, everywhere', async () => {
    expect(await ran(['--help'])).toMatchObject({ code: 0, said: expect.stringContaining('greet') });
    expect(await ran(['greet', '--help'])).toMatchObject({
      code: 0,
      said: expect.stringMatching(/whom to greet[\s\S]*gm greet you/),
    });
  });
});
