import { describe, expect, test } from '@jest/globals';
import { manifestOf } from '#tests/support/schemas.ts';
import { nameViolations } from './names.ts';

const named = (kind: string, name: string, labels: Readonly<Record<string, string>> = {}) =>
  nameViolations(
    manifestOf({
      apiVersion: kind === 'Role' ? 'rbac.authorization.k8s.io/v1' : 'v1',
      kind,
      metadata: { name, labels },
    }),
  ).map(({ path, value }) => `${path} = ${value}`);

describe('a name that the API server refuses', () => {
  test.each([
    ['Service', 'Analytics'],
    ['Service', 'analytics.api'],
    ['Namespace', 'a'.repeat(64)],
    ['ConfigMap', 'analytics_api'],
    ['ConfigMap', '-analytics'],
    ['Role', 'a/b'],
  ])('is found: %s %s', (kind, name) => {
    expect(named(kind, name)).toEqual([`metadata.name = ${name}`]);
  });

  test.each([
    ['Service', 'analytics-api'],
    ['ConfigMap', 'player.events.raw'],
    ['Role', 'system:reader'],
  ])('is none: %s %s', (kind, name) => {
    expect(named(kind, name)).toEqual([]);
  });
});

describe('a label that the API server refuses', () => {
  test('has a key that is no qualified name', () => {
    expect(named('ConfigMap', 'a', { 'a b': 'c' })).toEqual(['metadata.labels["a b"] = a b']);
  });

  test('has a value of more than 63 characters or with others than it may have', () => {
    expect(named('ConfigMap', 'a', { 'gamemetrics/team': 'x'.repeat(64) })).toHaveLength(1);
    expect(named('ConfigMap', 'a', { 'gamemetrics/team': 'two words' })).toEqual([
      'metadata.labels["gamemetrics/team"] = two words',
    ]);
  });

  test('is none when it is empty or short', () => {
    expect(named('ConfigMap', 'a', { empty: '', 'app.kubernetes.io/name': 'a-b_c.d' })).toEqual([]);
  });
});
