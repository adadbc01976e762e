import { describe, expect, test } from '@jest/globals';
import { compilablePattern, toEcmaScript } from './pattern.ts';

describe('a pattern of RE2', () => {
  test.each([
    ['^(?i)(abort|warn)?$', '^(?i:(abort|warn)?$)'],
    ['^((?i)sun|mon)day$', '^((?i:sun|mon))day$'],
    ['^a(b(?i)c)d(?s).$', '^a(b(?i:c))d(?s:.$)'],
    ['[(?i)]+', '[(?i)]+'],
    ['\\(?i\\)', '\\(?i\\)'],
    ['^[a-z]+$', '^[a-z]+$'],
  ])('%s reads %s in ECMAScript', (pattern, converted) => {
    expect(toEcmaScript(pattern)).toBe(converted);
  });

  test.each([
    ['^((?i)sun|mon)day$', 'SUNday', true],
    ['^((?i)sun|mon)day$', 'sunDAY', false],
    ['^(?i)(abort|warn)?$', 'Warn', true],
    ['^(?i)(abort|warn)?$', 'warned', false],
  ])('%s takes %s: %s', (pattern, text, taken) => {
    expect(new RegExp(compilablePattern(pattern) ?? '', 'u').test(text)).toBe(taken);
  });

  test('without a reading in ECMAScript is reported as such, not guessed', () => {
    expect(compilablePattern('\\Qliteral\\E(')).toBeUndefined();
  });
});
