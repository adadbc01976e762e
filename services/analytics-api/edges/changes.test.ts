import { describe, expect, test } from '@jest/globals';
import { Changes } from './changes.ts';
import { noteBatch } from './statistics.ts';

const demo = { gameId: 'demo', dataClass: 'production' } as const;
const sandbox = { gameId: 'demo', dataClass: 'sandbox' } as const;

function clocked() {
  const clock = { millis: 1_000_000 };
  return { clock, changes: new Changes(() => clock.millis) };
}

describe('the version of a game', () => {
  test('moves on at once with the first change, of this data class alone', () => {
    const { changes } = clocked();
    expect(changes.version(demo)).toBe(0);
    changes.note(demo, 500);
    expect(changes.version(demo)).toBe(500);
    expect(changes.version(sandbox)).toBe(0);
  });

  test('then moves on at most once a second, and never misses the last change', () => {
    const { changes, clock } = clocked();
    changes.note(demo, 500);
    changes.version(demo);
    changes.note(demo, 600);
    clock.millis += 999;
    expect(changes.version(demo)).toBe(500);
    clock.millis += 1;
    expect(changes.version(demo)).toBe(600);
  });

  test('is the same for processes that heard the same in another order', () => {
    const [one, other] = [clocked().changes, clocked().changes];
    for (const at of [1, 3, 2]) one.note(demo, at);
    for (const at of [3, 2, 1]) other.note(demo, at);
    expect(one.version(demo)).toBe(other.version(demo));
  });
});

describe('a game', () => {
  test('is awake while its players change, which they do once a minute', () => {
    const { changes, clock } = clocked();
    expect(changes.isAwake(demo)).toBe(false);
    changes.note(demo, 1);
    clock.millis += 60_000;
    expect(changes.isAwake(demo)).toBe(true);
    clock.millis += 30_000;
    expect(changes.isAwake(demo)).toBe(false);
  });
});

describe('a batch of statistics', () => {
  const message = (value: string | null, timestampMillis = 7) => ({
    ...{ topic: 'player.statistics', partition: 0, offset: 0n, key: null, headers: {}, timestampMillis },
    value: value === null ? null : Buffer.from(value),
  });
  const statistics = (player: number) =>
    JSON.stringify({ game_id: 'demo', data_class: 'production', player_id: `p${player}`, segment: 'new' });

  test('notes each game with the newest of its changes', () => {
    const { changes } = clocked();
    expect(noteBatch(changes, [message(statistics(1), 9), message(statistics(2), 8)])).toBe(0);
    expect(changes.version(demo)).toBe(9);
  });

  test('says how much of it cannot be read, and notes the rest', () => {
    const { changes } = clocked();
    const bad = ['{', '[]', '{"game_id":1}', '{"game_id":"demo","data_class":"both"}', null].map((one) => message(one));
    expect(noteBatch(changes, [...bad, message(statistics(1))])).toBe(bad.length);
    expect(changes.isAwake(demo)).toBe(true);
  });
});
