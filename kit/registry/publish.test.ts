import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { publishedSchemas, SCHEMA_GROUP, textOfSchema } from '#catalog/events/published.ts';
import { SchemaRegistryDouble } from '#tests/support/schema-registry.ts';
import { publishSchemas, type SchemaText } from './index.ts';

const all: readonly SchemaText[] = publishedSchemas.map((one) => ({ artifact: one.artifact, text: textOfSchema(one) }));
const artifacts = all.map(({ artifact }) => artifact);

const schemaOf = (properties: object, rest: object = {}): readonly SchemaText[] => [
  { artifact: 'jump-1', text: JSON.stringify({ type: 'object', properties, ...rest }) },
];
const TEXT = { type: 'string' } as const;

describe('publishing schemas', () => {
  let registry: SchemaRegistryDouble;
  let url: string;
  beforeEach(async () => {
    registry = new SchemaRegistryDouble();
    url = await registry.start();
  });
  afterEach(() => registry.stop());

  test('brings every schema of the catalog into an empty registry, as JSON Schema with its name', async () => {
    expect(await publishSchemas(url, all)).toEqual({ created: artifacts, changed: [], unchanged: [] });
    expect([...registry.artifacts.keys()]).toEqual(artifacts);
    for (const [artifact, [text = '']] of registry.artifacts)
      expect(JSON.parse(text)).toMatchObject({ title: artifact, type: 'object', properties: expect.any(Object) });
  });

  test('changes nothing the second time', async () => {
    await publishSchemas(url, all);
    registry.writes.length = 0;
    expect(await publishSchemas(url, all)).toEqual({ created: [], changed: [], unchanged: artifacts });
    expect(registry.writes).toEqual([]);
  });

  test('goes on where a run before it was stopped', async () => {
    await publishSchemas(url, all.slice(0, 3));
    expect(await publishSchemas(url, all)).toMatchObject({
      created: artifacts.slice(3),
      unchanged: artifacts.slice(0, 3),
    });
  });

  test('twice at once ends as once: no schema has two versions', async () => {
    await Promise.all([publishSchemas(url, all), publishSchemas(url, all)]);
    expect([...registry.artifacts.values()].map((versions) => versions.length)).toEqual(all.map(() => 1));
  });

  test('sets the rules of the group, and sets them again when somebody changed them', async () => {
    await publishSchemas(url, []);
    const rules = registry.groups.get(SCHEMA_GROUP);
    expect(rules?.get('VALIDITY')).toMatchObject({ config: 'FULL' });
    rules?.set('VALIDITY', { ruleType: 'VALIDITY', config: 'NONE' });
    await publishSchemas(url, []);
    expect(rules?.get('VALIDITY')).toMatchObject({ config: 'FULL' });
  });

  test('adds a version when an optional field is added, and only to that schema', async () => {
    await publishSchemas(url, [...all, ...schemaOf({ height: TEXT })]);
    registry.writes.length = 0;
    const after = await publishSchemas(url, [...all, ...schemaOf({ height: TEXT, style: TEXT })]);
    expect(after).toMatchObject({ created: [], changed: ['jump-1'] });
    expect(registry.artifacts.get('jump-1')).toHaveLength(2);
    expect(registry.writes).toEqual([`POST /groups/${SCHEMA_GROUP}/artifacts/jump-1/versions`]);
  });

  test.each([
    ['a removed field', schemaOf({}), 'jump-1: properties.height was removed'],
    ['a field of another type', schemaOf({ height: { type: 'number' } }), 'properties.height has another type'],
    [
      'a new field that is demanded',
      schemaOf({ height: TEXT, by: TEXT }, { required: ['by'] }),
      'properties.by is demanded',
    ],
  ])('refuses %s before it writes anything', async (_, after, sentence) => {
    await publishSchemas(url, schemaOf({ height: TEXT }));
    registry.writes.length = 0;
    await expect(publishSchemas(url, [...all, ...after])).rejects.toThrow(sentence);
    expect(registry.writes).toEqual([]);
  });

  test('fails with what the registry said, so that the sync shows it', async () => {
    registry.failures.set(`/groups/${SCHEMA_GROUP}/artifacts/level`, {
      status: 503,
      body: 'still reading its journal',
    });
    await expect(publishSchemas(url, all)).rejects.toThrow('answered 503 to GET');
    await expect(publishSchemas('http://127.0.0.1:9', all)).rejects.toThrow('cannot be reached');
  });
});
