import { describe, expect, test } from '@jest/globals';
import { judgePod, judgeThing, libraryOf, manifestOf, THING, thing } from '#tests/support/schemas.ts';
import { rulesOnChange } from '../cel/crd.ts';
import { unevaluatedPatterns } from './strict.ts';
import { createValidator } from './validator.ts';

const text = { type: 'string' };
const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });
const intOrString = { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, text] };

type Case = readonly [what: string, schema: object, spec: unknown, says: readonly string[]];

/** Each trap of the dialect that CRDs are written in: what must pass passes, what must not is named. */
const traps: readonly Case[] = [
  ['a declared field passes', object({ size: text }), { size: 'a' }, []],
  [
    'an unknown field fails, with what was meant',
    object({ replicas: { type: 'integer' } }),
    { replica: 1 },
    ['spec.replica = 1: the schema has no field of this name; it has replicas. Write «replicas».'],
  ],
  [
    'an unknown field deep below fails',
    object({ a: { type: 'array', items: object({ b: text }) } }),
    { a: [{ c: 1 }] },
    ['spec.a[0].c = 1: the schema has no field of this name; it has b. Write «b».'],
  ],
  [
    'an object without fields takes none',
    object({ a: { type: 'object' } }),
    { a: { b: 1 } },
    ['spec.a.b = 1: the schema allows no fields here. Remove it.'],
  ],
  ['a map takes any key', object({ a: { type: 'object', additionalProperties: text } }), { a: { anything: 'b' } }, []],
  [
    'a map checks its values',
    object({ a: { type: 'object', additionalProperties: text } }),
    { a: { b: 1 } },
    ['spec.a.b = 1: the schema demands the type string. Give it a value of the type string.'],
  ],
  [
    'preserved unknown fields pass',
    object({ a: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }),
    { a: { b: { c: 1 } } },
    [],
  ],
  [
    'preserved unknown fields do not open their neighbours',
    object({ a: object({ b: text }, { 'x-kubernetes-preserve-unknown-fields': true }) }),
    { a: { b: 1, c: 1 } },
    ['spec.a.b = 1: the schema demands the type string. Give it a value of the type string.'],
  ],
  [
    'a property that is called like a keyword is a property',
    object({ nullable: text, pattern: text }),
    { nullable: 'a', pattern: '(' },
    [],
  ],
  ['an integer passes as int or string', object({ a: intOrString }), { a: 1 }, []],
  ['a text passes as int or string', object({ a: intOrString }), { a: '25%' }, []],
  [
    'an object is neither int nor string',
    object({ a: intOrString }),
    { a: {} },
    ['spec.a = {}: the schema demands the type integer or string. Give it a value of the type integer or string.'],
  ],
  [
    'a pattern holds for the text of int or string',
    object({ a: { ...intOrString, pattern: '^[0-9]+%$' } }),
    { a: 'x' },
    ['spec.a = x: it matches ^[0-9]+%$. Write it in this form.'],
  ],
  ['null passes where it is nullable', object({ a: { ...text, nullable: true } }), { a: null }, []],
  [
    'null passes among the values of a nullable enumeration',
    object({ a: { ...text, nullable: true, enum: ['x'] } }),
    { a: null },
    [],
  ],
  [
    'null fails where it is not nullable',
    object({ a: text }),
    { a: null },
    ['spec.a = null: the schema demands the type string. Give it a value of the type string.'],
  ],
  [
    'a boolean exclusiveMinimum excludes the minimum',
    object({ a: { type: 'integer', minimum: 0, exclusiveMinimum: true } }),
    { a: 0 },
    ['spec.a = 0: must be > 0. Change the value.'],
  ],
  [
    'a boolean exclusiveMinimum takes what is above',
    object({ a: { type: 'integer', minimum: 0, exclusiveMinimum: true } }),
    { a: 1 },
    [],
  ],
  [
    'a false exclusiveMaximum keeps the maximum',
    object({ a: { type: 'integer', maximum: 5, exclusiveMaximum: false } }),
    { a: 5 },
    [],
  ],
  ['a case-blind pattern of RE2 is read', object({ a: { ...text, pattern: '^(?i)(warn|abort)$' } }), { a: 'WARN' }, []],
  [
    'a case-blind pattern of RE2 still refuses',
    object({ a: { ...text, pattern: '^(?i)(warn|abort)$' } }),
    { a: 'x' },
    ['spec.a = x: it matches ^(?i:(warn|abort)$). Write it in this form.'],
  ],
  [
    'a mistyped value of an enumeration is named',
    object({ a: { ...text, enum: ['Read', 'Write'] } }),
    { a: 'Raed' },
    ['spec.a = Raed: it is one of Read, Write. Use one of them.'],
  ],
  [
    'a missing field is named',
    object({ a: text }, { required: ['a'] }),
    {},
    ['spec.a = missing: the schema demands this field. Add it.'],
  ],
  [
    'a choice may constrain fields without closing the object',
    object({ a: text, b: text }, { oneOf: [{ required: ['a'], properties: { a: {} } }, { required: ['b'] }] }),
    { a: 'x' },
    [],
  ],
  [
    'a constraint that speaks of one field leaves the others alone',
    object(
      { a: text, b: text },
      { allOf: [{ properties: { a: { minLength: 1 } } }], not: { required: ['c'], properties: { c: {} } } },
    ),
    { a: 'x', b: 'y' },
    [],
  ],
  [
    'a choice of which no form fits is one sentence, without those of its branches',
    object({ a: text, b: text }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }),
    {},
    ['spec = {}: it has at least one of the forms that the schema offers. Use one of the forms.'],
  ],
  [
    'a failed choice is one sentence',
    object({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
    { a: 'x', b: 'y' },
    ['spec = {"a":"x","b":"y"}: it has exactly one of the forms that the schema offers. Keep one form.'],
  ],
  [
    'an embedded resource may say what it is',
    object({ a: object({ spec: object({}) }, { 'x-kubernetes-embedded-resource': true }) }),
    { a: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: {} } },
    [],
  ],
  ['a duration is Go’s, not ISO 8601', object({ a: { ...text, format: 'duration' } }), { a: '1h30m' }, []],
  [
    'an ISO duration fails',
    object({ a: { ...text, format: 'duration' } }),
    { a: 'PT1H' },
    ['spec.a = PT1H: it has the format duration. Write it in this format.'],
  ],
  [
    'an integer beyond 32 bits fails',
    object({ a: { type: 'integer', format: 'int32' } }),
    { a: 3e9 },
    ['spec.a = 3000000000: it has the format int32. Write it in this format.'],
  ],
];

