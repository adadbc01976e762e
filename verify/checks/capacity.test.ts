import { describe, expect, test } from '@jest/globals';
import { catalog, type Environment, environmentNamed } from '#catalog/index.ts';
import type { Findings } from '../report/model.ts';
import { parseTemplate } from '../tree/load.ts';
import { toManifest } from '../tree/manifest.ts';
import { Tree } from '../tree/tree.ts';
import { capacity } from './capacity.ts';

type Fields = Readonly<Record<string, unknown>>;

/** No operators and no parts, so that a test sees what it wrote. */
const bare = { ...catalog, operators: [], parts: [] };
const dev = environmentNamed(catalog, 'dev');
const prod = environmentNamed(catalog, 'prod');

const group = (name: string, max: number, rest: Fields = {}): Fields => ({
  Type: 'AWS::EKS::Nodegroup',
  Properties: {
    InstanceTypes: ['t4g.large'],
    Labels: { 'gamemetrics/pool': name },
    ScalingConfig: { MinSize: 1, DesiredSize: 1, MaxSize: max },
    Subnets: ['a', 'b', 'c'],
    ...rest,
  },
});

const POOL = { nodeSelector: { 'gamemetrics/pool': 'data' } };

const workload = (kind: string, replicas: number, pod: Fields): Fields => ({
  apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name: kind.toLowerCase(), namespace: 'a' },
  spec: { replicas, template: { metadata: { labels: { app: kind } }, spec: pod } },
});

const container = (cpu: string, memory: string): Fields => ({ resources: { requests: { cpu, memory } } });

/** Pods that each have a volume. */
const stateful = (replicas: number, pod: Fields): Fields => {
  const made = workload('StatefulSet', replicas, pod);
  const claim = { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } };
  return { ...made, spec: { ...Object(made.spec), volumeClaimTemplates: [claim] } };
};

function findings(objects: readonly Fields[], groups: Fields, environment: Environment = dev): Findings {
  const place = { environment, file: `aws/${environment.name}/gamemetrics-${environment.name}-cluster.template.json` };
  const manifests = objects.flatMap((object) => {
    const made = toManifest(object, { environment: environment.name, file: 'gitops/x/a/a.yaml', index: 0 });
    return 'lacks' in made ? [] : [made];
  });
  const templates = [parseTemplate(JSON.stringify({ Resources: groups }), place)];
  return capacity.run(new Tree({ environment, manifests, templates }), { catalog: bare });
}

const complaints = ({ problems }: Findings): readonly string[] =>
  problems.map(({ object, value, rule }) => `${object}: ${value}: ${rule}`);

const data = { Nodes: group('data', 3) };
const small = { ...POOL, containers: [container('100m', '100Mi')] };

describe('capacity is enough', () => {
  test('when all pods fit the most nodes', () => {
    expect(complaints(findings([workload('Deployment', 30, small)], data))).toEqual([]);
  });

  test('and not when one is missing', () => {
    expect(complaints(findings([workload('Deployment', 58, small)], data))).toEqual([
      expect.stringContaining('node group data: 3 nodes; 4 are needed: a group holds its pods at the least replicas'),
      expect.stringContaining('at the most replicas'),
    ]);
  });

  test('and not when an autoscaler may ask for more', () => {
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a', namespace: 'a' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'deployment' }, minReplicas: 1, maxReplicas: 80 },
    };
    expect(complaints(findings([workload('Deployment', 1, small), autoscaler], data))).toEqual([
      expect.stringContaining('3 nodes; 5 are needed: a group holds its pods at the most replicas'),
    ]);
  });
});

