import { describe, expect, test } from '@jest/globals';
import { AppError, defineErrors, errors, errorTable, isAppError, messageOf } from './errors.ts';

describe('the error table', () => {
  test.each(Object.entries(errorTable))(
    '%s has a status of its kind, a title and a fix that are sentences',
    (code, row) => {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(row.httpStatus).toBeGreaterThanOrEqual(400);
      expect(row.title).toMatch(/^[A-Z].*[^.]$/);
      expect(row.fix).toMatch(/^[A-Z].*\.$/);
    },
  );

  test('every refusal that passes by itself says when to try again', () => {
    const silent = Object.entries(errorTable).filter(
      ([, row]) => [429, 503].includes(row.httpStatus) && !('retryAfterSeconds' in row),
    );
    expect(silent).toEqual([]);
  });
});

describe('an error', () => {
  test('says what happened and what to do', () => {
    const error = errors.NOT_FOUND({ detail: 'There is no game "x".' });
    expect(error.message).toBe('There is no game "x". See /openapi.json for what exists.');
    expect([error.code, error.httpStatus]).toEqual(['NOT_FOUND', 404]);
  });

  test('of a service has that service’s own code and defaults', () => {
    const own = defineErrors({ QUOTA: { httpStatus: 429, title: 'Over quota', fix: 'Wait.', retryAfterSeconds: 9 } });
    expect(own.QUOTA({ detail: 'x' })).toMatchObject({ code: 'QUOTA', retryAfterSeconds: 9 });
    expect(own.QUOTA({ detail: 'x', retryAfterSeconds: 1 }).retryAfterSeconds).toBe(1);
  });

  test('is told from others by its code', () => {
    const error: unknown = errors.STOPPING({ detail: 'x' });
    expect([
      isAppError(error),
      isAppError(error, 'STOPPING'),
      isAppError(error, 'INTERNAL'),
      isAppError(new Error()),
    ]).toEqual([true, true, false, false]);
    expect(error).toBeInstanceOf(AppError);
  });

  test.each([
    [new Error('x'), 'x'],
    [new AggregateError([new Error('inner')]), 'inner'],
    ['text', 'text'],
    [new TypeError(''), 'TypeError'],
  ])('%s has a sentence', (thrown, expected) => {
    expect(messageOf(thrown)).toBe(expected);
  });
});
