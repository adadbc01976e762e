import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import { REPOSITORY } from '#tests/support/sources.ts';
import { defaultSchemas } from '../index.ts';
import { schemaDirectory } from '../schemas/library.ts';
import { crdRules } from './crd.ts';
import { expression } from './engine.ts';
import { toCel } from './values.ts';

const answer = (text: string, object: unknown = {}): unknown => expression(text).evaluate({ object: toCel(object) });

describe('an expression', () => {
  test.each([
    ['object.count + 1 == 3', { count: 2 }],
    ['has(object.a) ? object.a.b : true', {}],
    ['object.list.all(item, item.port > 0)', { list: [{ port: 1 }, { port: 2 }] }],
    ['duration("10s") >= duration("1ms")', {}],
    ['"arn:aws:s3:::logs".find("[a-z]+$") == "logs"', {}],
    ['url("https://id.example:8443/keys").getScheme() in ["http", "https"]', {}],
    ['"/var".substring(0, 1) == "/"', {}],
    ['"a,b".split(",").size() == 2', {}],
  ])('%s is evaluated', (text, object) => {
    expect(answer(text, object)).toEqual({ value: true });
  });

  test('that asks for what is not there answers with an error, not with a value', () => {
    expect(answer('object.missing == 1')).toEqual({ error: expect.stringContaining('missing') });
  });

  test.each(['object.', 'unknownFunction(1)'])('«%s» answers with its error each time', (text) => {
    expect(answer(text)).toEqual({ error: expect.any(String) });
  });
});

describe('rules of a CRD', () => {
  const schema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        'x-kubernetes-validations': [
          { rule: 'self.min <= self.max', message: 'min is above max' },
          { rule: 'self.max == oldSelf.max', message: 'max never changes' },
        ],
        properties: {
          min: { type: 'integer', default: 1 },
          max: { type: 'integer' },
          share: { type: 'number' },
          items: {
            type: 'array',
            items: { type: 'object', 'x-kubernetes-validations': [{ rule: 'has(self.a) != has(self.b)' }] },
          },
          byName: {
            type: 'object',
            additionalProperties: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self.startsWith("x")' }] },
          },
          odd: { type: 'object', 'x-kubernetes-validations': [{ rule: 'strange(self)' }] },
        },
      },
    },
  };
  const judge = crdRules(schema);
  const pathsOf = (spec: object) => judge({ spec }).violations.map(({ path, rule }) => `${path}: ${rule}`);

  test('hold for an object that keeps them', () => {
    expect(judge({ spec: { min: 1, max: 2, items: [{ a: 1 }] } })).toEqual({
      violations: [],
      evaluated: 2,
      unreadable: [],
    });
  });

  test('are broken at the place where they stand: fields, items and values of maps', () => {
    expect(pathsOf({ min: 3, max: 2 })).toEqual(['spec: min is above max']);
    expect(pathsOf({ max: 2, items: [{ a: 1 }, {}] })).toEqual(['spec.items[1]: has(self.a) != has(self.b)']);
    expect(pathsOf({ max: 2, byName: { one: 'y' } })).toEqual(['spec.byName.one: self.startsWith("x")']);
  });

  test('see the defaults of the schema', () => {
    expect(pathsOf({ max: 0 })).toEqual(['spec: min is above max']);
  });

  test('that the engine cannot read are said, and rules on changes are left out', () => {
    expect(judge({ spec: { max: 2, odd: {} } })).toMatchObject({
      violations: [],
      evaluated: 1,
      unreadable: [{ rule: 'strange(self)', why: expect.stringContaining('strange') }],
    });
  });
});

const directory = defaultSchemas(REPOSITORY);

(directory ? describe : describe.skip)(`with the schemas of ${join('..', 'shared', 'schemas')}`, () => {
  const library = directory ? schemaDirectory(directory, KUBERNETES_VERSION) : undefined;
  const violations = (key: string, object: object) =>
    library ? crdRules(library.customSchema(key))(object).violations.map(({ path }) => path) : [];

  test('a deadline of nothing is refused by the rule of Istio', () => {
    const withTimeout = (timeout: string) => ({ spec: { hosts: ['a'], http: [{ timeout }] } });
    expect(violations('networking.istio.io/v1/VirtualService', withTimeout('0s'))).toEqual(['spec.http[0].timeout']);
    expect(violations('networking.istio.io/v1/VirtualService', withTimeout('1s'))).toEqual([]);
  });

  test('a source by two kinds of identity is refused by the rule of Istio', () => {
    const source = { principals: ['a'], serviceAccounts: ['b'] };
    expect(
      violations('security.istio.io/v1/AuthorizationPolicy', { spec: { rules: [{ from: [{ source }] }] } }),
    ).toEqual(['spec.rules[0].from[0].source']);
  });
});
