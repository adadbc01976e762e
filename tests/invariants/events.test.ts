import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { breakingChanges } from '#catalog/events/compatibility.ts';
import { events } from '#catalog/events/index.ts';
import { consumersOf } from '#tests/support/event-consumers.ts';
import { isObject, type JsonObject, jsonOf } from '#tests/support/sources.ts';

/** The schemas as they were released, by `type@version`; a release adds to it and never changes it. */
const RELEASED = 'tests/golden/event-schemas.json';

const plain = (schema: unknown): JsonObject => {
  const value: unknown = JSON.parse(JSON.stringify(schema));
  return isObject(value) ? value : {};
};

const current = events.map(({ type, version, properties }) => ({ type, version, schema: plain(properties) }));
const released = jsonOf(RELEASED);
const ajv = new Ajv({ strict: false });

const numberIn = ({ type, minimum = 0, maximum = 1_000 }: JsonObject): fc.Arbitrary<unknown> => {
  const [min, max] = [Number(minimum), Number(maximum)];
  return type === 'integer' ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
};

/** Values that a field's schema allows; patterns in use are satisfied by upper-case letters. */
function valuesOf(schema: JsonObject): fc.Arbitrary<unknown> {
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf.filter(isObject) : [];
  if (choices.length > 0) return fc.oneof(...choices.map(valuesOf));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer' || schema.type === 'number') return numberIn(schema);
  if (schema.type === 'object') return objectOf(schema);
  if (typeof schema.pattern === 'string') return fc.stringMatching(new RegExp(schema.pattern));
  const { minLength = 0, maxLength = 20 } = schema;
  return fc.string({ minLength: Number(minLength), maxLength: Math.min(Number(maxLength), Number(minLength) + 20) });
}

const fieldsOf = (schema: JsonObject): JsonObject => (isObject(schema.properties) ? schema.properties : {});
const requiredOf = (schema: JsonObject): readonly string[] =>
  Array.isArray(schema.required) ? schema.required.map(String) : [];

function objectOf(schema: JsonObject): fc.Arbitrary<JsonObject> {
  const fields = Object.entries(fieldsOf(schema)).flatMap(([name, field]) =>
    isObject(field) ? [[name, valuesOf(field)] as const] : [],
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...requiredOf(schema)] });
}

/** Sentences for whoever changed a schema: what breaks, and whom it breaks. */
const broken = (type: string, before: JsonObject, after: JsonObject): readonly string[] =>
  breakingChanges(before, after).map(
    (change) =>
      `${type}: ${change}. It breaks ${consumersOf(type).join(', ')}. Raise the version, and keep the old one.`,
  );

describe.each(current.map((event) => [event.type, event] as const))('the event %s', (_, { type, version, schema }) => {
  const isValid = ajv.compile(schema);

  test('accepts what its schema describes, with and without the optional fields', () => {
    fc.assert(
      fc.property(objectOf(schema), (properties) => isValid(properties)),
      { numRuns: 50, seed: 1 },
    );
  });

  test('is refused without a field that it demands, and with a field of another type', () => {
    const unlike = { string: 1, number: 'text', integer: 'text', boolean: 'text', object: 'text' } as const;
    fc.assert(
      fc.property(objectOf(schema), (properties) => {
        for (const field of requiredOf(schema)) expect(isValid({ ...properties, [field]: undefined })).toBe(false);
        for (const [field, definition] of Object.entries(fieldsOf(schema))) {
          const kind = isObject(definition) ? String(definition.type) : '';
          const wrong = Object.entries(unlike).find(([name]) => name === kind)?.[1];
          if (wrong !== undefined) expect(isValid({ ...properties, [field]: wrong })).toBe(false);
        }
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  const before = released[`${type}@${version}`];

  test('takes everything that was released under this version', () => {
    expect(isObject(before) ? broken(type, before, schema) : []).toEqual([]);
  });

  test(`stands in ${RELEASED}, so that the next change is compared with it`, () => {
    expect(before).toEqual(schema);
  });
});

test('what was released is never taken back', () => {
  const types: readonly string[] = current.map(({ type }) => type);
  expect(Object.keys(released).filter((key) => !types.includes(key.split('@')[0] ?? ''))).toEqual([]);
});

describe('a change breaks an event type', () => {
  const text = { type: 'string', maxLength: 20 };
  const before = {
    type: 'object',
    required: ['a'],
    properties: { a: text, b: { type: 'integer', minimum: 0 }, c: { enum: ['x', 'y'] } },
  };
  const changed = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({
    ...before,
    ...rest,
    properties: { ...before.properties, ...properties },
  });

  test.each<[string, JsonObject, readonly string[]]>([
    [
      'when a field is removed',
      { ...before, properties: { a: text } },
      ['properties.b was removed', 'properties.c was removed'],
    ],
    ['when a field gets another type', changed({ b: { type: 'string' } }), ['properties.b has another type']],
    ['when a field is demanded that was not', changed({}, { required: ['a', 'b'] }), ['properties.b is demanded now']],
    ['when a bound is tightened', changed({ a: { ...text, maxLength: 10 } }), ['properties.a has a tighter maxLength']],
    [
      'when a bound is added',
      changed({ b: { type: 'integer', minimum: 0, maximum: 9 } }),
      ['properties.b has a tighter maximum'],
    ],
    ['when a value is no longer allowed', changed({ c: { enum: ['x'] } }), ['properties.c no longer allows «y»']],
    [
      'when a free field becomes a choice',
      changed({ a: { ...text, enum: ['x'] } }),
      ['properties.a allows some values only'],
    ],
    ['when unknown fields are refused', changed({}, { additionalProperties: false }), ['properties is closed']],
  ])('%s', (_, after, sentences) => {
    expect(breakingChanges(before, after)).toEqual(sentences);
  });

  test('not when an optional field is added or a bound is widened', () => {
    const after = changed({ d: text, a: { ...text, maxLength: 40 }, c: { enum: ['x', 'y', 'z'] } });
    expect(breakingChanges(before, after)).toEqual([]);
  });
});

test('a breaking change is refused with the consumers that it breaks; a compatible one passes', () => {
  const before = plain({
    type: 'object',
    required: ['level', 'duration_seconds'],
    properties: { level: { type: 'integer' }, duration_seconds: { type: 'number' } },
  });
  const withField = (more: JsonObject) => ({ ...before, properties: { ...fieldsOf(before), ...more } });
  expect(broken('match_end', before, withField({ streak: { type: 'integer' } }))).toEqual([]);
  const [sentence = ''] = broken('match_end', before, withField({ level: { type: 'string' } }));
  expect(sentence).toContain('level has another type');
  expect(sentence).toContain('event-processor-service');
  expect(sentence).toContain('services/event-processor-service/domain/boards.ts');
});
