import { describe, expect, test } from '@jest/globals';
import { DEFINITIONS, THING } from '#tests/support/schemas.ts';
import { clusterSchemas } from './cluster.ts';

const version = {
  name: 'v1',
  served: true,
  deprecated: true,
  deprecationWarning: 'use v2',
  schema: { openAPIV3Schema: {} },
};
const definition = {
  spec: {
    group: 'example.org',
    names: { kind: 'Thing' },
    versions: [version, { ...version, name: 'v0', served: false }],
  },
};
const answers = {
  name: 'the-studio',
  definitions: JSON.stringify({ items: [definition] }),
  openapi: JSON.stringify({ definitions: DEFINITIONS }),
};

describe('the schemas of a live cluster', () => {
  test('are those of the versions that it serves, with what it calls deprecated', () => {
    const { customKinds, deprecated, origin } = clusterSchemas(answers);
    expect([...customKinds]).toEqual([THING]);
    expect([...deprecated]).toEqual([[THING, 'use v2']]);
    expect(origin).toBe('1 custom kinds and Kubernetes of the-studio');
  });

  test.each([
    ['no JSON', { ...answers, definitions: 'hello' }, 'with what is no JSON'],
    ['no definitions', { ...answers, openapi: '{}' }, 'Is it Kubernetes?'],
  ])('cannot be read from %s, which is said in a sentence', (_, given, sentence) => {
    expect(() => clusterSchemas(given)).toThrow(sentence);
  });
});
