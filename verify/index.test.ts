import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import { checkNames, verify } from './index.ts';

const OBJECT = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a', namespace: 'b' },
  data: { password: 12345 },
  typo: true,
};
const THING = {
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaTopic',
  metadata: { name: 'a', namespace: 'kafka' },
  spec: {},
};
const STRANGE = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'PushSecret',
  metadata: { name: 'a', namespace: 'b' },
  spec: {},
};

const text = { type: 'string' };
const meta = { type: 'object', properties: { name: text, namespace: text } };
const DEFINITIONS = {
  definitions: {
    'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': meta,
    'io.k8s.api.core.v1.Secret': {
      type: 'object',
      properties: {
        apiVersion: text,
        kind: text,
        metadata: meta,
        data: { type: 'object', additionalProperties: text },
      },
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Secret' }],
    },
  },
};
const RULED = {
  type: 'object',
  properties: { spec: { type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] } },
};

let root = '';
let schemas = '';

function write(file: string, value: unknown): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), JSON.stringify(value));
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gm-verify-'));
  schemas = join(root, 'schemas');
  for (const [name, object] of Object.entries({ secret: OBJECT, topic: THING, strange: STRANGE }))
    write(`gitops/dev/one/${name}.yaml`, object);
  write('gitops/dev/two/again.yaml', THING);
  write(`schemas/kubernetes-${KUBERNETES_VERSION}.json`, DEFINITIONS);
  write('schemas/kafka.strimzi.io_KafkaTopic_v1.json', RULED);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('verify', () => {
  test('with schemas says what is wrong, what it could not check, and never shows the content of a secret', async () => {
    const report = await verify({ root, environments: ['dev'], schemas, checks: ['schema'] });
    expect(report.problems.map(({ object, path, value }) => [object, path, value])).toEqual([
      ['KafkaTopic kafka/a', 'metadata.name', 'a'],
      ['Secret b/a', 'typo', 'true'],
      ['Secret b/a', 'data.password', 'not shown'],
    ]);
    expect(JSON.stringify(report)).not.toContain('12345');
    expect(report.trusted).toEqual([
      {
        check: 'schema',
        subject: 'external-secrets.io/v1 PushSecret',
        why: 'no schema of external-secrets is at hand',
        count: 1,
      },
    ]);
    expect(report.environments).toEqual([{ environment: 'dev', manifests: 4, templates: 0, resources: 0 }]);
  });

  test('without schemas says how many objects of which kinds went unchecked, and why', async () => {
    const report = await verify({ root, environments: ['dev'], checks: ['schema'] });
    expect(report.trusted.map(({ subject, count }) => [subject, count])).toEqual([
      ['v1 Secret', 1],
      ['external-secrets.io/v1 PushSecret', 1],
      ['kafka.strimzi.io/v1 KafkaTopic', 2],
    ]);
    expect(report.trusted[0]?.why).toBe('no schemas are at hand; give a directory with --schemas DIR');
  });

  test('runs all checks when none is named', async () => {
    const report = await verify({ root, environments: ['dev'] });
    expect(report.checks.map(({ name }) => name)).toEqual(['load', ...checkNames]);
  });

  test.each([
    ['an unknown check', { checks: ['shema'] }, `Check «shema» does not exist. Use one of: ${checkNames.join(', ')}.`],
    [
      'schemas that are not there',
      { schemas: '/nowhere' },
      '/nowhere cannot be read as a directory of schemas. Give one with --schemas DIR.',
    ],
    [
      'output that is not there',
      { root: '/nowhere' },
      '/nowhere/gitops/dev does not exist. Run «npm run synth» first.',
    ],
  ])('explains %s in a sentence', async (_, options, sentence) => {
    await expect(verify({ root, environments: ['dev'], ...options })).rejects.toThrow(sentence);
  });

  test('refuses a directory that lacks the pinned version of Kubernetes', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'gm-schemas-'));
    await expect(verify({ root, environments: ['dev'], schemas: empty })).rejects.toThrow(
      `has no kubernetes-${KUBERNETES_VERSION}.json`,
    );
    rmSync(empty, { recursive: true });
  });
});
