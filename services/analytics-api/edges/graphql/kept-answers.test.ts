import { describe, expect, test } from '@jest/globals';
import { Changes } from '../changes.ts';
import { KeptAnswers } from './kept-answers.ts';
import { Reads } from './reads.ts';

const demo = { gameId: 'demo', dataClass: 'production' } as const;
const other = { gameId: 'other', dataClass: 'production' } as const;

const TEXT = Buffer.from('text');

function kept(ttlMillis = 5_000) {
  const clock = { millis: 1_000_000 };
  const now = () => clock.millis;
  const changes = new Changes(now);
  return { clock, changes, answers: new KeptAnswers({ ttlMillis, now }), reads: new Reads(changes) };
}

describe('an answer that was sent', () => {
  test('is sent again until one of its games changes', () => {
    const { changes, answers, reads } = kept();
    reads.note(demo, 5_000);
    answers.keep('key', TEXT, reads);
    changes.note(other, 1);
    expect(answers.find('key')).toBe(TEXT);
    changes.note(demo, 2);
    expect(answers.find('key')).toBeUndefined();
  });

  test('is old at once when its game changed while it was made', () => {
    const { changes, answers, reads } = kept();
    reads.note(demo, 5_000);
    changes.note(demo, 2);
    answers.keep('key', TEXT, reads);
    expect(answers.find('key')).toBeUndefined();
  });

  test('is kept as long as its shortest part, and never longer than told', () => {
    const { clock, answers, reads } = kept();
    reads.note(demo, 60_000);
    answers.keep('long', TEXT, reads);
    reads.note(demo, 1_000);
    answers.keep('short', TEXT, reads);
    clock.millis += 1_001;
    expect([answers.find('long'), answers.find('short')]).toEqual([TEXT, undefined]);
    clock.millis += 4_000;
    expect(answers.find('long')).toBeUndefined();
  });

  test('is not kept where the cache is off, or where it is long', () => {
    const off = kept(0);
    off.answers.keep('key', TEXT, off.reads);
    expect(off.answers.find('key')).toBeUndefined();
    const { answers, reads } = kept();
    answers.keep('key', Buffer.alloc(20_000), reads);
    expect(answers.find('key')).toBeUndefined();
  });

  test('is never that of somebody who sees other games, or of another question', () => {
    const { answers } = kept();
    const keys = [
      answers.keyOf(['demo'], ['{ games { id } }', {}]),
      answers.keyOf(['demo', 'other'], ['{ games { id } }', {}]),
      answers.keyOf(['demo","other'], ['{ games { id } }', {}]),
      answers.keyOf(['demo'], ['{ games { id } }', { a: 1 }]),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
