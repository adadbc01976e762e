import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FakePrograms } from '#tests/support/fake-programs.ts';

const text = { type: 'string' };
const metadata = { type: 'object', properties: { name: text, namespace: text } };

const OPENAPI = {
  definitions: {
    'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': metadata,
    'io.k8s.api.core.v1.Service': {
      type: 'object',
      properties: { apiVersion: text, kind: text, metadata },
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Service' }],
    },
  },
};

const version = (name: string, served: boolean) => ({
  name,
  served,
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { partitions: { type: 'integer' } } } },
    },
  },
});

const definitionsWith = (...versions: readonly object[]) => ({
  items: [{ spec: { group: 'kafka.strimzi.io', names: { kind: 'KafkaTopic' }, versions } }],
});

const TOPIC = {
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaTopic',
  metadata: { name: 'a', namespace: 'kafka' },
  spec: { partitions: 'twelve', extra: 1 },
};

let root = '';
let programs: FakePrograms;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gm-cluster-'));
  mkdirSync(join(root, 'gitops', 'dev'), { recursive: true });
  writeFileSync(join(root, 'gitops', 'dev', 'topic.yaml'), JSON.stringify(TOPIC));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  programs = new FakePrograms();
});
afterEach(() => programs.remove());

function cluster(definitions: object): void {
  programs.add('kubectl', [
    { words: 'config current-context', stdout: 'the-studio\n' },
    { words: 'get customresourcedefinitions --output json*', stdout: JSON.stringify(definitions) },
    { words: 'get --raw /openapi/v2*', stdout: JSON.stringify(OPENAPI) },
  ]);
}

const verify = (...words: readonly string[]) =>
  programs.gm(['verify', '--env', 'dev', '--from', root, '--check', 'schema', '--from-cluster', ...words]);

describe('gm verify --from-cluster', () => {
  test("judges by the live cluster's own schemas, and says by whose", async () => {
    cluster(definitionsWith(version('v1', true)));
    const { code, stdout } = await verify();
    expect(stdout).toContain('«twelve»');
    expect(stdout).toContain('spec.extra');
    expect(stdout).toContain('schemas: 1 custom kinds and Kubernetes of the-studio');
    expect(code).toBe(1);
  });

  test('asks the context that was named, only reads, and takes a version that is not served for none', async () => {
    cluster(definitionsWith(version('v1', false), version('v2', true)));
    const { stdout } = await verify('--context', 'other', '--json');
    const { problems } = JSON.parse(stdout) as { problems: { rule: string }[] };
    expect(problems.map(({ rule }) => rule)).toEqual(['the pinned release serves KafkaTopic as v2 only']);
    expect([...programs.calls].sort()).toEqual([
      'kubectl get --raw /openapi/v2 --context other',
      'kubectl get customresourcedefinitions --output json --context other',
    ]);
  });

  test('says in a sentence that the cluster does not answer', async () => {
    programs.add('kubectl', [{ words: '*', stderr: 'no such host', code: 1 }]);
    const { code, stderr } = await verify();
    expect(stderr).toContain('no such host. Choose a cluster with --context NAME');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  test('wants --from-cluster beside --context', async () => {
    const { code, stderr } = await programs.gm(['verify', '--context', 'other']);
    expect(stderr).toContain('give both or neither');
    expect(code).toBe(2);
  });
});
