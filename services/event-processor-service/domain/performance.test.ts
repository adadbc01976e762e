import { describe, expect, test } from '@jest/globals';
import { performanceCells } from './performance.ts';

const cells = (fps: number, ping_millis: number, crashed?: boolean) =>
  performanceCells({ fps, ping_millis, ...(crashed === undefined ? {} : { crashed }) }).map(({ value }) => value);

describe('a sample of performance', () => {
  test.each([
    ['to whole numbers', [59.6, 42.4], [60, 42]],
    ['to hundreds above a thousand', [1_000, 1_049.9], [1_000, 1_000]],
    ['to at most a minute', [30, 86_400_000], [30, 60_000]],
  ] as const)('is rounded %s', (_, [fps, ping], expected) => {
    expect(cells(fps, ping).slice(0, 2)).toEqual(expected);
  });

  test('counts as a crash only where it says so', () => {
    expect([cells(1, 1, true)[2], cells(1, 1, false)[2], cells(1, 1)[2]]).toEqual([1, 0, 0]);
  });
});
