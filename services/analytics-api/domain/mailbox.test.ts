import { describe, expect, test } from '@jest/globals';
import { Mailbox } from './mailbox.ts';

function mailbox() {
  const ends: string[] = [];
  return { box: new Mailbox<number>(() => ends.push('end')), ends };
}

describe('a mailbox', () => {
  test('gives a message to who waits for it, and keeps the newest for who does not', async () => {
    const { box } = mailbox();
    const waiting = box.next();
    box.put(1);
    expect(await waiting).toEqual({ done: false, value: 1 });
    box.put(2);
    box.put(3);
    expect(await box.next()).toEqual({ done: false, value: 3 });
  });

  test('merges what was not taken, where it is told how', async () => {
    const box = new Mailbox<readonly number[]>(
      () => undefined,
      (waiting, next) => [...waiting, ...next],
    );
    box.put([1]);
    box.put([2]);
    expect(await box.next()).toEqual({ done: false, value: [1, 2] });
    box.put([3]);
    expect(await box.next()).toEqual({ done: false, value: [3] });
  });

  test('ends at once for who waits, when its listener leaves', async () => {
    const { box, ends } = mailbox();
    const waiting = box.next();
    await box.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(ends).toEqual(['end']);
  });

  test('says once that it ended, and takes nothing any more', async () => {
    const { box, ends } = mailbox();
    box.close();
    box.close();
    await box.return();
    box.put(1);
    expect(await box.next()).toEqual({ done: true, value: undefined });
    expect(ends).toEqual(['end']);
  });
});
