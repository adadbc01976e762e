import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { LIMITS, loadTree } from './load.ts';

const dev = environmentNamed(catalog, 'dev');
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gm-load-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

describe('the loader', () => {
  test('reads every document of every file, with its place', async () => {
    write(
      'gitops/dev/one/a.yaml',
      `${MAP}---\n---\napiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: k}\n`,
    );
    write('gitops/dev/two/readme.txt', 'not a manifest');
    const { tree, problems, files } = await loadTree(root, dev);
    expect(problems).toEqual([]);
    expect(files).toBe(1);
    expect(tree.manifests.map(({ root: _, object: __, ...place }) => place)).toEqual([
      {
        environment: 'dev',
        file: 'gitops/dev/one/a.yaml',
        index: 0,
        apiVersion: 'v1',
        group: '',
        version: 'v1',
        kind: 'ConfigMap',
        namespace: 'b',
        name: 'a',
      },
      {
        environment: 'dev',
        file: 'gitops/dev/one/a.yaml',
        index: 2,
        apiVersion: 'kafka.strimzi.io/v1',
        group: 'kafka.strimzi.io',
        version: 'v1',
        kind: 'Kafka',
        name: 'k',
      },
    ]);
  });

  test('reads YAML 1.1, as Kubernetes does, so that an unquoted «on» is no text', async () => {
    write('gitops/dev/a.yaml', `${MAP}data: {feature: on, text: "on"}\n`);
    const { tree } = await loadTree(root, dev);
    expect(tree.manifests[0]?.root.key('data').value).toEqual({ feature: true, text: 'on' });
  });

  test.each([
    ['what is not YAML', 'a: [', 'is not YAML'],
    ['a key that stands twice', `${MAP}kind: Secret\n`, 'is not YAML: Map keys must be unique'],
    ['a list', '- a\n', 'a Kubernetes object has an object at its root'],
    ['an object without a kind', 'apiVersion: v1\nmetadata: {name: a}\n', 'a Kubernetes object has kind'],
    ['an object without a name', 'apiVersion: v1\nkind: Pod\n', 'a Kubernetes object has metadata.name'],
    [
      'a number for a name',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: 1}\n',
      'a Kubernetes object has metadata.name',
    ],
  ])('reports %s and reads the rest', async (_, text, rule) => {
    write('gitops/dev/bad.yaml', text);
    write('gitops/dev/good.yaml', MAP);
    const { tree, problems } = await loadTree(root, dev);
    expect(problems).toEqual([
      expect.objectContaining({ check: 'load', file: 'gitops/dev/bad.yaml', rule: expect.stringContaining(rule) }),
    ]);
    expect(tree.manifests).toHaveLength(1);
  });

  test('does not read a file beyond its bound', async () => {
    write('gitops/dev/big.yaml', `${MAP}data: {a: "${'x'.repeat(LIMITS.fileBytes)}"}\n`);
    const { tree, problems } = await loadTree(root, dev);
    expect(tree.manifests).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ rule: expect.stringContaining('at most') })]);
  });

  test('does not let aliases blow a file up', async () => {
    const levels = Array.from(
      { length: 8 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    write('gitops/dev/bomb.yaml', `l0: &l0 [a]\n${levels.join('\n')}\n`);
    const { problems } = await loadTree(root, dev);
    expect(problems).toEqual([expect.objectContaining({ rule: expect.stringContaining('Excessive alias count') })]);
  });

  test('says what to run when there is no output', async () => {
    await expect(loadTree(root, dev)).rejects.toThrow(/gitops.dev does not exist\. Run «npm run synth» first\./);
  });

  test('tells an environment without templates from one without resources', async () => {
    write('gitops/dev/a.yaml', MAP);
    expect((await loadTree(root, dev)).tree.hasTemplates).toBe(false);
    write(
      'aws/dev/stack.template.json',
      '{"Resources":{"A":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"b"}}}}',
    );
    const { tree } = await loadTree(root, dev);
    expect(tree.hasTemplates).toBe(true);
    expect(tree.templates.map(({ stack }) => stack)).toEqual(['stack']);
    expect(tree.resources('AWS::S3::Bucket').map(({ properties }) => properties.key('BucketName').text)).toEqual(['b']);
  });

  test('refuses a template that is not JSON, with its name', async () => {
    write('gitops/dev/a.yaml', MAP);
    write('aws/dev/stack.template.json', '{');
    await expect(loadTree(root, dev)).rejects.toThrow(
      'aws/dev/stack.template.json is not JSON. Run «npm run synth» again.',
    );
  });
});