describe('a pod has a place', () => {
  test.each([
    ['too many processors', container('1950m', '1Mi'), '1950m'],
    ['too much memory', container('1m', '7200Mi'), '7200 MiB'],
  ])('but not with %s for an empty node', (_, one, value) => {
    const found = complaints(findings([workload('Deployment', 1, { ...POOL, containers: [one] })], data));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(value);
    expect(found[0]).toContain('a pod fits an empty node of its group');
  });

  test('but not when what runs on every node leaves too little', () => {
    const agent = workload('DaemonSet', 1, { containers: [container('1000m', '1Mi')] });
    const service = workload('Deployment', 1, { ...POOL, containers: [container('1000m', '1Mi')] });
    expect(complaints(findings([service], data))).toEqual([]);
    expect(complaints(findings([service, agent], data))).toHaveLength(1);
  });

  test('but not when an initial container asks for too much', () => {
    const pod = { ...small, initContainers: [container('1m', '7200Mi')] };
    expect(complaints(findings([workload('Deployment', 1, pod)], data))).toHaveLength(1);
  });

  test('but not when it chooses a pool that is no group', () => {
    const pod = { nodeSelector: { 'gamemetrics/pool': 'dta' }, containers: [] };
    expect(complaints(findings([workload('Deployment', 1, pod)], data))).toEqual([
      expect.stringContaining('dta: a pod chooses one of the node groups data'),
    ]);
  });

  test('and a node takes only so many of them', () => {
    const tiny = { ...POOL, containers: [container('1m', '1Mi')] };
    expect(complaints(findings([workload('Deployment', 150, tiny)], data))).toEqual([]);
    expect(complaints(findings([workload('Deployment', 151, tiny)], data))).not.toEqual([]);
  });

  test('and one that runs to its end takes room at most once at a time', () => {
    const template = { spec: { ...POOL, containers: [container('1900m', '1Mi')] } };
    const job = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'x', namespace: 'a' },
      spec: { jobTemplate: { spec: { template } } },
    };
    expect(complaints(findings([job], { Nodes: group('data', 1) }))).toEqual([]);
    expect(complaints(findings([job, workload('Deployment', 1, small)], { Nodes: group('data', 1) }))).toHaveLength(1);
  });
});

test('sidecars are counted where the mesh injects them', () => {
  const namespace = (injected: string): Fields => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'a', labels: { 'istio-injection': injected } },
  });
  const full = workload('Deployment', 1, { ...POOL, containers: [container('1m', '7000Mi')] });
  expect(complaints(findings([full, namespace('disabled')], data))).toEqual([]);
  expect(complaints(findings([full, namespace('enabled')], data))).toHaveLength(1);
});

describe('an environment that promises to survive the loss of a zone', () => {
  const broker = { ...POOL, containers: [container('1000m', '1Mi')] };

  test('keeps a majority of what volumes hold in their zones', () => {
    expect(complaints(findings([stateful(3, broker)], data, prod))).toEqual([]);
    expect(complaints(findings([stateful(4, broker)], { Nodes: group('data', 4) }, prod))).toEqual([
      expect.stringContaining(
        'of pods that volumes hold in their zones a majority is left without the zone us-east-1a',
      ),
    ]);
    expect(complaints(findings([stateful(4, broker)], { Nodes: group('data', 4) }, dev))).toEqual([]);
  });

  test('runs everything else on the nodes of the other zones', () => {
    const mixed = [stateful(3, broker), workload('Deployment', 3, broker)];
    expect(complaints(findings(mixed, { Nodes: group('data', 6) }, prod))).toEqual([]);
  });

  test('says what is away until the zone is back', () => {
    const { notes } = findings([stateful(1, broker)], data, prod);
    expect(notes.map(({ subject }) => subject)).toEqual(['StatefulSet a/statefulset']);
  });
});

test('pods of operators are counted by their footprints, once', () => {
  const pod = {
    party: 'x',
    labels: { app: 'Deployment' },
    serviceAccount: 'x',
    requests: { cpuMillis: 1_950, memoryMiB: 1 },
    replicas: { full: 1, single: 1 },
    pool: 'data',
    ports: [],
  } as const;
  const part = { name: 'x', namespace: 'a', summary: '', edges: [], pods: [pod] };
  const place = { environment: dev, file: 'aws/dev/gamemetrics-dev-cluster.template.json' };
  const templates = [parseTemplate(JSON.stringify({ Resources: data }), place)];
  const run = (pods: typeof part, objects: readonly Fields[] = []): Findings => {
    const manifests = objects.flatMap((object) => {
      const made = toManifest(object, { environment: 'dev', file: 'gitops/x/a/a.yaml', index: 0 });
      return 'lacks' in made ? [] : [made];
    });
    return capacity.run(new Tree({ environment: dev, manifests, templates }), { catalog: { ...bare, parts: [pods] } });
  };
  expect(complaints(run(part))).toHaveLength(1);
  // The tree has these pods itself, and says that they are small.
  expect(complaints(run(part, [workload('Deployment', 1, small)]))).toEqual([]);
  const { requests: _requests, ...unsized } = pod;
  expect(run({ ...part, pods: [unsized as typeof pod] }).trusted).toHaveLength(1);
});

test('an instance type that nobody knows is a problem', () => {
  expect(complaints(findings([], { Nodes: group('data', 1, { InstanceTypes: ['z9.huge'] }) }))).toEqual([
    expect.stringContaining('z9.huge: the size of an instance type is known'),
  ]);
});