describe('the schema of a custom kind', () => {
  test.each(traps)('%s', (_, schema, spec, says) => {
    expect(judgeThing(schema, spec)).toEqual(says);
  });

  test('whose root names nothing but spec, as Istio writes it, takes what every object has, and nothing else', () => {
    const validator = createValidator(libraryOf({ [THING]: { type: 'object', properties: { spec: object({}) } } }));
    const object_ = {
      apiVersion: 'example.org/v1',
      kind: 'Thing',
      metadata: { name: 'a', labels: { b: 'c' } },
      spec: {},
    };
    expect(validator.validate(manifestOf(object_))).toEqual([]);
    expect(validator.validate(manifestOf({ ...object_, specs: {} }))).toEqual([
      expect.objectContaining({ path: 'specs', fix: 'Write «spec»' }),
    ]);
    expect(validator.validate(manifestOf({ ...object_, metadata: { name: 'a', label: {} } }))).toEqual([
      expect.objectContaining({ path: 'metadata.label', fix: 'Write «labels»' }),
    ]);
  });

  test('is read when the first object of it comes, once', () => {
    const other = 'example.org/v1/Other';
    const library = libraryOf({ [THING]: thing({ type: 'object' }), [other]: thing({ type: 'object' }) });
    const validator = createValidator(library);
    expect(library.read).toEqual([]);
    for (const name of ['a', 'b'])
      validator.validate(manifestOf({ apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name } }));
    expect(library.read).toEqual([THING]);
  });

  test('says how much of it was not evaluated', () => {
    const rule = { 'x-kubernetes-validations': [{ rule: 'self > 0' }, { rule: 'self == oldSelf' }] };
    const schema = object({ a: { type: 'integer', ...rule }, b: { ...text, pattern: '\\Q(' } });
    expect([rulesOnChange(schema), unevaluatedPatterns(schema)]).toEqual([1, 1]);
  });
});

describe('a kind without a schema', () => {
  const validator = createValidator(libraryOf({ [THING]: thing({ type: 'object' }) }));
  test.each([
    ['of a known group', 'example.org/v1', 'Thnig', { reason: 'unknown-kind', kinds: ['Thing'] }],
    ['in another version', 'example.org/v1beta1', 'Thing', { reason: 'other-version', versions: ['v1'] }],
    ['of Kubernetes itself', 'v1', 'Pods', { reason: 'unknown-kind', kinds: ['Pod'] }],
    ['of a group that nobody knows', 'else.example/v1', 'Thing', { reason: 'no-schema' }],
  ])('%s is told apart', (_, apiVersion, kind, unknown) => {
    expect(validator.validate(manifestOf({ apiVersion, kind, metadata: { name: 'a' } }))).toEqual(unknown);
  });
});

describe("Kubernetes' own definitions", () => {
  test.each<[string, object, readonly unknown[]]>([
    ['take a port by name or number', { target: 'http' }, []],
    [
      'refuse a port that is neither',
      { target: 1.5 },
      [
        'spec.target = 1.5: the schema demands the type string or integer. Give it a value of the type string or integer.',
      ],
    ],
    ['take a quantity', { memory: '128Mi' }, []],
    ['take a quantity as a number', { memory: 0.5 }, []],
    [
      'refuse a unit that does not exist',
      { memory: '128Mb' },
      [expect.stringContaining('spec.memory = 128Mb: it matches')],
    ],
    ['leave free objects free', { free: { anything: { goes: 1 } } }, []],
    [
      'refuse a protocol that does not exist',
      { ports: [{ containerPort: 80, protocol: 'TPC' }] },
      ['spec.ports[0].protocol = TPC: it is one of TCP, UDP, SCTP. Use one of them.'],
    ],
    [
      'refuse an item that repeats the key of another',
      { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] },
      [expect.stringContaining('item 1 repeats containerPort 80, protocol TCP')],
    ],
    ['take items whose keys differ', { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] }, []],
    [
      'refuse a probe that asks nothing',
      { probe: { periodSeconds: 1 } },
      [expect.stringContaining('it has exactly one of exec, grpc, httpGet, tcpSocket; it has none')],
    ],
    [
      'refuse a probe that asks twice',
      { probe: { httpGet: {}, tcpSocket: {} } },
      [expect.stringContaining('it has httpGet and tcpSocket')],
    ],
  ])('%s', (_, spec, says) => {
    expect(judgePod(spec)).toEqual(says);
  });
});
