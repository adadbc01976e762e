import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTimestamp, toUtc } from './timestamp.ts';

const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const instants = fc.integer({ min: 0, max: latest });
const two = (value: number) => String(Math.abs(value)).padStart(2, '0');

describe('a timestamp', () => {
  test('is read to the millisecond, in any offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 86_400_000, max: latest - 86_400_000 }),
        fc.integer({ min: -1439, max: 1439 }),
        (millis, offset) => {
          const local = new Date(millis + offset * 60_000).toISOString().slice(0, -1);
          const zone = `${offset < 0 ? '-' : '+'}${two(Math.trunc(offset / 60))}:${two(offset % 60)}`;
          expect(parseTimestamp(local + zone)).toBe(millis);
        },
      ),
    );
  });

  test('is understood as Date does where Date is strict', () => {
    fc.assert(fc.property(instants, (millis) => expect(parseTimestamp(new Date(millis).toISOString())).toBe(millis)));
  });

  test.each([
    ['2026-02-28T23:59:59Z', '2026-02-28T23:59:59.000Z'],
    ['2028-02-29T00:00:00.5Z', '2028-02-29T00:00:00.500Z'],
    ['2026-11-20t10:00:00.123456789z', '2026-11-20T10:00:00.123Z'],
    ['2026-11-20T10:00:00.12+02:00', '2026-11-20T08:00:00.120Z'],
  ])('may be %s', (text, iso) => {
    expect(new Date(parseTimestamp(text)).toISOString()).toBe(iso);
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00.Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00+0100',
    '2026-01-01T00:00:00Z ',
    '1969-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '20260101T000000Z',
    '',
  ])('is never %p', (text) => {
    expect(parseTimestamp(text)).toBeNaN();
  });

  test('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(typeof parseTimestamp(text)).toBe('number')));
  });

  test('stays as it was sent when it is UTC already, with microseconds at most', () => {
    expect(toUtc('2026-11-20T10:00:00.123456Z', 0)).toBe('2026-11-20T10:00:00.123456Z');
    expect(toUtc('2026-11-20T12:00:00+02:00', Date.UTC(2026, 10, 20, 10))).toBe('2026-11-20T10:00:00.000Z');
    expect(toUtc('2026-11-20T10:00:00.123456789Z', Date.UTC(2026, 10, 20, 10))).toBe('2026-11-20T10:00:00.000Z');
  });
});
